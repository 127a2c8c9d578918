/** Lowers parameters and bodies, and tells what a returned value does. */
import type { TSESTree } from '@typescript-eslint/utils';

import { completeReturn, enclosingFunction, operation, rejectReturned } from './completions.ts';
import { emit, evaluate, newBlock, proceed } from './draft.ts';
import type { Builder } from './draft.ts';
import { lowerExpression } from './expressions.ts';
import { lowerPattern } from './patterns.ts';
import { lowerStatements } from './statements.ts';
import { unwrap } from './syntax.ts';

type FunctionNode =
  TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression;

/** `values`: what supplies each parameter, as far as it is known here. */
export function lowerFunction(
  b: Builder,
  { params, body }: FunctionNode,
  values: readonly (TSESTree.Expression | undefined)[],
): void {
  for (const [index, parameter] of params.entries()) {
    // TypeScript's declaration of the type of `this` binds nothing.
    if (parameter.type === 'Identifier' && parameter.name === 'this') continue;
    lowerPattern(b, parameter, parameter.type === 'RestElement' ? undefined : values[index]);
  }
  if (body.type === 'BlockStatement') {
    emit(b, { kind: 'statement', node: body });
    lowerStatements(b, body.body);
  } else {
    lowerExpression(b, body);
    // If the call itself may throw, that went where the rejection would go.
    if (b.current.instructions.at(-1)?.node !== body || !isAdopted(b, body)) return;
    rejectReturned(b, body);
    proceed(b, newBlock(b, 'body', body));
  }
}

export function lowerReturn(b: Builder, node: TSESTree.ReturnStatement): void {
  if (node.argument) {
    lowerExpression(b, node.argument);
    const { asyncGenerator } = enclosingFunction(b.frame);
    if (asyncGenerator) operation(b, node, b.policies.mayReject(node.argument));
    else evaluate(b, node);
  }
  if (node.argument && isAdopted(b, node.argument)) rejectReturned(b, node);
  completeReturn(b, node);
}

/** Does returning this value hand its rejection to the promise of the splice? Plain values hold no promise. */
function isAdopted(b: Builder, value: TSESTree.Expression): boolean {
  return (
    enclosingFunction(b.frame).adoptsReturned && mayBePromise(value) && b.policies.mayReject(value)
  );
}

function mayBePromise(value: TSESTree.Expression): boolean {
  const { node } = unwrap(value);
  switch (node.type) {
    case 'CallExpression':
    case 'NewExpression':
    case 'ImportExpression':
    case 'TaggedTemplateExpression':
      return true;
    case 'ChainExpression':
      return mayBePromise(node.expression);
    case 'ConditionalExpression':
      return mayBePromise(node.consequent) || mayBePromise(node.alternate);
    case 'LogicalExpression':
      return mayBePromise(node.left) || mayBePromise(node.right);
    default:
      return false;
  }
}
