/** The subpath `/cfg`: the control-flow graph and the solver on their own, for rules of one's own (docs/cfg.md). */
export { buildCfg } from './cfg/build.ts';
export { defaultPolicies } from './cfg/policies.ts';
export type { Tier } from './cfg/policies.ts';
export { toDot, toMermaid } from './cfg/draw.ts';
export { printCfg } from './cfg/print.ts';
export type { Marks, SourceText } from './cfg/print.ts';
export type {
  Block,
  BlockRole,
  Cfg,
  Completion,
  Edge,
  EdgeKind,
  FunctionUnit,
  Incomplete,
  Instruction,
  Policies,
  Question,
} from './cfg/graph.ts';
export { solve, walkTo } from './dataflow/solve.ts';
export type { Problem, Solution, State } from './dataflow/solve.ts';
