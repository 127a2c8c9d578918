/**
 * Lowers functions where they run: immediately invoked ones and promise executors.
 *
 * ```ts
 * (function () { if (a) return; b(); })();     a -true-> after;  a -false-> b() -> after
 * new Promise((resolve) => { f(resolve); });   f(resolve), then the `new` gets its value
 * ```
 *
 * `return` goes to the end of the splice. An exception leaves a synchronous or awaited function for the handlers around
 * the call; it ends in the promise of a detached one, and control goes on after the call. The exception of an executor
 * rejects its promise: it shows where that is awaited on the spot.
 *
 * Not modelled: an executor that throws after it has resolved its promise, which has no effect; that the code of a
 * detached function after its first `await` runs later than the code after the call.
 */
import type { TSESTree } from '@typescript-eslint/utils';

import type { FunctionFrame } from './completions.ts';
import { inScope, within } from './completions.ts';
import { connect, evaluate, newBlock, NORMAL, proceed } from './draft.ts';
import type { Builder, Draft, DraftEdge } from './draft.ts';
import { lowerElements, lowerExpression } from './expressions.ts';
import { lowerFunction } from './functions.ts';
import { declaresBindings, inlineFunction, unwrap } from './syntax.ts';
import type { InlineFunction } from './syntax.ts';

/** Where the completions of a splice go; `throws` undefined: outward. */
export type SpliceEnds = Pick<FunctionFrame, 'returns' | 'throws' | 'adoptsReturned'>;

/** The function that this call invokes on the spot. */
export function splicedFunction(
  b: Builder,
  call: TSESTree.CallExpression,
): InlineFunction | undefined {
  return b.policies.splice ? inlineFunction(unwrap(call.callee).node) : undefined;
}

/** Lowers the body of `callback` from the current block on. The caller goes on in one of the ends. */
export function runInline(
  b: Builder,
  callback: InlineFunction,
  values: readonly (TSESTree.Expression | undefined)[],
  ends: SpliceEnds,
): void {
  proceed(b, newBlock(b, 'callback', callback));
  const frame: FunctionFrame = {
    kind: 'function',
    parent: b.frame,
    caught: ends.throws === undefined && b.frame.caught,
    asyncGenerator: false,
    ...ends,
  };
  within(b, frame, () => {
    inScope(b, callback, hasBindings(callback), () => {
      lowerFunction(b, callback, values);
    });
  });
  connect(b.current, ends.returns, NORMAL);
}

function hasBindings({ params, body }: InlineFunction): boolean {
  if (params.length > 0) return true;
  if (body.type !== 'BlockStatement') return false;
  return (
    declaresBindings(body.body) ||
    body.body.some((statement) => statement.type === 'VariableDeclaration')
  );
}

export function lowerImmediateCall(b: Builder, call: TSESTree.CallExpression): void {
  const callback = splicedFunction(b, call);
  if (callback === undefined) return;
  lowerImmediate(b, call, callback, callback.async ? 'detached' : 'here');
}

/** The function is asynchronous, and its promise is awaited at once. */
export function lowerAwaitedFunction(b: Builder, call: TSESTree.CallExpression): void {
  const callback = splicedFunction(b, call);
  if (callback !== undefined) lowerImmediate(b, call, callback, 'awaited');
}

function lowerImmediate(
  b: Builder,
  call: TSESTree.CallExpression,
  callback: InlineFunction,
  mode: 'here' | 'awaited' | 'detached',
): void {
  lowerExpression(b, call.callee);
  lowerElements(b, call.arguments);
  const after = newBlock(b, 'join', call);
  const start = b.current;
  runInline(b, callback, suppliedValues(call), {
    returns: after,
    throws: mode === 'detached' ? after : undefined,
    adoptsReturned: mode === 'awaited',
  });
  if (mode === 'detached') goOnBeside(b, start, after);
  b.current = after;
  evaluate(b, call);
}

/**
 * Code that nobody waits for does not keep us from going on when it never comes to its end: control goes on where it ends
 * the process, and after a round of a loop that it does not leave.
 */
export function goOnBeside(b: Builder, start: Draft, after: Draft): void {
  if (after.live) return;
  for (const last of lastBlocks(start)) {
    // A block that asks a question has no other way out.
    const end = newBlock(b, 'body', last.node);
    end.out = last.out.map(({ to, why }) => ({ from: end, to, why }));
    end.live = true;
    last.out = [];
    if (end.out.length > 0) connect(last, end, NORMAL);
    connect(last, after, NORMAL);
  }
}

/** The blocks that nothing comes after, and those that end a round of a loop that is not left. */
function lastBlocks(start: Draft): Draft[] {
  const all = closure(start, (block) => block.out.map(({ to }) => to));
  const last = [...all].filter(({ out }) => out.length === 0);
  const before = new Map<Draft, Draft[]>();
  for (const { out } of all)
    for (const { from, to } of out) before.set(to, [...(before.get(to) ?? []), from]);
  const inLoop = new Set<Draft>();
  for (const head of all) {
    const isHead = before.get(head)?.some(({ out }) => out.some(goesBackTo(head))) === true;
    if (!isHead || inLoop.has(head)) continue;
    const ahead = closure(head, (block) => block.out.map(({ to }) => to));
    const behind = closure(head, (block) => before.get(block) ?? []);
    if ([...ahead].some((block) => !behind.has(block))) continue;
    for (const block of ahead) inLoop.add(block);
    last.push(...[...ahead].filter(({ out }) => out.some(({ to }) => to === head)));
  }
  return last;
}

const goesBackTo =
  (head: Draft) =>
  ({ to, why }: DraftEdge): boolean =>
    to === head && why.kind === 'back';

function closure(start: Draft, next: (block: Draft) => readonly Draft[]): ReadonlySet<Draft> {
  const found = new Set([start]);
  for (const block of found) for (const other of next(block)) found.add(other);
  return found;
}

/** The arguments up to the first spread, by position. */
function suppliedValues(call: TSESTree.CallExpression): TSESTree.Expression[] {
  const values: TSESTree.Expression[] = [];
  for (const argument of call.arguments) {
    if (argument.type === 'SpreadElement') break;
    values.push(argument);
  }
  return values;
}

/**
 * `new Promise(function)`: lowers the run of the executor and the `new`. Its operands have been lowered. `rejected` is
 * where an exception of the executor goes when somebody waits for the promise on the spot; else it is of no account.
 */
export function lowerExecutor(
  b: Builder,
  node: TSESTree.NewExpression,
  rejected: Draft | undefined,
): boolean {
  const {
    callee,
    arguments: [executor],
  } = node;
  if (!b.policies.splice || executor === undefined) return false;
  const callback = inlineFunction(unwrap(executor).node);
  if (callback === undefined || callee.type !== 'Identifier' || callee.name !== 'Promise') {
    return false;
  }
  const after = newBlock(b, 'join', node);
  const start = b.current;
  const throws = callback.async ? after : (rejected ?? after);
  runInline(b, callback, [], { returns: after, throws, adoptsReturned: false });
  if (callback.async) goOnBeside(b, start, after);
  b.current = after;
  evaluate(b, node);
  return true;
}
