/**
 * Lowers expressions in evaluation order: operands first, then one `evaluate` for the expression itself.
 *
 * `a.b(c)`                 →  a, a.b, c, a.b(c)
 * `x = y ?? f()`           →  y -nullish-> f(), join: y ?? f(), bind x, x = …
 *
 * The spine of first operands (`((a + b) + c) + …`, `a.b().c()`) is walked with a loop, because generated code and method
 * chains make it thousands of nodes long.
 *
 * Does not descend into functions (they have graphs of their own), types, or keys and labels that are mere names.
 */
import type { TSESTree } from '@typescript-eslint/utils';

import {
  lowerAwait,
  lowerCallAfterCallee,
  lowerImport,
  lowerNew,
  lowerTemplateCall,
  lowerYield,
} from './calls.ts';
import { lowerClass } from './classes.ts';
import { lowerChain, lowerConditional, lowerLogical, lowerOptionalLink } from './conditions.ts';
import { branch, descend, emit, evaluate, markUnknown, newBlock, proceed } from './draft.ts';
import type { Builder } from './draft.ts';
import { lowerJsx } from './jsx.ts';
import { bindPattern, lowerReference } from './patterns.ts';
import { isSettlement, lowerFloatingSettlement } from './settlement.ts';
import { lowerImmediateCall, splicedFunction } from './splice.ts';
import { transparentOperand, unwrap } from './syntax.ts';

export function lowerExpression(b: Builder, node: TSESTree.Node): void {
  if (!descend(b, node)) return;
  const spine: TSESTree.Node[] = [];
  let at = node;
  for (let first = firstOperand(b, at); first !== undefined; first = firstOperand(b, at)) {
    spine.push(at);
    at = first;
  }
  lowerHead(b, at);
  for (let next = spine.pop(); next !== undefined; next = spine.pop()) lowerAfterFirst(b, next);
  b.depth -= 1;
}

/** The operand that is evaluated before anything else of `node`, if the rest is then plain code. */
function firstOperand(b: Builder, node: TSESTree.Node): TSESTree.Node | undefined {
  switch (node.type) {
    case 'BinaryExpression':
      return node.left.type === 'PrivateIdentifier' ? undefined : node.left;
    case 'MemberExpression':
      return node.object;
    case 'CallExpression':
      return splicedFunction(b, node) || isSettlement(b, node) ? undefined : node.callee;
    case 'TaggedTemplateExpression':
      return node.tag;
    default:
      return transparentOperand(node);
  }
}

function lowerAfterFirst(b: Builder, node: TSESTree.Node): void {
  switch (node.type) {
    case 'BinaryExpression':
      lowerRightOperand(b, node);
      return;
    case 'MemberExpression':
      if (node.optional) lowerOptionalLink(b, node.object);
      if (node.computed) lowerExpression(b, node.property);
      evaluate(b, node);
      return;
    case 'CallExpression':
      lowerCallAfterCallee(b, node);
      return;
    case 'TaggedTemplateExpression':
      lowerTemplateCall(b, node);
      return;
    default:
      evaluate(b, node);
  }
}

function lowerRightOperand(b: Builder, node: TSESTree.BinaryExpression): void {
  // A pipeline calls its right-hand side.
  if (isOperator(node, '|>')) markUnknown(b, node);
  lowerExpression(b, node.right);
  evaluate(b, node);
}

/** For operators of proposals, which the types do not know. */
function isOperator({ operator }: { readonly operator: string }, proposed: string): boolean {
  return operator === proposed;
}

/** Lowers an expression that has no first operand, or one whose value decides what is evaluated next. */
function lowerHead(b: Builder, node: TSESTree.Node): void {
  switch (node.type) {
    case 'CallExpression':
      if (isSettlement(b, node)) lowerFloatingSettlement(b, node);
      else lowerImmediateCall(b, node);
      return;
    case 'NewExpression':
      lowerNew(b, node);
      return;
    case 'AwaitExpression':
      lowerAwait(b, node);
      return;
    case 'YieldExpression':
      lowerYield(b, node);
      return;
    case 'ImportExpression':
      lowerImport(b, node);
      return;
    case 'LogicalExpression':
      lowerLogical(b, node);
      return;
    case 'ConditionalExpression':
      lowerConditional(b, node);
      return;
    case 'ChainExpression':
      lowerChain(b, node);
      return;
    case 'AssignmentExpression':
      lowerAssignment(b, node);
      return;
    case 'UpdateExpression':
      lowerUpdate(b, node);
      return;
    case 'ClassExpression':
      lowerClass(b, node);
      return;
    case 'JSXElement':
    case 'JSXFragment':
      lowerJsx(b, node);
      return;
    default:
      lowerSimple(b, node);
  }
}

