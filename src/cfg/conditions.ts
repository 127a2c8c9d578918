/**
 * Lowers what chooses: conditions, `&&` `||` `??`, `?:` and optional chains.
 *
 * ```ts
 * if (a && !b) f();     a -true(a)-> b;  a -false(a)-> join;  b -false(b)-> f();  b -true(b)-> join
 * ```
 *
 * Only leaves are tested: `!` swaps the targets, `&&` and `||` chain them. The nodes around a leaf get their `evaluate`
 * just before the branch on it (the last leaf of an `&&` or `||`).
 */
import type { TSESTree } from '@typescript-eslint/utils';

import {
  branch,
  connect,
  descend,
  evaluate,
  evaluateAll,
  newBlock,
  NORMAL,
  proceed,
} from './draft.ts';
import type { Builder, Draft } from './draft.ts';
import { lowerExpression } from './expressions.ts';
import { transparentOperand } from './syntax.ts';

type Wrappers = readonly TSESTree.Node[];

/** Leaves to `ifTrue` or `ifFalse`; the caller makes one of them current. `wrappers` get their value from `test`. */
export function lowerCondition(
  b: Builder,
  test: TSESTree.Node,
  ifTrue: Draft,
  ifFalse: Draft,
  wrappers: Wrappers = [],
): void {
  if (!descend(b, test)) return;
  lowerConditionBody(b, test, ifTrue, ifFalse, wrappers);
  b.depth -= 1;
}

function lowerConditionBody(
  b: Builder,
  test: TSESTree.Node,
  ifTrue: Draft,
  ifFalse: Draft,
  wrappers: Wrappers,
): void {
  const inner = transparentOperand(test);
  if (inner !== undefined) {
    lowerCondition(b, inner, ifTrue, ifFalse, [test, ...wrappers]);
  } else if (test.type === 'UnaryExpression' && test.operator === '!') {
    lowerCondition(b, test.argument, ifFalse, ifTrue, [test, ...wrappers]);
  } else if (test.type === 'LogicalExpression' && test.operator !== '??') {
    const out = test.operator === '&&' ? ifFalse : ifTrue;
    const last = lowerOperandsBeforeLast(b, test, out);
    lowerCondition(b, last, ifTrue, ifFalse, [test, ...wrappers]);
  } else if (test.type === 'ConditionalExpression') {
    const { consequent, alternate } = lowerArms(b, test);
    b.current = consequent;
    lowerCondition(b, test.consequent, ifTrue, ifFalse, [test, ...wrappers]);
    b.current = alternate;
    lowerCondition(b, test.alternate, ifTrue, ifFalse, [test, ...wrappers]);
  } else if (test.type === 'SequenceExpression') {
    for (const part of test.expressions.slice(0, -1)) lowerExpression(b, part);
    const last = test.expressions.at(-1);
    if (last !== undefined) lowerCondition(b, last, ifTrue, ifFalse, [test, ...wrappers]);
  } else {
    if (test.type === 'ChainExpression') lowerLinks(b, test, ifFalse, wrappers);
    else lowerExpression(b, test);
    evaluateAll(b, wrappers);
    branch(b, test, 'truthy', ifTrue, ifFalse);
  }
}

/** As `lowerCondition`, for the question whether the value is `null` or `undefined`. */
function lowerNullish(
  b: Builder,
  test: TSESTree.Node,
  ifNullish: Draft,
  ifValue: Draft,
  wrappers: Wrappers,
): void {
  if (!descend(b, test)) return;
  if (test.type === 'LogicalExpression' && test.operator === '??') {
    const last = lowerOperandsBeforeLast(b, test, ifValue);
    lowerNullish(b, last, ifNullish, ifValue, [test, ...wrappers]);
  } else {
    if (test.type === 'ChainExpression') lowerLinks(b, test, ifNullish, wrappers);
    else lowerExpression(b, test);
    evaluateAll(b, wrappers);
    branch(b, test, 'nullish', ifNullish, ifValue);
  }
  b.depth -= 1;
}

/**
 * Lowers `a`, `b` of `a && b && c` (any one operator, the spine of left operands): each goes to `out` when it decides the
 * result. Control then stands before the last operand, which is returned.
 */
function lowerOperandsBeforeLast(
  b: Builder,
  node: TSESTree.LogicalExpression,
  out: Draft,
): TSESTree.Expression {
  const { operator } = node;
  const spine = [node];
  let first: TSESTree.Expression = node.left;
  while (first.type === 'LogicalExpression' && first.operator === operator) {
    spine.unshift(first);
    first = first.left;
  }
  let operand = first;
  let wrappers: Wrappers = [];
  for (const logical of spine) {
    const next = newBlock(b, operator === '&&' ? 'then' : 'else', logical.right);
    if (operator === '&&') lowerCondition(b, operand, next, out, wrappers);
    else if (operator === '||') lowerCondition(b, operand, out, next, wrappers);
    else lowerNullish(b, operand, next, out, wrappers);
    b.current = next;
    operand = logical.right;
    wrappers = [logical];
  }
  return operand;
}

export function lowerLogical(b: Builder, node: TSESTree.LogicalExpression): void {
  const join = newBlock(b, 'join', node);
  const last = lowerOperandsBeforeLast(b, node, join);
  lowerExpression(b, last);
  proceed(b, join);
  evaluate(b, node);
}

interface Arms {
  readonly consequent: Draft;
  readonly alternate: Draft;
}

function lowerArms(b: Builder, node: TSESTree.ConditionalExpression): Arms {
  const consequent = newBlock(b, 'then', node.consequent);
  const alternate = newBlock(b, 'else', node.alternate);
  lowerCondition(b, node.test, consequent, alternate);
  return { consequent, alternate };
}

export function lowerConditional(b: Builder, node: TSESTree.ConditionalExpression): void {
  const { consequent, alternate } = lowerArms(b, node);
  const join = newBlock(b, 'join', node);
  b.current = consequent;
  lowerExpression(b, node.consequent);
  connect(b.current, join, NORMAL);
  b.current = alternate;
  lowerExpression(b, node.alternate);
  proceed(b, join);
  evaluate(b, node);
}

export function lowerChain(b: Builder, node: TSESTree.ChainExpression): void {
  const join = newBlock(b, 'join', node);
  lowerChainTo(b, node, join);
  proceed(b, join);
  evaluate(b, node);
}

/** Lowers the links of a chain; control goes to `absent` from the first one that is absent. */
function lowerChainTo(b: Builder, node: TSESTree.ChainExpression, absent: Draft): void {
  const outer = b.shortCircuit;
  b.shortCircuit = absent;
  lowerExpression(b, node.expression);
  b.shortCircuit = outer;
}

/** An absent link makes the chain, and the `wrappers` around it, undefined: control goes on in `absent`. */
function lowerLinks(
  b: Builder,
  node: TSESTree.ChainExpression,
  absent: Draft,
  wrappers: Wrappers,
): void {
  const short = newBlock(b, 'join', node);
  lowerChainTo(b, node, short);
  evaluate(b, node);
  const { current } = b;
  b.current = short;
  evaluateAll(b, [node, ...wrappers]);
  connect(short, absent, NORMAL);
  b.current = current;
}

/** `object?.…`: the rest of the chain runs if there is an object. */
export function lowerOptionalLink(b: Builder, object: TSESTree.Node): void {
  if (b.shortCircuit === undefined) return;
  const next = newBlock(b, 'body', object);
  branch(b, object, 'nullish', b.shortCircuit, next);
  b.current = next;
}
