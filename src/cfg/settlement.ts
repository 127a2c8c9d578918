/**
 * Lowers `then`, `catch` and `finally`: their callbacks run on that settlement of the promise.
 *
 * ```ts
 * await p.then(a).finally(d);     p -fulfilled-> a -> d -> after the await
 *                                 p -rejected--------> d -> throw edge of the await
 * ```
 *
 * A step turns the two open ends of its receiver into two new ones. A callback that throws, or returns a promise that
 * rejects, goes to the rejected end. Without `await` both ends join: the callback has run by the time anybody asks.
 *
 * Not modelled: that unawaited callbacks run later than the code after the call; objects with methods of these names that
 * are no promises.
 */
import type { TSESTree } from '@typescript-eslint/utils';

import { lowerOptionalLink } from './conditions.ts';
import { connect, emit, evaluate, evaluateAll, newBlock, NORMAL, proceed } from './draft.ts';
import type { Builder, Draft } from './draft.ts';
import { lowerElements, lowerExpression } from './expressions.ts';
import { goOnBeside, runInline } from './splice.ts';
import { inlineFunction, unwrap } from './syntax.ts';

interface Ends {
  readonly fulfilled: Draft;
  readonly rejected: Draft;
}

interface Settlement extends Ends {
  /** Where the fate of the first promise is asked. */
  readonly start: Draft;
}

interface Step {
  readonly call: TSESTree.CallExpression;
  readonly callee: TSESTree.MemberExpression;
  readonly method: 'then' | 'catch' | 'finally';
  /** Around the call where it is the receiver of the next step. */
  readonly wrappers: readonly TSESTree.Node[];
}

/** Is the call `….then(f)`, `….catch(f)` or `….finally(f)`, to be lowered where its callbacks run? */
export function isSettlement(b: Builder, call: TSESTree.CallExpression): boolean {
  return b.policies.splice && stepOf(call, []) !== undefined;
}

function stepOf(
  call: TSESTree.CallExpression,
  wrappers: readonly TSESTree.Node[],
): Step | undefined {
  const { callee } = call;
  if (callee.type !== 'MemberExpression' || callee.computed) return undefined;
  if (callee.property.type !== 'Identifier' || callee.object.type === 'Super') return undefined;
  const method = callee.property.name;
  if (method !== 'then' && method !== 'catch' && method !== 'finally') return undefined;
  const [first, second] = call.arguments;
  if (first === undefined || first.type === 'SpreadElement') return undefined;
  if (second?.type === 'SpreadElement') return undefined;
  return { call, callee, method, wrappers };
}

/** The steps of a chain, the first one first. */
function stepsOf(last: TSESTree.CallExpression): Step[] {
  const steps: Step[] = [];
  let step = stepOf(last, []);
  while (step !== undefined) {
    steps.push(step);
    const { node, wrappers } = unwrap(step.callee.object);
    step = node.type === 'CallExpression' ? stepOf(node, wrappers) : undefined;
  }
  return steps.reverse();
}

/** `caught`: as in the policies, for callbacks given by reference. Control goes on in one of the two ends. */
export function lowerSettlement(
  b: Builder,
  last: TSESTree.CallExpression,
  caught: boolean,
): Settlement {
  const steps = stepsOf(last);
  const [first] = steps;
  if (first === undefined) throw new Error('Not a settlement call');
  lowerExpression(b, first.callee.object);
  for (const step of steps) lowerOperands(b, step, step === first);
  const start = b.current;
  let ends: Ends = {
    fulfilled: newBlock(b, 'join', first.call),
    rejected: newBlock(b, 'join', first.call),
  };
  const question = { test: first.call, question: 'fulfilled' } as const;
  connect(start, ends.fulfilled, { kind: 'true', ...question });
  if (b.policies.mayReject(first.callee.object)) {
    connect(start, ends.rejected, { kind: 'false', ...question });
  }
  for (const step of steps) {
    ends = settle(b, step, ends, caught);
    if (step.call === last) break;
    for (const end of [ends.fulfilled, ends.rejected]) {
      b.current = end;
      evaluateAll(b, [step.call, ...step.wrappers]);
    }
  }
  return { ...ends, start };
}

function lowerOperands(b: Builder, { call, callee }: Step, first: boolean): void {
  if (first && callee.optional) lowerOptionalLink(b, callee.object);
  evaluate(b, callee);
  if (call.optional) lowerOptionalLink(b, callee);
  lowerElements(b, call.arguments);
}

function settle(b: Builder, step: Step, before: Ends, caught: boolean): Ends {
  const { call, method } = step;
  const after: Ends = {
    fulfilled: newBlock(b, 'join', call),
    rejected: newBlock(b, 'join', call),
  };
  const [first, second] = call.arguments;
  const onFulfilled = method === 'catch' ? undefined : first;
  const onRejected = method === 'then' ? second : first;
  b.current = before.fulfilled;
  run(b, call, onFulfilled, after.fulfilled, after.rejected, caught);
  b.current = before.rejected;
  const recovered = method === 'finally' ? after.rejected : after.fulfilled;
  run(
    b,
    call,
    onRejected,
    isHandler(onRejected) ? recovered : after.rejected,
    after.rejected,
    caught,
  );
  return after;
}

function isHandler(argument: TSESTree.Node | undefined): argument is TSESTree.Expression {
  if (argument === undefined || argument.type === 'SpreadElement') return false;
  if (argument.type === 'Identifier') return argument.name !== 'undefined';
  return !(argument.type === 'Literal' && argument.raw === 'null');
}

/** Runs a callback from the current block to one of the ends; without one the settlement passes through. */
function run(
  b: Builder,
  call: TSESTree.CallExpression,
  handler: TSESTree.Node | undefined,
  returns: Draft,
  throws: Draft,
  caught: boolean,
): void {
  if (!isHandler(handler)) {
    connect(b.current, returns, NORMAL);
    return;
  }
  const callback = inlineFunction(unwrap(handler).node);
  if (callback !== undefined) {
    runInline(b, callback, [], { returns, throws, adoptsReturned: true });
    return;
  }
  proceed(b, newBlock(b, 'callback', handler));
  emit(b, { kind: 'invoke', node: handler, call });
  // Nobody knows what promise it returns: the one of the whole call tells.
  if (b.policies.mayThrow(call, caught) || b.policies.mayReject(call)) {
    connect(b.current, throws, { kind: 'throw', cause: handler });
  }
  connect(b.current, returns, NORMAL);
}

/** A chain that is stored, returned or dropped: control goes on after either settlement. */
export function lowerFloatingSettlement(b: Builder, call: TSESTree.CallExpression): void {
  const after = newBlock(b, 'join', call);
  const { fulfilled, rejected, start } = lowerSettlement(b, call, false);
  connect(fulfilled, after, NORMAL);
  connect(rejected, after, NORMAL);
  goOnBeside(b, start, after);
  b.current = after;
  evaluate(b, call);
}