/** Expressions that evaluate all their operands, from left to right. */
function lowerSimple(b: Builder, node: TSESTree.Node): void {
  switch (node.type) {
    case 'Identifier':
    case 'Literal':
    case 'ThisExpression':
    case 'Super':
    case 'MetaProperty':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'TSEmptyBodyFunctionExpression':
      break;
    case 'BinaryExpression':
      lowerExpression(b, node.right);
      break;
    case 'UnaryExpression':
      // Babel's throw expressions.
      if (isOperator(node, 'throw')) markUnknown(b, node);
      lowerExpression(b, node.argument);
      break;
    case 'TemplateLiteral':
    case 'SequenceExpression':
      for (const part of node.expressions) lowerExpression(b, part);
      break;
    case 'ArrayExpression':
      lowerElements(b, node.elements);
      break;
    case 'ObjectExpression':
      for (const property of node.properties) lowerProperty(b, property);
      break;
    default:
      markUnknown(b, node);
  }
  evaluate(b, node);
}

/** Arguments or elements: `f(a, ...b)`, `[a, , ...b]`. */
export function lowerElements(
  b: Builder,
  elements: readonly (TSESTree.Expression | TSESTree.SpreadElement | null)[],
): void {
  for (const element of elements) {
    if (element === null) continue;
    lowerExpression(b, element.type === 'SpreadElement' ? element.argument : element);
  }
}

function lowerProperty(b: Builder, property: TSESTree.ObjectLiteralElement): void {
  if (property.type === 'SpreadElement') {
    lowerExpression(b, property.argument);
    return;
  }
  if (property.computed) lowerExpression(b, property.key);
  lowerExpression(b, property.value);
}

const LOGICAL_ASSIGNMENT: ReadonlySet<string> = new Set(['&&=', '||=', '??=']);

function lowerAssignment(b: Builder, node: TSESTree.AssignmentExpression): void {
  if (node.operator === '=') {
    lowerReference(b, node.left);
    lowerExpression(b, node.right);
    bindPattern(b, node.left, node.right);
    evaluate(b, node);
    return;
  }
  lowerExpression(b, node.left);
  if (LOGICAL_ASSIGNMENT.has(node.operator)) {
    lowerLogicalAssignment(b, node);
    return;
  }
  lowerExpression(b, node.right);
  rebind(b, node.left, undefined);
  evaluate(b, node);
}

function lowerLogicalAssignment(b: Builder, node: TSESTree.AssignmentExpression): void {
  const assign = newBlock(b, node.operator === '&&=' ? 'then' : 'else', node.right);
  const join = newBlock(b, 'join', node);
  if (node.operator === '??=') branch(b, node.left, 'nullish', assign, join);
  else if (node.operator === '&&=') branch(b, node.left, 'truthy', assign, join);
  else branch(b, node.left, 'truthy', join, assign);
  b.current = assign;
  lowerExpression(b, node.right);
  rebind(b, node.left, node.right);
  proceed(b, join);
  evaluate(b, node);
}

function lowerUpdate(b: Builder, node: TSESTree.UpdateExpression): void {
  lowerExpression(b, node.argument);
  rebind(b, node.argument, undefined);
  evaluate(b, node);
}

/** Puts a value into a target that has been read just before. */
function rebind(
  b: Builder,
  target: TSESTree.Expression,
  value: TSESTree.Expression | undefined,
): void {
  const { node } = unwrap(target);
  if (node.type === 'Identifier' || node.type === 'MemberExpression') {
    emit(b, { kind: 'bind', node, value });
  } else {
    markUnknown(b, node);
  }
}
