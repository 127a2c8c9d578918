/** Lowers what receives a value: `({ a: x = f(), ...o.rest } = v)` → default of x if undefined, bind x, `o`, bind o.rest. */
import type { TSESTree } from '@typescript-eslint/utils';

import {
  branch,
  descend,
  emit,
  evaluate,
  evaluateAll,
  markUnknown,
  newBlock,
  proceed,
} from './draft.ts';
import type { Builder } from './draft.ts';
import { lowerExpression } from './expressions.ts';
import { unwrap } from './syntax.ts';

type Value = TSESTree.Expression | undefined;

/** Binds each leaf of `pattern`; `value` supplies the value of the whole. */
export function lowerPattern(b: Builder, pattern: TSESTree.Node, value: Value): void {
  if (!descend(b, pattern)) return;
  lowerReference(b, pattern);
  bindPattern(b, pattern, value);
  b.depth -= 1;
}

/** The parts of `a.b[c]` that are evaluated before the value that is put there. Other targets have none. */
export function lowerReference(b: Builder, target: TSESTree.Node): void {
  const { node, wrappers } = unwrap(target);
  if (node.type !== 'MemberExpression') return;
  lowerExpression(b, node.object);
  if (node.computed) lowerExpression(b, node.property);
  evaluateAll(b, wrappers);
}

/** As `lowerPattern`, once the reference of `target` has been evaluated. */
export function bindPattern(b: Builder, target: TSESTree.Node, value: Value): void {
  const { node, wrappers } = unwrap(target);
  switch (node.type) {
    case 'Identifier':
      evaluateAll(b, wrappers);
      emit(b, { kind: 'bind', node, value });
      return;
    case 'MemberExpression':
      emit(b, { kind: 'bind', node, value });
      return;
    case 'AssignmentPattern':
      lowerDefault(b, node, value);
      return;
    case 'ArrayPattern':
      for (const element of node.elements) if (element !== null) lowerPattern(b, element, value);
      return;
    case 'ObjectPattern':
      for (const property of node.properties) lowerProperty(b, property, value);
      return;
    case 'RestElement':
      lowerPattern(b, node.argument, value);
      return;
    case 'TSParameterProperty':
      lowerPattern(b, node.parameter, value);
      return;
    default:
      markUnknown(b, node);
      evaluate(b, node);
  }
}

function lowerProperty(
  b: Builder,
  property: TSESTree.Property | TSESTree.RestElement,
  value: Value,
): void {
  if (property.type === 'RestElement') {
    lowerPattern(b, property.argument, value);
    return;
  }
  if (property.computed) lowerExpression(b, property.key);
  lowerPattern(b, property.value, value);
}

function lowerDefault(b: Builder, node: TSESTree.AssignmentPattern, value: Value): void {
  lowerReference(b, node.left);
  const absent = newBlock(b, 'then', node.right);
  const join = newBlock(b, 'join', node);
  branch(b, node, 'undefined', absent, join);
  b.current = absent;
  lowerExpression(b, node.right);
  proceed(b, join);
  bindPattern(b, node.left, value);
}
