/** Loops around a node, and which loops may go round any number of times: a walk over an array, a count and a deadline do not. */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../ast/bindings.ts';
import { contains, isFunction, isLoop, memberName, unwrap, type Loop } from '../ast/nodes.ts';
import type { FileFacts } from './file.ts';

type Node = TSESTree.Node;

/** The innermost loop around a node, within its function. */
export function loopAround(node: Node): Loop | undefined {
  for (let at = node.parent; at && !isFunction(at); at = at.parent) if (isLoop(at)) return at;
  return undefined;
}

export function isInLoop(node: Node): boolean {
  return loopAround(node) !== undefined;
}

const COMPARING: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '!==', '!=', '===', '==']);

/** Is the variable counted up or down in the loop? */
function isCounted(node: Node, loop: Node, { bindings }: FileFacts): boolean {
  const it = unwrap(node);
  if (it.type === 'UpdateExpression') return true;
  const variable: Variable | undefined =
    it.type === 'Identifier' ? bindings.variableOf(it) : undefined;
  return (
    variable?.references.some(({ identifier }) => {
      const { parent } = identifier;
      if (!contains(loop, identifier)) return false;
      if (parent.type === 'UpdateExpression') return true;
      return (
        parent.type === 'AssignmentExpression' &&
        parent.left === identifier &&
        (parent.operator === '+=' || parent.operator === '-=')
      );
    }) ?? false
  );
}

const CLOCKS: ReadonlySet<string> = new Set(['Date', 'performance', 'process']);

/** `Date.now() - start`: compared with something, it ends the loop at some time. */
function isClock(node: Node): boolean {
  const it = unwrap(node);
  if (it.type === 'BinaryExpression') {
    return it.operator === '-' && isClock(it.left);
  }
  if (it.type !== 'CallExpression') return false;
  const callee = unwrap(it.callee);
  return (
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    CLOCKS.has(callee.object.name) &&
    /^(?:now|uptime)$/.test(memberName(callee) ?? '')
  );
}

/** Does the test end the loop after a number of rounds? */
function isCount(test: Node, loop: Node, facts: FileFacts): boolean {
  const it = unwrap(test);
  switch (it.type) {
    case 'LogicalExpression':
      return (
        it.operator === '&&' && (isCount(it.left, loop, facts) || isCount(it.right, loop, facts))
      );
    case 'BinaryExpression':
      return (
        COMPARING.has(it.operator) &&
        (isCounted(it.left, loop, facts) ||
          isCounted(it.right, loop, facts) ||
          isClock(it.left) ||
          isClock(it.right))
      );
    case 'UpdateExpression':
      return true;
    default:
      return false;
  }
}

export function isUnbounded(loop: Node, facts: FileFacts): boolean {
  switch (loop.type) {
    case 'ForOfStatement':
      return loop.await;
    case 'WhileStatement':
    case 'DoWhileStatement':
      return !isCount(loop.test, loop, facts);
    case 'ForStatement':
      return !loop.test || !isCount(loop.test, loop, facts);
    default:
      return false;
  }
}
