/**
 * Code that a variable keeps from running twice, and the function, or the module, that has the variable:
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
import { unitOf, type CodeUnit } from '../../ast/functions.ts';
import { contains, isFunction, unwrap } from '../../ast/nodes.ts';
import { constantTruthiness } from '../../cfg/policies.ts';
import type { FileFacts } from '../file.ts';

type Node = TSESTree.Node;

function isNothing(value: Node): boolean {
  return (
    (value.type === 'Literal' && value.value === null) ||
    (value.type === 'Identifier' && value.name === 'undefined')
  );
}

/** What a test has found out about a variable. */
interface Known {
  readonly name: Node;
  readonly isSet: boolean;
}

/** What is known of variables when a test has this outcome. */
function knownWhen(test: Node, outcome: boolean): readonly Known[] {
  const it = unwrap(test);
  switch (it.type) {
    case 'Identifier':
      return [{ name: it, isSet: outcome }];
    case 'UnaryExpression':
      return it.operator === '!' ? knownWhen(it.argument, !outcome) : [];
    case 'LogicalExpression':
      return it.operator === (outcome ? '&&' : '||')
        ? [...knownWhen(it.left, outcome), ...knownWhen(it.right, outcome)]
        : [];
    case 'BinaryExpression': {
      if (!isNothing(unwrap(it.right)) || it.left.type === 'PrivateIdentifier') return [];
      const isEqual = /^===?$/.test(it.operator);
      return isEqual || /^!==?$/.test(it.operator)
        ? knownWhen(it.left, isEqual ? !outcome : outcome)
        : [];
    }
    default:
      return [];
  }
}

function leaves(statement: Node): boolean {
  const last = statement.type === 'BlockStatement' ? statement.body.at(-1) : statement;
  return last?.type === 'ReturnStatement' || last?.type === 'ThrowStatement';
}

/** What the code around and before a node has found out about variables, inside its function. */
function knownAt(node: Node): readonly Known[] {
  const known: Known[] = [];
  for (let at = node; at.parent && !isFunction(at); at = at.parent) {
    const { parent } = at;
    if (parent.type === 'IfStatement' && parent.test !== at) {
      known.push(...knownWhen(parent.test, parent.consequent === at));
    }
    if (parent.type === 'AssignmentExpression' && /^(?:\?\?|\|\|)=$/.test(parent.operator)) {
      known.push({ name: parent.left, isSet: false });
    }
    if (parent.type !== 'BlockStatement') continue;
    for (const statement of parent.body) {
      if (statement === at) break;
      if (statement.type === 'IfStatement' && leaves(statement.consequent)) {
        known.push(...knownWhen(statement.test, false));
      }
    }
  }
  return known;
}

/** Does this function write to the variable only what ends its being set, or its not being set, and nobody else? */
function isLatch(variable: Variable, isSet: boolean, fn: Node): boolean {
  const writes = variable.references.filter((it) => it.isWrite() && it.init !== true);
  return (
    writes.length > 0 &&
    writes.every(({ identifier }) => {
      const { parent } = identifier;
      const isPlain = parent.type === 'AssignmentExpression' && parent.left === identifier;
      const value = isPlain ? unwrap(parent.right) : undefined;
      if (!value || !contains(fn, identifier)) return false;
      const isEmpty = isNothing(value) || constantTruthiness(value) === false;
      return isEmpty === isSet;
    })
  );
}

export interface Latch {
  /** Where the variable lives: the code runs once at most in each life of it. */
  readonly owner: CodeUnit;
  /** Its name in the test. */
  readonly name: Node;
}

/** The variables that keep the code at this place from running more than once. */
export function latchesAt(place: Node, { bindings }: FileFacts): readonly Latch[] {
  let fn = place;
  while (fn.parent && !isFunction(fn)) fn = fn.parent;
  return knownAt(place).flatMap(({ name, isSet }) => {
    const variable = bindings.variableOf(name);
    const declared = variable?.defs[0]?.node;
    const isKept = variable && declared && isLatch(variable, isSet, fn);
    return isKept ? [{ owner: unitOf(declared), name }] : [];
  });
}
