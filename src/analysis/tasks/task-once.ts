/**
 * Code that a variable of the module keeps from running twice:
 *
 * ```ts
 * let started = false;
 * export function start() {
 *   if (started) return;          or: if (!started) { … }
 *   started = true;
 *   setInterval(report, 1000);    runs once at most, and then lives as long as the process
 * }
 * ```
 *
 * Anything that sets the variable back makes it an ordinary start.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { contains, isFunction, unwrap } from '../../ast/nodes.ts';
import { constantTruthiness } from '../../cfg/policies.ts';
import type { FileFacts } from '../file.ts';

type Node = TSESTree.Node;

interface Guard {
  readonly name: Node;
  /** Does the guarded code run where the variable is set? */
  readonly whenSet: boolean;
}

function isNothing(value: Node): boolean {
  return (
    (value.type === 'Literal' && value.value === null) ||
    (value.type === 'Identifier' && value.name === 'undefined')
  );
}

/** The variable that a test asks to be set, or not to be. */
function guardIn(test: Node): Guard | undefined {
  const it = unwrap(test);
  if (it.type === 'Identifier') return { name: it, whenSet: true };
  if (it.type === 'UnaryExpression' && it.operator === '!') {
    const inner = guardIn(it.argument);
    return inner && { ...inner, whenSet: !inner.whenSet };
  }
  if (it.type === 'BinaryExpression' && isNothing(unwrap(it.right))) {
    const left = it.left.type === 'PrivateIdentifier' ? undefined : guardIn(it.left);
    const isEqual = it.operator === '==' || it.operator === '===';
    return left && /^[!=]==?$/.test(it.operator) ? { ...left, whenSet: !isEqual } : undefined;
  }
  return undefined;
}

function leaves(statement: Node): boolean {
  if (statement.type !== 'BlockStatement') return statement.type === 'ReturnStatement';
  return statement.body.at(-1)?.type === 'ReturnStatement';
}

/** The guards that stand before a node, inside its function. */
function guardsBefore(node: Node): readonly Node[] {
  const names: Node[] = [];
  for (let at = node; at.parent && !isFunction(at); at = at.parent) {
    const { parent } = at;
    if (parent.type === 'IfStatement' && parent.consequent === at) {
      const guard = guardIn(parent.test);
      if (guard?.whenSet === false) names.push(guard.name);
    }
    if (parent.type === 'AssignmentExpression' && /^(?:\?\?|\|\|)=$/.test(parent.operator)) {
      names.push(parent.left);
    }
    if (parent.type !== 'BlockStatement') continue;
    for (const statement of parent.body) {
      if (statement === at) break;
      const isExit = statement.type === 'IfStatement' && leaves(statement.consequent);
      const guard = isExit ? guardIn(statement.test) : undefined;
      if (guard?.whenSet === true) names.push(guard.name);
    }
  }
  return names;
}

/** Is the variable set in this function, and nowhere set back? */
function isLatch(variable: Variable, fn: Node): boolean {
  const writes = variable.references.filter((it) => it.isWrite() && it.init !== true);
  return (
    variable.scope.block.type === 'Program' &&
    writes.length > 0 &&
    writes.every(({ identifier }) => {
      const { parent } = identifier;
      const isPlain = parent.type === 'AssignmentExpression' && parent.left === identifier;
      const value = isPlain ? unwrap(parent.right) : undefined;
      const isSet = value !== undefined && constantTruthiness(value) !== false && !isNothing(value);
      return isSet && contains(fn, identifier);
    })
  );
}

/** Does a variable of the module keep the code at this place from running more than once? */
export function isRunOnce(place: Node, { bindings }: FileFacts): boolean {
  let fn = place;
  while (fn.parent && !isFunction(fn)) fn = fn.parent;
  return guardsBefore(place).some((name) => {
    const variable = bindings.variableOf(name);
    return variable !== undefined && isLatch(variable, fn);
  });
}
