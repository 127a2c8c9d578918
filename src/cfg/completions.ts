/**
 * Where `return`, `throw`, `break` and `continue` go, and what runs on the way.
 *
 * ```ts
 * for (;;) {              frames, inside out:  scope(block) → finally → continue → break → function
 *   try {
 *     const x = f();
 *     break;              break: scope-end copy → finally copy(break) → resume(break) → loop end
 *   } finally { g() }
 * }
 * ```
 *
 * Leaving a cleanup frame (a `finally`, a scope with bindings or disposals) runs a copy of its cleanup. There is one copy
 * per destination, shared by all completions that go there, so that the size stays linear in the nesting of `try`.
 */
import type { TSESTree } from '@typescript-eslint/utils';

import { connect, emit, evaluate, newBlock, NORMAL, proceed, startUnreachable } from './draft.ts';
import type { Builder, Draft } from './draft.ts';
import type { Completion, EdgeKind } from './graph.ts';

interface FrameBase {
  readonly parent: Frame | undefined;
  /** Does a `catch` clause of this function enclose code in this frame? */
  readonly caught: boolean;
}

/** The unit itself, or a function that is lowered where it runs. */
export interface FunctionFrame extends FrameBase {
  readonly kind: 'function';
  readonly returns: Draft;
  /** Where uncaught exceptions go; undefined: outward, to the handlers around the splice. */
  readonly throws: Draft | undefined;
  /** `yield` and `return` await their operand. */
  readonly asyncGenerator: boolean;
  /** A returned promise that rejects rejects the promise of this splice. */
  readonly adoptsReturned: boolean;
}

export interface BreakFrame extends FrameBase {
  readonly kind: 'break';
  readonly target: Draft;
  readonly labels: readonly string[];
  /** Does `break` without a label end here? */
  readonly plain: boolean;
}

export interface ContinueFrame extends FrameBase {
  readonly kind: 'continue';
  readonly target: Draft;
  readonly labels: readonly string[];
}

interface CatchFrame extends FrameBase {
  readonly kind: 'catch';
  readonly target: Draft;
}

export interface FinallyFrame extends FrameBase {
  readonly kind: 'finally';
  readonly node: TSESTree.BlockStatement;
  /** Lowers the `finally` block once more, into the current block. */
  readonly lower: () => void;
  readonly copies: Map<string, Draft>;
}

export interface ScopeFrame extends FrameBase {
  readonly kind: 'scope';
  readonly node: TSESTree.Node;
  /** Is the death of its bindings announced? Not for the body of the unit: the exits say so. */
  readonly ends: boolean;
  /** The `using` declarations that have been evaluated so far, in order. */
  readonly disposals: TSESTree.VariableDeclaration[];
  readonly copies: Map<string, Draft>;
}

export type Frame =
  FunctionFrame | BreakFrame | ContinueFrame | CatchFrame | FinallyFrame | ScopeFrame;

/** A completion and the frame that takes it. */
interface Destination {
  readonly completion: Completion;
  readonly block: Draft;
  readonly frame: Frame;
}

export function within(b: Builder, frame: Frame, lower: () => void): void {
  const outer = b.frame;
  b.frame = frame;
  lower();
  b.frame = outer;
}

export function enclosingFunction(frame: Frame): FunctionFrame {
  let at = frame;
  while (at.kind !== 'function') at = parentOf(at);
  return at;
}

function parentOf(frame: Frame): Frame {
  if (frame.parent === undefined) throw new Error('The unit itself takes every completion');
  return frame.parent;
}

function throwDestination(from: Frame, cause: TSESTree.Node): Destination {
  const completion: Completion = { kind: 'throw', node: cause };
  for (let frame = from; ; frame = parentOf(frame)) {
    if (frame.kind === 'catch') return { completion, block: frame.target, frame };
    if (frame.kind === 'function' && frame.throws !== undefined) {
      return { completion, block: frame.throws, frame };
    }
  }
}

