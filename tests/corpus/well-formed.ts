/**
 * Is a graph what src/cfg/graph.ts promises? Gives one line for each promise that is broken.
 *
 * Checked: ids, symmetry of edges, a single entry, exits without a way out, reachability, reverse postorder, branch
 * pairs, throwing operations at the end of their block, and that every node of the unit is in some instruction.
 */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import type { Block, Cfg, Edge, Policies } from '../../src/cfg/graph.ts';
import { requiredNodes } from './required.ts';

type Complain = (message: string) => void;

function checkIds(cfg: Cfg, complain: Complain): void {
  cfg.blocks.forEach((block, index) => {
    if (block.id !== index) complain(`block at ${index} has id ${block.id}`);
  });
  if (cfg.blocks[0] !== cfg.entry) complain('the entry is not the first block');
  if (cfg.entry.role !== 'entry') complain(`the entry has role ${cfg.entry.role}`);
  if (cfg.exit.role !== 'exit') complain(`the exit has role ${cfg.exit.role}`);
  if (cfg.throwExit.role !== 'throw-exit') complain(`the throw exit: ${cfg.throwExit.role}`);
  for (const exit of [cfg.exit, cfg.throwExit]) {
    if (cfg.blocks[exit.id] !== exit) complain(`${exit.role} is not in the list`);
    if (exit.out.length > 0) complain(`${exit.role} has a way out`);
    if (exit.id < cfg.reachable) complain(`${exit.role} stands before the end of the walk`);
  }
}

function checkSymmetry(cfg: Cfg, complain: Complain): void {
  const seen = new Set<Edge>();
  for (const block of cfg.blocks) {
    for (const edge of block.out) {
      if (seen.has(edge)) complain(`an edge out of B${block.id} is listed twice`);
      seen.add(edge);
      if (edge.from !== block) complain(`an edge out of B${block.id} says B${edge.from.id}`);
      if (cfg.blocks[edge.to.id] !== edge.to) complain(`B${block.id} leads out of the graph`);
      if (!edge.to.in.includes(edge)) complain(`B${edge.to.id} does not know its edge in`);
    }
    for (const edge of block.in) {
      if (edge.to !== block) complain(`an edge into B${block.id} says B${edge.to.id}`);
      if (!edge.from.out.includes(edge)) complain(`B${edge.from.id} does not know its edge out`);
    }
  }
}

function reachableFrom(start: Block, follow: (edge: Edge) => boolean): ReadonlySet<Block> {
  const seen = new Set([start]);
  const stack = [start];
  for (let block = stack.pop(); block; block = stack.pop()) {
    for (const edge of block.out) {
      if (!follow(edge) || seen.has(edge.to)) continue;
      seen.add(edge.to);
      stack.push(edge.to);
    }
  }
  return seen;
}

function checkReachability(cfg: Cfg, complain: Complain): void {
  const reached = reachableFrom(cfg.entry, () => true);
  for (const block of cfg.blocks) {
    if (block === cfg.exit || block === cfg.throwExit) continue;
    const claimed = block.id < cfg.reachable;
    if (claimed !== reached.has(block)) {
      complain(`B${block.id} (${block.role}) is ${claimed ? 'not ' : ''}reachable`);
    }
  }
  if (cfg.entry.in.length > 0) complain('the entry has an edge in');
}

/**
 * A numbering is a reverse postorder of some depth-first walk only if every block but the first has an edge in from a
 * lower one, and the target of every edge that goes back leads, upwards all the way, to its source.
 */
function checkOrder(cfg: Cfg, complain: Complain): void {
  const walked = cfg.blocks.slice(0, cfg.reachable);
  for (const block of walked) {
    if (block !== cfg.entry && !block.in.some((edge) => edge.from.id < block.id)) {
      complain(`B${block.id} comes before everything that leads to it`);
    }
    for (const edge of block.out) {
      const { from, to } = edge;
      if (to.id > from.id) continue;
      const upwards = reachableFrom(
        to,
        (step) => step.to.id > step.from.id && step.to.id <= from.id,
      );
      if (!upwards.has(from)) complain(`B${from.id} -> B${to.id} goes back, but closes no loop`);
    }
  }
}

function checkBranches(block: Block, complain: Complain): void {
  const yes = block.out.filter((edge) => edge.why.kind === 'true');
  const no = block.out.filter((edge) => edge.why.kind === 'false');
  if (yes.length > 1 || no.length > 1) complain(`B${block.id} branches more than two ways`);
  const [a] = yes;
  const [b] = no;
  if (a?.why.kind !== 'true' || b?.why.kind !== 'false') return;
  if (a.why.test !== b.why.test || a.why.question !== b.why.question) {
    complain(`B${block.id} asks two questions`);
  }
}

/** The operation that an edge blames is the last thing its block does. */
function checkThrows(block: Block, complain: Complain): void {
  for (const { why } of block.out) {
    if (why.kind !== 'throw' && why.kind !== 'abandon') continue;
    const last = block.instructions.at(-1);
    const { cause } = why;
    const does = last?.node === cause || (last?.kind === 'invoke' && last.call === cause);
    // The step of a `for await` happens between two evaluations of nothing.
    if (!does && cause.type !== 'ForOfStatement') {
      complain(`B${block.id} does not end with the ${cause.type} that leaves it`);
    }
  }
}

function checkDeadEnds(cfg: Cfg, policies: Policies, complain: Complain): void {
  for (const block of cfg.blocks.slice(0, cfg.reachable)) {
    if (block.out.length > 0) continue;
    const last = block.instructions.at(-1)?.node;
    if (!last || policies.completes(last) !== 'exits') complain(`B${block.id} is a dead end`);
  }
}

function excerpt(node: TSESTree.Node): string {
  return `${node.type} at ${node.loc.start.line}:${node.loc.start.column}`;
}

function checkCoverage(
  cfg: Cfg,
  visitorKeys: TSESLint.SourceCode['visitorKeys'],
  complain: Complain,
): void {
  const present = new Set<TSESTree.Node>();
  for (const block of cfg.blocks) for (const { node } of block.instructions) present.add(node);
  for (const node of requiredNodes(cfg.unit, visitorKeys)) {
    if (!present.has(node)) complain(`${excerpt(node)} is in no block`);
  }
  const [start, end] = cfg.unit.range;
  for (const node of present) {
    if (node.range[0] < start || node.range[1] > end) complain(`${excerpt(node)} is not ours`);
  }
}

/** The broken promises of a graph. Coverage is not asked of a graph that says it is incomplete. */
export function violations(
  cfg: Cfg,
  policies: Policies,
  visitorKeys: TSESLint.SourceCode['visitorKeys'],
): readonly string[] {
  const found: string[] = [];
  const complain: Complain = (message) => found.push(message);
  checkIds(cfg, complain);
  checkSymmetry(cfg, complain);
  checkReachability(cfg, complain);
  checkOrder(cfg, complain);
  for (const block of cfg.blocks) {
    checkBranches(block, complain);
    checkThrows(block, complain);
  }
  if (!cfg.incomplete) {
    checkDeadEnds(cfg, policies, complain);
    checkCoverage(cfg, visitorKeys, complain);
  }
  return found;
}
