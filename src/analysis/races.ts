/**
 * Races: the calls of `Promise.race` and `Promise.any`, their arms, and where a promise ends up as an arm.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../ast/bindings.ts';
import { constantValue, type Bindings } from '../ast/bindings.ts';
import { isFunction, isTransparent, memberName, unwrap, wrapped } from '../ast/nodes.ts';
import { callsNamed, callsTo } from './callers.ts';
import type { FileFacts } from './file.ts';

type Node = TSESTree.Node;

/** The methods of `Promise` that settle with the first of their arms. */
export const RACES: readonly string[] = ['race', 'any'];

/** `Promise.race(…)`, `Promise.any(…)` */
export function isRace(node: Node): node is TSESTree.CallExpression {
  return isPromiseMethod(node, RACES);
}

/** All races of the file. */
export function racesIn(facts: FileFacts): readonly TSESTree.CallExpression[] {
  return callsNamed(RACES, facts).filter((it) => isRace(it));
}

export function isPromiseMethod(
  node: Node,
  names: readonly string[],
): node is TSESTree.CallExpression {
  if (node.type !== 'CallExpression') return false;
  const callee = unwrap(node.callee);
  if (callee.type !== 'MemberExpression' || !names.includes(memberName(callee) ?? '')) return false;
  const object = unwrap(callee.object);
  return object.type === 'Identifier' && object.name === 'Promise';
}

/** The array literal of a race, also through a constant that nothing changes. */
function armList(race: TSESTree.CallExpression, bindings: Bindings): Node | undefined {
  const [argument] = race.arguments;
  if (!argument) return undefined;
  const it = unwrap(argument);
  if (it.type !== 'Identifier') return it;
  const variable = bindings.variableOf(it);
  const value = variable && constantValue(variable);
  if (!value || !variable.references.every((reference) => isOnlyRaced(reference.identifier))) {
    return undefined;
  }
  return unwrap(value);
}

/** Declared, or handed to a race: nothing is put into the array later. */
function isOnlyRaced({ parent }: Node): boolean {
  return parent?.type === 'VariableDeclarator' || (parent !== undefined && isRace(parent));
}

/** The promises that are raced, as far as the source shows them one by one. */
export function armsOf(race: TSESTree.CallExpression, bindings: Bindings): readonly Node[] {
  const list = armList(race, bindings);
  if (list?.type !== 'ArrayExpression') return [];
  return list.elements.filter(
    (element): element is TSESTree.Expression =>
      element !== null && element.type !== 'SpreadElement',
  );
}

const CHAINING: ReadonlySet<string> = new Set(['then', 'catch', 'finally']);
const MAX_STEPS = 40;

/**
 * The races in which the promise that an expression gives is an arm beside others: directly, through names, through
 * settlement calls, or returned by a function of this file whose calls are arms.
 */
export function racesWith(promise: Node, facts: FileFacts): readonly TSESTree.CallExpression[] {
  const { bindings } = facts;
  const races: TSESTree.CallExpression[] = [];
  const seen = new Set<Node | Variable>();
  const open: Node[] = [promise];
  const follow = (variable: Variable | undefined): void => {
    if (!variable || seen.has(variable)) return;
    seen.add(variable);
    for (const reference of variable.references) {
      if (reference.isRead()) open.push(reference.identifier);
    }
  };
  for (let node = open.pop(); node && seen.size < MAX_STEPS; node = open.pop()) {
    const { parent } = node;
    if (!parent || seen.has(node)) continue;
    seen.add(node);
    if (isTransparent(parent)) open.push(parent);
    else if (parent.type === 'ArrayExpression') {
      const race = raceOf(parent, bindings);
      if (race && armsOf(race, bindings).length > 1) races.push(race);
    } else if (parent.type === 'VariableDeclarator' && parent.init === node) {
      follow(bindings.variableOf(parent.id));
    } else if (parent.type === 'AssignmentExpression' && parent.right === node) {
      follow(bindings.variableOf(parent.left));
    } else if (parent.type === 'MemberExpression' && CHAINING.has(memberName(parent) ?? '')) {
      if (parent.parent.type === 'CallExpression') open.push(parent.parent);
    } else if (parent.type === 'ConditionalExpression' || parent.type === 'LogicalExpression') {
      open.push(parent);
    } else if (parent.type === 'CallExpression' && parent.callee !== node) {
      races.push(...racesOfList(parent, bindings));
    } else {
      open.push(...callsReturning(node, facts));
    }
  }
  return races;
}

/** The race that an array literal is the list of. */
function raceOf(list: Node, bindings: Bindings): TSESTree.CallExpression | undefined {
  const { parent } = list;
  if (!parent) return undefined;
  if (isRace(parent)) return parent;
  if (parent.type !== 'VariableDeclarator') return undefined;
  const variable = bindings.variableOf(parent.id);
  const race = variable?.references
    .map(({ identifier }) => identifier.parent)
    .find((it) => isRace(it));
  return race && isRace(race) ? race : undefined;
}

/** `arms.push(promise)`: the races of the arms. */
function racesOfList(
  push: TSESTree.CallExpression,
  bindings: Bindings,
): readonly TSESTree.CallExpression[] {
  const callee = unwrap(push.callee);
  if (callee.type !== 'MemberExpression' || !/^(?:push|unshift)$/.test(memberName(callee) ?? '')) {
    return [];
  }
  const list = unwrap(callee.object);
  const variable = list.type === 'Identifier' ? bindings.variableOf(list) : undefined;
  return (variable?.references ?? []).flatMap(({ identifier }) => {
    const use = wrapped(identifier).parent;
    return use && isRace(use) ? [use] : [];
  });
}

/** Calls of the function that returns this expression. */
function callsReturning(node: Node, facts: FileFacts): readonly Node[] {
  const { parent } = node;
  const returned = parent?.type === 'ReturnStatement';
  let fn: Node | undefined = parent;
  if (!returned && !(fn && isFunction(fn) && fn.body === node)) return [];
  while (fn && !isFunction(fn)) fn = fn.parent;
  return fn ? callsTo(fn, facts) : [];
}
