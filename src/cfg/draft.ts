/**
 * The state of one graph under construction: blocks that can still grow, the block that code goes to now, and the
 * frames (see `completions.ts`) that code stands in.
 *
 * Lowering goes forward: by the time a block becomes current, every edge into it but a `back` edge is there. So
 * `live` is exact while building, and code that no path reaches is known as such at once.
 */
import type { TSESTree } from '@typescript-eslint/utils';

import type { Frame } from './completions.ts';
import type { BlockRole, EdgeKind, Incomplete, Instruction, Policies, Question } from './graph.ts';

/** A block that can still grow; the finished graph holds these very objects as `Block`. */
export interface Draft {
  /** Order of creation; `order.ts` renumbers. */
  id: number;
  readonly role: BlockRole;
  readonly node: TSESTree.Node;
  readonly instructions: Instruction[];
  out: DraftEdge[];
  /** Filled in by `order.ts`. */
  in: DraftEdge[];
  /** Does a path from the entry reach it? */
  live: boolean;
}

export interface DraftEdge {
  readonly from: Draft;
  readonly to: Draft;
  readonly why: EdgeKind;
}

export interface Builder {
  readonly policies: Policies;
  readonly drafts: Draft[];
  readonly maxBlocks: number;
  current: Draft;
  frame: Frame;
  /** Where the optional chain that is being lowered goes when a link is absent. */
  shortCircuit: Draft | undefined;
  /** Nesting of lowering calls. */
  depth: number;
  incomplete: Incomplete | undefined;
  /** A budget ran out: nothing more is lowered. */
  stopped: boolean;
}

/**
 * Nested calls of the lowering functions, roughly the nesting of the source. The costliest, loops in loops, take 1 KB of
 * stack each, of a default of 984 KB that the caller has begun to use.
 */
const MAX_DEPTH = 500;

/**
 * `finally` blocks inside `finally` blocks are copied exponentially often. Code that is merely long has far fewer blocks
 * than characters.
 */
export function maxBlocks({ range }: TSESTree.Node): number {
  return 20_000 + range[1] - range[0];
}

export const NORMAL: EdgeKind = { kind: 'normal' };

export function newBlock(b: Builder, role: BlockRole, node: TSESTree.Node): Draft {
  const draft: Draft = {
    id: b.drafts.length,
    role,
    node,
    instructions: [],
    out: [],
    in: [],
    live: false,
  };
  b.drafts.push(draft);
  if (b.drafts.length > b.maxBlocks) giveUp(b, node, 'too-large');
  return draft;
}

export function connect(from: Draft, to: Draft, why: EdgeKind): void {
  from.out.push({ from, to, why });
  if (from.live) to.live = true;
}

/** Control goes on in `to`. */
export function proceed(b: Builder, to: Draft, why: EdgeKind = NORMAL): void {
  connect(b.current, to, why);
  b.current = to;
}

/** Whatever follows in the source is reached from nowhere, until a block with edges into it becomes current. */
export function startUnreachable(b: Builder, node: TSESTree.Node): void {
  b.current = newBlock(b, 'unreachable', node);
}

export function emit(b: Builder, instruction: Instruction): void {
  b.current.instructions.push(instruction);
}

export function evaluate(b: Builder, node: TSESTree.Node): void {
  emit(b, { kind: 'evaluate', node });
}

export function evaluateAll(b: Builder, nodes: readonly TSESTree.Node[]): void {
  for (const node of nodes) evaluate(b, node);
}

/** Ends the current block with a question; a constant answer leaves one edge. */
export function branch(
  b: Builder,
  test: TSESTree.Node,
  question: Question,
  ifTrue: Draft,
  ifFalse: Draft,
): void {
  const constant = question === 'truthy' ? b.policies.truthiness(test) : undefined;
  if (constant !== false) connect(b.current, ifTrue, { kind: 'true', test, question });
  if (constant !== true) connect(b.current, ifFalse, { kind: 'false', test, question });
}

/** The graph is not to be relied on, but the rest of the code is still lowered: a newer syntax harms nothing else. */
export function markUnknown(b: Builder, node: TSESTree.Node): void {
  b.incomplete ??= { node, reason: 'unknown-syntax' };
}

function giveUp(b: Builder, node: TSESTree.Node, reason: 'too-deep' | 'too-large'): void {
  b.incomplete ??= { node, reason };
  b.stopped = true;
}

/** Pair every `true` with a `b.depth -= 1` once the node is lowered. */
export function descend(b: Builder, node: TSESTree.Node): boolean {
  if (b.stopped) return false;
  if (b.depth >= MAX_DEPTH) {
    giveUp(b, node, 'too-deep');
    return false;
  }
  b.depth += 1;
  return true;
}