function returnDestination(from: Frame, node: TSESTree.Node): Destination {
  const frame = enclosingFunction(from);
  return { completion: { kind: 'return', node }, block: frame.returns, frame };
}

function jumpDestination(
  from: Frame,
  node: TSESTree.BreakStatement | TSESTree.ContinueStatement,
): Destination | undefined {
  const label = node.label?.name;
  const kind = node.type === 'BreakStatement' ? 'break' : 'continue';
  for (let frame = from; frame.kind !== 'function'; frame = parentOf(frame)) {
    if (frame.kind !== kind) continue;
    const plain = frame.kind === 'continue' || frame.plain;
    if (label === undefined ? plain : frame.labels.includes(label)) {
      return { completion: { kind, node }, block: frame.target, frame };
    }
  }
  return undefined;
}

/** Connects `source`, which stands in frame `at`, to the cleanup nearest to it, and so on to the destination. */
function leave(
  b: Builder,
  source: Draft,
  at: Frame,
  destination: Destination,
  why: EdgeKind,
): void {
  // Unreachable completions run no cleanup: the reachable ones decide which copies there are.
  for (let frame = at; source.live && frame !== destination.frame; frame = parentOf(frame)) {
    if (frame.kind === 'finally') {
      runFinally(b, source, frame, destination, why);
      return;
    }
    if (frame.kind === 'scope' && (frame.ends || frame.disposals.length > 0)) {
      runScopeEnd(b, source, frame, frame.disposals.length, destination, why);
      return;
    }
  }
  connect(source, destination.block, why);
}

function keyOf(destination: Destination): string {
  return `${destination.completion.kind} ${destination.block.id}`;
}

function runFinally(
  b: Builder,
  source: Draft,
  frame: FinallyFrame,
  destination: Destination,
  why: EdgeKind,
): void {
  const key = keyOf(destination);
  const known = frame.copies.get(key);
  if (known !== undefined) {
    connect(source, known, why);
    return;
  }
  const copy = newBlock(b, 'finally', frame.node);
  frame.copies.set(key, copy);
  connect(source, copy, why);
  aside(b, copy, parentOf(frame), () => {
    frame.lower();
    const { completion } = destination;
    leave(b, b.current, b.frame, destination, { kind: 'resume', completion });
  });
}

/** Disposes the first `open` resources of the scope, the last one first, and ends it. */
function runScopeEnd(
  b: Builder,
  source: Draft,
  frame: ScopeFrame,
  open: number,
  destination: Destination,
  why: EdgeKind,
): void {
  const disposed = frame.disposals[open - 1];
  if (disposed === undefined && !frame.ends) {
    leave(b, source, parentOf(frame), destination, why);
    return;
  }
  const key = `${open} ${keyOf(destination)}`;
  const known = frame.copies.get(key);
  if (known !== undefined) {
    connect(source, known, why);
    return;
  }
  const copy = newBlock(
    b,
    disposed === undefined ? 'scope-end' : 'dispose',
    disposed ?? frame.node,
  );
  frame.copies.set(key, copy);
  connect(source, copy, why);
  const resume: EdgeKind = { kind: 'resume', completion: destination.completion };
  aside(b, copy, parentOf(frame), () => {
    if (disposed === undefined) {
      emit(b, { kind: 'scope-end', node: frame.node });
      leave(b, copy, b.frame, destination, resume);
      return;
    }
    dispose(b, frame, open, disposed);
    runScopeEnd(b, copy, frame, open - 1, destination, resume);
  });
}

/** A disposal that throws disposes the rest too, and then throws. */
function dispose(
  b: Builder,
  frame: ScopeFrame,
  open: number,
  declaration: TSESTree.VariableDeclaration,
): boolean {
  emit(b, { kind: 'dispose', node: declaration });
  if (!b.policies.mayThrow(declaration, frame.caught)) return false;
  const outward = throwDestination(parentOf(frame), declaration);
  const why: EdgeKind = { kind: 'throw', cause: declaration };
  runScopeEnd(b, b.current, frame, open - 1, outward, why);
  return true;
}

