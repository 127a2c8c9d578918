/** Questions about the shape of code that several lowerings ask. */
import type { TSESTree } from '@typescript-eslint/utils';

export type InlineFunction = TSESTree.ArrowFunctionExpression | TSESTree.FunctionExpression;

/** A node of other parsers that the typescript-eslint types do not know. */
interface ForeignWrapper {
  readonly expression: TSESTree.Expression;
}

const FOREIGN_WRAPPERS: ReadonlySet<string> = new Set([
  'ParenthesizedExpression',
  'TypeCastExpression',
]);

/** The operand of a node that only passes its value on: types, assertions and kept parentheses. */
export function transparentOperand(node: TSESTree.Node): TSESTree.Expression | undefined {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
      return node.expression;
    default:
      return FOREIGN_WRAPPERS.has(node.type)
        ? (node as unknown as ForeignWrapper).expression
        : undefined;
  }
}

export interface Unwrapped {
  readonly node: TSESTree.Node;
  /** The transparent nodes around it, the innermost first: the order in which they get their values. */
  readonly wrappers: readonly TSESTree.Node[];
}

export function unwrap(node: TSESTree.Node): Unwrapped {
  const wrappers: TSESTree.Node[] = [];
  let at = node;
  for (let inner = transparentOperand(at); inner !== undefined; inner = transparentOperand(at)) {
    wrappers.unshift(at);
    at = inner;
  }
  return { node: at, wrappers };
}

/** A function whose body can be lowered where it is called: a generator's does not run there. */
export function inlineFunction(node: TSESTree.Node): InlineFunction | undefined {
  if (node.type === 'ArrowFunctionExpression') return node;
  return node.type === 'FunctionExpression' && !node.generator ? node : undefined;
}

/** Do these statements, the ones of one block, create bindings that die with the block? */
export function declaresBindings(statements: readonly TSESTree.Node[]): boolean {
  return statements.some(
    (statement) =>
      (statement.type === 'VariableDeclaration' && statement.kind !== 'var') ||
      statement.type === 'ClassDeclaration' ||
      statement.type === 'FunctionDeclaration',
  );
}

export function isUsing(declaration: TSESTree.VariableDeclaration): boolean {
  return declaration.kind === 'using' || declaration.kind === 'await using';
}
