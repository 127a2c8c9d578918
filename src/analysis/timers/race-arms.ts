/**
 * `Promise.race([...])` and `Promise.any([...])` -> their arms, and the timers that an arm waits for.
 *
 * ```ts
 * await Promise.race([work(), new Promise((_, no) => setTimeout(no, ms))]);   // a timer in an executor, inline
 * await Promise.race([work(), timeout(ms)]);                                   // a helper of this file that makes one
 * await Promise.race([work(), sleep(ms)]);                                     // an imported sleep
 * ```
 *
 * With type information helpers of other files are looked into as well; without it, sleeps are known by name.
 *
 * Not followed: arrays that other functions build.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue, type Bindings, type Variable } from '../../ast/bindings.ts';
import { isPromiseConstruction, isSettlement } from '../../ast/functions.ts';
import {
  calleeName,
  contains,
  isFunction,
  isLoop,
  memberName,
  unwrap,
  walk,
  type FunctionNode,
} from '../../ast/nodes.ts';
import { originOf, GLOBAL } from '../../ast/origins.ts';
import type { FileFacts } from '../file.ts';
import { RACES } from '../races.ts';
import { isGivenMoment, isNone } from './delays.ts';
import { signalAmong, sleepOf, type Call, type Sleep, type SleepNames } from './sleeps.ts';

type Node = TSESTree.Node;

export interface Race {
  readonly call: TSESTree.CallExpression;
  readonly arms: readonly Node[];
}

/** What an arm turns out to wait for. */
export type ArmTimer =
  /** A promise made here, settled by these functions. */
  | { readonly kind: 'executor'; readonly executor: FunctionNode; readonly arm: Node }
  | { readonly kind: 'resolvers'; readonly settlers: readonly Variable[]; readonly arm: Node }
  /** A call of a function that makes the promise; `facts` are of the file that has the function. */
  | {
      readonly kind: 'helper';
      readonly call: TSESTree.CallExpression;
      readonly fn: FunctionNode;
      readonly facts: FileFacts;
      /** The signal that it was given. */
      readonly signal: Node | undefined;
      readonly arm: Node;
    }
  | { readonly kind: 'sleep'; readonly sleep: Sleep; readonly arm: Node };

export interface ArmScene {
  readonly facts: FileFacts;
  readonly names: SleepNames;
}

/** The value of a variable that is assigned once, its declaration included. */
export function onlyValue(variable: Variable): Node | undefined {
  const known = constantValue(variable);
  if (known) return known;
  const writes = variable.references.filter((reference) => reference.isWrite());
  const [write] = writes;
  if (writes.length !== 1 || !write) return undefined;
  const { parent } = write.identifier;
  return parent.type === 'AssignmentExpression' && parent.left === write.identifier
    ? parent.right
    : undefined;
}

function pushedInto(variable: Variable): readonly Node[] {
  return variable.references.flatMap(({ identifier }) => {
    const { parent } = identifier;
    if (parent.type !== 'MemberExpression' || memberName(parent) !== 'push') return [];
    return parent.parent.type === 'CallExpression' ? parent.parent.arguments : [];
  });
}

/** The arms of a race, when the array is built in view. Several of them may hide behind one expression. */
function armsOf(argument: Node, bindings: Bindings): readonly Node[] {
  const it = unwrap(argument);
  if (it.type === 'ArrayExpression') return it.elements.filter((element) => element !== null);
  if (it.type === 'CallExpression') {
    // `[work(), ms && sleep(ms)].filter(Boolean)`
    const callee = unwrap(it.callee);
    const kept = callee.type === 'MemberExpression' && memberName(callee) === 'filter';
    return kept ? armsOf(callee.object, bindings) : [];
  }
  if (it.type !== 'Identifier') return [];
  const variable = bindings.variableOf(it);
  const value = variable && onlyValue(variable);
  if (!variable || !value) return [];
  const initial = unwrap(value);
  const first = initial.type === 'ArrayExpression' ? armsOf(initial, bindings) : [initial];
  return [...first, ...pushedInto(variable)];
}

/** The race that a call is: two arms at least, or nobody loses. */
export function raceOf(call: Call, bindings: Bindings): Race | undefined {
  if (call.type !== 'CallExpression') return undefined;
  if (!RACES.includes(calleeName(call) ?? '')) return undefined;
  const origin = originOf(call.callee, bindings);
  if (origin?.source !== GLOBAL || origin.path[0] !== 'Promise') return undefined;
  const [argument] = call.arguments;
  const arms = argument ? armsOf(argument, bindings) : [];
  return arms.length > 1 ? { call, arms } : undefined;
}

/** What a function gives, and for an asynchronous one what it waits for before. */
function promisesOf(fn: FunctionNode, { facts }: ArmScene): readonly Node[] {
  if (fn.body.type !== 'BlockStatement') return [fn.body];
  const promises: Node[] = [];
  walk(fn.body, facts.sourceCode.visitorKeys, (node) => {
    if (node.type === 'ReturnStatement' && node.argument) promises.push(node.argument);
    if (node.type === 'AwaitExpression' && fn.async) promises.push(node.argument);
    return !isFunction(node);
  });
  return promises;
}

/** The promises that keep the arm waiting when nothing but timers does. */
function timersIn(fn: FunctionNode, scene: ArmScene, steps: number): readonly ArmTimer[] {
  const found = promisesOf(fn, scene).map((it) => armTimers(it, scene, steps));
  const isWork = fn.async && found.some((timers) => timers.length === 0);
  return isWork || isToldToStop(fn, scene) ? [] : found.flat();
}