/** Lowers code that control does not fall into from the current block. */
function aside(b: Builder, start: Draft, frame: Frame, lower: () => void): void {
  const { current, shortCircuit } = b;
  b.current = start;
  within(b, frame, lower);
  b.current = current;
  b.shortCircuit = shortCircuit;
}

/** Lowers code in a scope of its own and the end of that scope where the code falls out of it. */
export function inScope(
  b: Builder,
  node: TSESTree.Node,
  ends: boolean,
  lower: (scope: ScopeFrame) => void,
): void {
  const { frame: parent } = b;
  const scope: ScopeFrame = {
    kind: 'scope',
    parent,
    caught: parent.caught,
    node,
    ends,
    disposals: [],
    copies: new Map(),
  };
  within(b, scope, () => {
    lower(scope);
  });
  if (!b.current.live) return;
  for (let open = scope.disposals.length; open > 0; open--) {
    const declaration = scope.disposals[open - 1];
    if (declaration === undefined) continue;
    if (dispose(b, scope, open, declaration)) proceed(b, newBlock(b, 'dispose', declaration));
  }
  if (ends) emit(b, { kind: 'scope-end', node });
}

/** An edge out of the current block for an operation, its last instruction, that throws. */
export function throwEdge(b: Builder, cause: TSESTree.Node): void {
  leave(b, b.current, b.frame, throwDestination(b.frame, cause), { kind: 'throw', cause });
}

/** Evaluates an operation: it throws (if it `mayThrow`), or control goes on, or neither. */
export function operation(
  b: Builder,
  node: TSESTree.Node,
  mayThrow: boolean,
  completes: 'returns' | 'throws' | 'exits' = 'returns',
): void {
  evaluate(b, node);
  if (completes === 'throws' || (mayThrow && completes === 'returns')) throwEdge(b, node);
  if (completes !== 'returns') startUnreachable(b, node);
  else if (mayThrow) proceed(b, newBlock(b, 'body', node));
}

export function completeThrow(b: Builder, node: TSESTree.ThrowStatement): void {
  throwEdge(b, node);
  startUnreachable(b, node);
}

/**
 * The promise that `returned`, the last instruction, hands out rejects the splice. The frames inside run as for a return:
 * no handler of the function sees this rejection.
 */
export function rejectReturned(b: Builder, returned: TSESTree.Node): void {
  const home = enclosingFunction(b.frame);
  const outward = throwDestination(home, returned);
  const { completion } = returnDestination(b.frame, returned);
  const rejects = outward.frame === home ? outward.block : relay(b, home, outward, returned);
  const why: EdgeKind = { kind: 'throw', cause: returned };
  leave(b, b.current, b.frame, { completion, block: rejects, frame: home }, why);
}

export function completeReturn(b: Builder, node: TSESTree.ReturnStatement): void {
  leave(b, b.current, b.frame, returnDestination(b.frame, node), NORMAL);
  startUnreachable(b, node);
}

/** A block from which a rejection goes on outward, beyond the splice `home`. */
function relay(b: Builder, home: Frame, outward: Destination, node: TSESTree.Node): Draft {
  const block = newBlock(b, 'join', node);
  block.live = b.current.live;
  leave(b, block, parentOf(home), outward, NORMAL);
  return block;
}

export function completeJump(
  b: Builder,
  node: TSESTree.BreakStatement | TSESTree.ContinueStatement,
): boolean {
  const destination = jumpDestination(b.frame, node);
  if (destination === undefined) return false;
  leave(b, b.current, b.frame, destination, NORMAL);
  startUnreachable(b, node);
  return true;
}

/** The consumer of the generator calls `return()` while it waits at this `yield`. */
export function abandonEdge(b: Builder, cause: TSESTree.YieldExpression): void {
  leave(b, b.current, b.frame, returnDestination(b.frame, cause), { kind: 'abandon', cause });
}
