/** Lowers the operations that may throw, reject, or never come back: calls, `new`, `await`, `yield`, `import()`. */
import type { TSESTree } from '@typescript-eslint/utils';

import { abandonEdge, enclosingFunction, operation, throwEdge } from './completions.ts';
import { lowerOptionalLink } from './conditions.ts';
import { evaluate, evaluateAll, newBlock, proceed } from './draft.ts';
import type { Builder, Draft } from './draft.ts';
import { lowerElements, lowerExpression } from './expressions.ts';
import { isSettlement, lowerSettlement } from './settlement.ts';
import { lowerAwaitedFunction, lowerExecutor, splicedFunction } from './splice.ts';
import { unwrap } from './syntax.ts';

/** `mayThrow` with what the builder knows about the place. */
function mayThrow(b: Builder, node: TSESTree.Node): boolean {
  return b.policies.mayThrow(node, b.frame.caught);
}

export function lowerCallAfterCallee(b: Builder, node: TSESTree.CallExpression): void {
  if (node.optional) lowerOptionalLink(b, node.callee);
  lowerElements(b, node.arguments);
  operation(b, node, mayThrow(b, node), b.policies.completes(node));
}

export function lowerNew(b: Builder, node: TSESTree.NewExpression, rejected?: Draft): void {
  lowerExpression(b, node.callee);
  lowerElements(b, node.arguments);
  if (lowerExecutor(b, node, rejected)) return;
  operation(b, node, mayThrow(b, node), b.policies.completes(node));
}

export function lowerTemplateCall(b: Builder, node: TSESTree.TaggedTemplateExpression): void {
  // The template itself makes no string here, but it is an expression of the function.
  lowerExpression(b, node.quasi);
  operation(b, node, mayThrow(b, node));
}

export function lowerImport(b: Builder, node: TSESTree.ImportExpression): void {
  lowerExpression(b, node.source);
  if (node.options) lowerExpression(b, node.options);
  operation(b, node, mayThrow(b, node));
}

export function lowerYield(b: Builder, node: TSESTree.YieldExpression): void {
  if (node.argument) lowerExpression(b, node.argument);
  evaluate(b, node);
  const { asyncGenerator } = enclosingFunction(b.frame);
  const rejects = asyncGenerator && node.argument && b.policies.mayReject(node.argument);
  if (rejects) throwEdge(b, node);
  if (b.policies.mayAbandon) abandonEdge(b, node);
  if (rejects === true || b.policies.mayAbandon) proceed(b, newBlock(b, 'body', node));
}

/** A function or chain that is lowered where it runs shows itself how the promise settles. */
export function lowerAwait(b: Builder, node: TSESTree.AwaitExpression): void {
  const { node: operand, wrappers } = unwrap(node.argument);
  const completes = b.policies.completes(node);
  const chain = operand.type === 'ChainExpression' ? operand : undefined;
  const call = chain?.expression ?? operand;
  if (call.type === 'CallExpression' && isSettlement(b, call)) {
    lowerAwaitedSettlement(b, node, call, chain, wrappers);
    operation(b, node, false, completes);
  } else if (call.type === 'CallExpression' && splicedFunction(b, call)?.async === true) {
    lowerAwaitedFunction(b, call);
    evaluateAll(b, chain === undefined ? wrappers : [chain, ...wrappers]);
    operation(b, node, false, completes);
  } else if (operand.type === 'NewExpression') {
    lowerAwaitedNew(b, node, operand, wrappers);
    operation(b, node, b.policies.mayReject(node.argument), completes);
  } else {
    lowerExpression(b, node.argument);
    operation(b, node, b.policies.mayReject(node.argument), completes);
  }
}

/** An executor that throws rejects the promise: the `await` throws for certain. */
function lowerAwaitedNew(
  b: Builder,
  node: TSESTree.AwaitExpression,
  operand: TSESTree.NewExpression,
  wrappers: readonly TSESTree.Node[],
): void {
  const rejected = newBlock(b, 'join', operand);
  lowerNew(b, operand, rejected);
  evaluateAll(b, wrappers);
  if (!rejected.live) return;
  const { current } = b;
  b.current = rejected;
  evaluateAll(b, [operand, ...wrappers, node]);
  throwEdge(b, node);
  b.current = current;
}

/** Makes the fulfilled end current; the rejected end throws. */
function lowerAwaitedSettlement(
  b: Builder,
  node: TSESTree.AwaitExpression,
  call: TSESTree.CallExpression,
  chain: TSESTree.ChainExpression | undefined,
  wrappers: readonly TSESTree.Node[],
): void {
  const outer = b.shortCircuit;
  const absent = chain && newBlock(b, 'join', chain);
  b.shortCircuit = absent;
  const ends = lowerSettlement(b, call, b.frame.caught);
  b.shortCircuit = outer;
  if (ends.rejected.live) {
    b.current = ends.rejected;
    evaluateAll(b, [call, ...(chain ? [chain] : []), ...wrappers, node]);
    throwEdge(b, node);
  }
  b.current = ends.fulfilled;
  evaluate(b, call);
  if (absent !== undefined) {
    proceed(b, absent);
    evaluateAll(b, chain === undefined ? [] : [chain]);
  }
  evaluateAll(b, wrappers);
}