/** `while (!stopped) await sleep(500)`: sleeps a little at a time, until somebody outside says that it is enough. */
function isToldToStop(fn: FunctionNode, { facts }: ArmScene): boolean {
  const { bindings, sourceCode } = facts;
  let told = false;
  walk(fn.body, sourceCode.visitorKeys, (node) => {
    if (isLoop(node) && 'test' in node && node.test) {
      walk(node.test, sourceCode.visitorKeys, (part) => {
        const variable = part.type === 'Identifier' ? bindings.variableOf(part) : undefined;
        told ||= variable !== undefined && isWrittenBeyond(variable, fn);
      });
    }
    return !told && !isFunction(node);
  });
  return told;
}

/** Does other code than this function give the variable a new value? */
function isWrittenBeyond({ references }: Variable, fn: FunctionNode): boolean {
  return references.some((it) => it.isWrite() && it.init !== true && !contains(fn, it.identifier));
}

const MAX_STEPS = 6;

/** The timers that an arm waits for, through names, chains and helpers. */
export function armTimers(arm: Node, scene: ArmScene, steps = 0): readonly ArmTimer[] {
  if (steps > MAX_STEPS) return [];
  const { bindings } = scene.facts;
  const next = (node: Node): readonly ArmTimer[] => armTimers(node, scene, steps + 1);
  const it = unwrap(arm);
  switch (it.type) {
    case 'Identifier': {
      const variable = bindings.variableOf(it);
      if (!variable) return [];
      const settlers = resolversBeside(variable, bindings);
      if (settlers.length > 0) return [{ kind: 'resolvers', settlers, arm: it }];
      const value = onlyValue(variable);
      return value && !isFunction(value) ? next(value) : [];
    }
    case 'MemberExpression': {
      const whole = wholeResolvers(it, bindings);
      return whole ? [{ kind: 'resolvers', settlers: [whole], arm: it }] : [];
    }
    case 'ConditionalExpression':
      return [...next(it.consequent), ...next(it.alternate)];
    case 'LogicalExpression':
      return [...next(it.left), ...next(it.right)];
    case 'NewExpression': {
      const executor = it.arguments[0] && unwrap(it.arguments[0]);
      const inline = isPromiseConstruction(it) && executor !== undefined && isFunction(executor);
      return inline ? [{ kind: 'executor', executor, arm: it }] : [];
    }
    case 'CallExpression':
      return callTimers(it, scene, steps);
    default:
      return [];
  }
}

function callTimers(
  call: TSESTree.CallExpression,
  scene: ArmScene,
  steps: number,
): readonly ArmTimer[] {
  const { facts, names } = scene;
  const callee = unwrap(call.callee);
  if (isSettlement(call) && callee.type === 'MemberExpression') {
    return armTimers(callee.object, scene, steps + 1);
  }
  const body = bodyOf(callee, facts);
  const sleep = sleepOf(call, body !== undefined, facts, names);
  if (sleep) return [{ kind: 'sleep', sleep, arm: call }];
  if (!body || body.fn.generator || call.arguments.some(isNone)) return [];
  if (isGivenMoment(call, body.fn, facts, body.facts.bindings)) return [];
  const signal = signalAmong(call, names.unrefEnds);
  const inner = signal === 'unknown' ? [] : timersIn(body.fn, { ...scene, ...body }, steps + 1);
  if (isFunction(callee) || signal === 'unknown') return inner;
  return inner.length > 0 ? [{ kind: 'helper', call, ...body, signal, arm: call }] : [];
}

interface Body {
  readonly fn: FunctionNode;
  readonly facts: FileFacts;
}

/** The function that a callee reaches, in this file or another. */
function bodyOf(callee: Node, facts: FileFacts): Body | undefined {
  const fn = facts.bindings.functionOf(callee);
  if (fn) return { fn, facts };
  const there = facts.elsewhere(callee);
  return there && isFunction(there.value) ? { fn: there.value, facts: there.facts } : undefined;
}

/** What a helper waits for. */
export function helperTimers(fn: FunctionNode, scene: ArmScene): readonly ArmTimer[] {
  return timersIn(fn, scene, 0);
}

/** `const expired = Promise.withResolvers()`, of which `expired.promise` is the arm. */
function wholeResolvers(
  member: TSESTree.MemberExpression,
  bindings: Bindings,
): Variable | undefined {
  if (memberName(member) !== 'promise') return undefined;
  const variable = bindings.variableOf(unwrap(member.object));
  const value = variable && constantValue(variable);
  const init = value && unwrap(value);
  const isPair =
    (init?.type === 'CallExpression' && calleeName(init) === 'withResolvers') ||
    (init?.type === 'NewExpression' && (calleeName(init) ?? '').includes('Deferred'));
  return isPair ? variable : undefined;
}

/** `const { promise, resolve, reject } = Promise.withResolvers()`: the functions beside the promise. */
function resolversBeside(promise: Variable, bindings: Bindings): readonly Variable[] {
  const [definition] = promise.defs;
  const declarator = definition?.node;
  if (declarator?.type !== 'VariableDeclarator' || !declarator.init) return [];
  const init = unwrap(declarator.init);
  if (init.type !== 'CallExpression' || calleeName(init) !== 'withResolvers') return [];
  if (declarator.id.type !== 'ObjectPattern') return [];
  return declarator.id.properties.flatMap((property) => {
    const variable = property.type === 'Property' ? bindings.variableOf(property.value) : undefined;
    return variable && variable !== promise ? [variable] : [];
  });
}
