/**
 * Calls that give a promise settled by a timer nobody holds, by name: imported `sleep`s, `timers/promises`,
 * `promisify(setTimeout)`.
 *
 * Their only way out is a signal, so what matters besides is whose signal they were given.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue, type Bindings } from '../../ast/bindings.ts';
import { isAwaited } from '../../ast/functions.ts';
import { callOf, calleeName, keyName, memberName, unwrap, wrapped } from '../../ast/nodes.ts';
import { GLOBAL, originOf } from '../../ast/origins.ts';
import { promiseTimerFunction, timerFunction } from '../../ast/timers.ts';
import type { FileFacts } from '../file.ts';
import { isInLoop } from '../loops.ts';
import { isBrief, isNone } from './delays.ts';

type Node = TSESTree.Node;
export type Call = TSESTree.CallExpression | TSESTree.NewExpression;

export interface SleepNames {
  /** Names, or specifiers of modules all of whose functions count. */
  readonly names: ReadonlySet<string>;
  /** Is a timer that does not keep the process alive no matter? */
  readonly unrefEnds: boolean;
}

export interface Sleep {
  readonly call: TSESTree.CallExpression;
  /** The expression that gives the signal it was given, if it was given one. */
  readonly signal: Node | undefined;
}

const SLEEP =
  /^(?:sleep|delay|wait|timeout|pause)(?:Ms|Millis|Milliseconds|Seconds|For|Async|Promise)?$/i;
const LATE = /^(?:resolve|reject|fail|throw|timeout|timedOut)(?:After|In|On)(?:Ms|Timeout|Delay)?$/;
/** Engines that keep a sleep in their history, not in a timer of the process. */
const DURABLE =
  /^(?:@temporalio\/workflow|@trigger\.dev\/sdk(?:\/v3)?|@restatedev\/restate-sdk|inngest|workflow)$/;

/** A workflow of such an engine: its timers are not those of the process either. */
export function isWorkflow(program: TSESTree.Program): boolean {
  return program.body.some(
    (it) => it.type === 'ImportDeclaration' && it.source.value === '@temporalio/workflow',
  );
}

const SIGNAL = /signal|abort|token|cancel/i;
const OPTIONS = /^(?:\w*options|\w*opts|config|init)$/i;

/** The signal among the arguments: the expression itself, `unknown` where an options object may hide one. */
export function signalAmong(call: Call, unrefEnds: boolean): Node | 'unknown' | undefined {
  for (const argument of call.arguments) {
    const it = unwrap(argument);
    if (it.type === 'SpreadElement') return 'unknown';
    // `wait(ms, true)`: that it is to be unreferenced, for instance.
    if (it.type === 'Literal' && it.value === true && unrefEnds) return 'unknown';
    if (it.type === 'Identifier') {
      if (SIGNAL.test(it.name)) return it;
      if (OPTIONS.test(it.name)) return 'unknown';
    }
    if (it.type === 'MemberExpression' && SIGNAL.test(memberName(it) ?? '')) return it;
    if (it.type === 'CallExpression' && /signal/i.test(calleeName(it) ?? '')) return it;
    const found = it.type === 'ObjectExpression' ? signalOption(it, unrefEnds) : undefined;
    if (found) return found;
  }
  return undefined;
}

function signalOption(
  options: TSESTree.ObjectExpression,
  unrefEnds: boolean,
): Node | 'unknown' | undefined {
  for (const property of options.properties) {
    if (property.type === 'SpreadElement') return 'unknown';
    const key = keyName(property.key, property.computed) ?? '';
    if (SIGNAL.test(key)) return unwrap(property.value);
    if (key === 'ref' && unrefEnds) return 'unknown';
  }
  return undefined;
}

const SECONDS = /sec/i;

/** Is the sleep over at once, or in a moment? `while (…) await sleep(50)` goes on for longer than that. */
function isShort(call: TSESTree.CallExpression, facts: FileFacts): boolean {
  const goesOn = isAwaited(call) && isInLoop(call);
  const inSeconds = SECONDS.test(calleeName(call) ?? '');
  return call.arguments.some((it) => isNone(it) || (!goesOn && !inSeconds && isBrief(it, facts)));
}

