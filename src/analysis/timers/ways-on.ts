/**
 * Where control can go from a node of a function's graph: to an operation that is still to be waited for, and out of
 * the function, or only to the end of the process.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Block, Cfg } from '../../cfg/graph.ts';
import { hostOf } from '../function-uses.ts';
import type { TimerScene } from './timer-scene.ts';

type Node = TSESTree.Node;

interface Ways {
  readonly cfg: Cfg;
  readonly from: readonly Block[];
  /** Blocks that some step leads to. */
  readonly reached: ReadonlySet<Block>;
  readonly blocksOf: (node: Node) => readonly Block[];
}

function waysFrom(node: Node, { facts, tier }: TimerScene): Ways | undefined {
  const root = hostOf(node) ?? facts.sourceCode.ast;
  const cfg = tier.cfgOf(root);
  const { sites } = tier.indexOf(root);
  const blocksOf = (it: Node): readonly Block[] =>
    (sites.onEvaluate.get(it) ?? []).map(({ block }) => block);
  const from = blocksOf(node);
  if (cfg.incomplete || from.length === 0) return undefined;
  const reached = new Set(from.flatMap(({ out }) => out.map(({ to }) => to)));
  for (const block of reached) for (const { to } of block.out) reached.add(to);
  return { cfg, from, reached, blocksOf };
}

/** Can control get from the one node to the other? True where nobody can tell, as of code that nothing reaches. */
export function leadsTo(start: Node, end: Node, scene: TimerScene): boolean {
  const ways = waysFrom(start, scene);
  const blocks = ways?.blocksOf(end).filter(({ id }) => id < ways.cfg.reachable) ?? [];
  if (!ways || blocks.length === 0) return true;
  return blocks.some((block) => ways.reached.has(block) || ways.from.includes(block));
}

/** `await race; process.exit()`: does nothing of this function, or of its callers, run when the node has? */
export function endsProcess(node: Node, scene: TimerScene): boolean {
  const ways = waysFrom(node, scene);
  if (!ways) return false;
  const { cfg, from, reached } = ways;
  // Code that nothing reaches ends nothing.
  if (from.every(({ id }) => id >= cfg.reachable)) return false;
  const goesOn = reached.has(cfg.exit) || reached.has(cfg.throwExit);
  return !goesOn && !from.some((block) => reached.has(block));
}
