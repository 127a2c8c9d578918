/** What the builder asks when nothing is known but syntax: one set of answers per tier of the option `throws`. */
import type { TSESTree } from '@typescript-eslint/utils';

import type { Policies } from './graph.ts';
import { transparentOperand } from './syntax.ts';

/**
 * - `explicit`: only `throw` statements throw.
 * - `await`: an awaited promise may reject, a generator may be abandoned, and what a `try` with a `catch` encloses may throw.
 * - `call`: every call may throw.
 */
export type Tier = 'explicit' | 'await' | 'call';

export function defaultPolicies(tier: Tier, overrides: Partial<Policies> = {}): Policies {
  return {
    mayThrow: mayThrowOf(tier),
    mayReject: () => tier !== 'explicit',
    mayAbandon: tier !== 'explicit',
    completes: (node) =>
      node.type === 'CallExpression' && isProcessExit(node) ? 'exits' : 'returns',
    truthiness: constantTruthiness,
    splice: true,
    ...overrides,
  };
}

function mayThrowOf(tier: Tier): Policies['mayThrow'] {
  switch (tier) {
    case 'explicit':
      return () => false;
    case 'await':
      return (operation, caught) =>
        operation.type === 'VariableDeclaration'
          ? caught || operation.kind === 'await using'
          : caught;
    case 'call':
      return () => true;
  }
}

const PROCESS_ENDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['process', new Set(['exit', 'abort'])],
  ['Deno', new Set(['exit'])],
]);

function isProcessExit({ callee }: TSESTree.CallExpression): boolean {
  return (
    callee.type === 'MemberExpression' &&
    !callee.computed &&
    callee.object.type === 'Identifier' &&
    callee.property.type === 'Identifier' &&
    PROCESS_ENDS.get(callee.object.name)?.has(callee.property.name) === true
  );
}

/** The truth value of a test that its syntax alone decides. */
export function constantTruthiness(test: TSESTree.Node): boolean | undefined {
  const inner = transparentOperand(test);
  if (inner !== undefined) return constantTruthiness(inner);
  switch (test.type) {
    case 'Literal':
      // A regular expression or bigint that this engine cannot represent has the value null.
      if ('regex' in test) return true;
      if ('bigint' in test) return /[1-9a-f]/iu.test(test.bigint.replace(/^0[box]/iu, ''));
      return Boolean(test.value);
    case 'TemplateLiteral':
      return templateTruthiness(test);
    case 'Identifier':
      if (test.name === 'undefined' || test.name === 'NaN') return false;
      return test.name === 'Infinity' ? true : undefined;
    case 'UnaryExpression':
      return test.operator === 'void' ? false : undefined;
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassExpression':
    case 'ObjectExpression':
    case 'ArrayExpression':
    case 'NewExpression':
      return true;
    default:
      return undefined;
  }
}

function templateTruthiness({ quasis }: TSESTree.TemplateLiteral): boolean | undefined {
  if (quasis.some(({ value }) => value.raw !== '')) return true;
  return quasis.length === 1 ? false : undefined;
}