/** Is the callee something imported, also by `require`, or a property of something imported? */
function isImported(callee: Node, bindings: Bindings): boolean {
  const origin = originOf(callee, bindings);
  if (origin && origin.source !== GLOBAL) return true;
  let it = unwrap(callee);
  while (it.type === 'MemberExpression') it = unwrap(it.object);
  const variable = bindings.variableOf(it);
  return variable?.defs[0]?.type === 'ImportBinding';
}

/** `promisify(setTimeout)`, also by name */
function isPromisified(callee: Node, bindings: Bindings): boolean {
  const it = unwrap(callee);
  const variable = it.type === 'Identifier' ? bindings.variableOf(it) : undefined;
  const known = variable && constantValue(variable);
  const call = known ? unwrap(known) : it;
  if (call.type !== 'CallExpression' || calleeName(call) !== 'promisify') return false;
  const [timer] = call.arguments;
  return timer !== undefined && timerFunction(timer, bindings)?.kind === 'setTimeout';
}

function isSleep(
  call: TSESTree.CallExpression,
  inView: boolean,
  facts: FileFacts,
  { names }: SleepNames,
): boolean {
  const { bindings, elsewhere } = facts;
  if (call.arguments.length === 0 || isShort(call, facts)) return false;
  if (isTimerPromise(call.callee, bindings)) return true;
  const name = calleeName(call);
  if (name !== undefined && names.has(name)) return true;
  if (inView) return false;
  const origin = originOf(call.callee, bindings);
  if (origin && origin.source !== GLOBAL && names.has(origin.source)) return true;
  if (origin && DURABLE.test(origin.source)) return false;
  const there = elsewhere(call.callee);
  if (there && isTimerPromise(there.value, there.facts.bindings)) return true;
  const isNamed = name !== undefined && (SLEEP.test(name) || LATE.test(name));
  return isNamed && isImported(call.callee, bindings);
}

/** Does this function of Node.js start a timer and give a promise of it? */
function isTimerPromise(callee: Node, bindings: Bindings): boolean {
  return promiseTimerFunction(callee, bindings) === 'setTimeout' || isPromisified(callee, bindings);
}

const READING: ReadonlySet<string> = new Set(['then', 'catch', 'finally']);

const STOPPING = /^(?:clear|cancel|stop|abort)(?![a-z])/;

/** `clearDelay(pause)`, `clearTimeout(pause.timer)`: is the value given to what stops it? */
function isStopped(value: Node): boolean {
  const { parent } = value;
  const isGiven = parent?.type === 'CallExpression' && parent.callee !== value;
  return isGiven && STOPPING.test(calleeName(parent) ?? '');
}

/** `const pause = sleep(ms); … pause.cancel()`: the promise can be told to stop. */
function isStoppable(call: TSESTree.CallExpression, bindings: Bindings): boolean {
  const { parent } = wrapped(call);
  const variable = parent?.type === 'VariableDeclarator' && bindings.variableOf(parent.id);
  if (!variable) return false;
  return variable.references.some(({ identifier }) => {
    const promise = wrapped(identifier);
    const member = promise.parent;
    if (member?.type !== 'MemberExpression') return isStopped(promise);
    if (READING.has(memberName(member) ?? '')) return false;
    return callOf(member) !== undefined || isStopped(wrapped(member));
  });
}

/** The sleep that a call is. `inView`: the function that it calls can be looked into. */
export function sleepOf(
  call: TSESTree.CallExpression,
  inView: boolean,
  facts: FileFacts,
  names: SleepNames,
): Sleep | undefined {
  if (!isSleep(call, inView, facts, names)) return undefined;
  const signal = signalAmong(call, names.unrefEnds);
  return signal === 'unknown' || isStoppable(call, facts.bindings) ? undefined : { call, signal };
}
