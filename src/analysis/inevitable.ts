/** Does control, as long as nothing throws, inevitably come past certain nodes? */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Block, Cfg, Edge } from '../cfg/graph.ts';

type Node = TSESTree.Node;

function isFailure({ why }: Edge): boolean {
  return (
    why.kind === 'throw' ||
    why.kind === 'abandon' ||
    (why.kind === 'false' && why.question === 'fulfilled') ||
    (why.kind === 'resume' && why.completion.kind === 'throw')
  );
}

function positionOf({ instructions }: Block, nodes: ReadonlySet<Node>): number {
  return instructions.findIndex(({ kind, node }) => kind === 'evaluate' && nodes.has(node));
}

/** Calls are run when they are evaluated, callbacks that are given by name when they are invoked. */
function positionOfRun({ instructions }: Block, nodes: ReadonlySet<Node>): number {
  return instructions.findIndex(
    ({ kind, node }) =>
      nodes.has(node) && (node.type === 'CallExpression' ? kind === 'evaluate' : kind === 'invoke'),
  );
}

/**
 * Does every path from `start` (the entry, or a node) to `end` (the exit, or a node) that does not fail run one of the
 * nodes, and is there such a path?
 */
export function passes(
  cfg: Cfg,
  nodes: ReadonlySet<Node>,
  start: Node | 'entry',
  end: Node | 'exit',
): boolean {
  const from =
    start === 'entry'
      ? [cfg.entry]
      : cfg.blocks.slice(0, cfg.reachable).filter((it) => positionOf(it, new Set([start])) >= 0);
  const ends = end === 'exit' ? undefined : new Set([end]);
  const seen = new Set<Block>();
  const open = from.map((block) => ({
    block,
    after: start === 'entry' ? -1 : indexOf(block, start),
  }));
  let passed = false;
  for (let next = open.pop(); next; next = open.pop()) {
    const { block, after } = next;
    const rest = { ...block, instructions: block.instructions.slice(after + 1) };
    const met = positionOfRun(rest, nodes);
    const ended = ends ? positionOf(rest, ends) : -1;
    if (ended >= 0 && (met < 0 || ended < met)) return false;
    if (met >= 0) {
      passed = true;
      continue;
    }
    for (const edge of block.out) {
      if (isFailure(edge)) continue;
      if (end === 'exit' && edge.to === cfg.exit) return false;
      if (seen.has(edge.to)) continue;
      seen.add(edge.to);
      open.push({ block: edge.to, after: -1 });
    }
  }
  return passed;
}

function indexOf(block: Block, node: Node): number {
  return positionOf(block, new Set([node]));
}
