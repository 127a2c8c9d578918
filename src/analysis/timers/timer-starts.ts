/**
 * Calls that start a timer, and what the timer's callback does when it fires.
 *
 * ```ts
 * timer = setTimeout(() => reject(new Error('late')), ms);   // settles a promise
 * const t = setTimeout(() => controller.abort(), ms);        // aborts `controller`
 * ```
 *
 * No timer to us: one without a delay, one that is over in a moment, and one that ends the process.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Bindings, Variable } from '../../ast/bindings.ts';
import { timerCall, timerFunction, type TimerKind } from '../../ast/timers.ts';
import {
  callOf,
  calleeName,
  contains,
  isFunction,
  memberName,
  unwrap,
  walk,
  wrapped,
  type FunctionNode,
  type VisitorKeys,
} from '../../ast/nodes.ts';
import type { Acquisition } from '../effects.ts';
import { PART } from '../keys.ts';
import { pathOf, type ReadPath } from '../paths.ts';
import type { Returned } from '../return-statements.ts';
import { usesOf } from '../uses.ts';
import { isInLoop } from '../loops.ts';
import { isBrief, isNone } from './delays.ts';

type Node = TSESTree.Node;

/** A pair of functions of one's own: `set` starts a timer, `clear` takes what it returned. */
export interface TimerPair {
  readonly set: string;
  readonly clear: string;
}

export interface TimerStart extends Acquisition {
  readonly call: TSESTree.CallExpression;
  readonly kind: 'setTimeout' | 'setInterval';
  /** The function that runs when the timer fires, where it is certain. */
  readonly callback: FunctionNode | undefined;
}

export interface TimerSettings {
  readonly bindings: Bindings;
  readonly visitorKeys: VisitorKeys;
  readonly calls: readonly (TSESTree.CallExpression | TSESTree.NewExpression)[];
  readonly pairs: readonly TimerPair[];
  readonly returnsOf: (fn: FunctionNode) => readonly Returned[];
  /** Does `unref()` end the obligation? An unreferenced timer does not keep the process alive. */
  readonly unrefEnds: boolean;
}

const INJECTED = /^(?:set|clear)(?:Timeout|Interval|Immediate)$/;

/** `this.#timers.setTimeout` counts when the file also clears through the same object. */
function injectedKind(callee: Node, settings: TimerSettings): TimerKind | undefined {
  const member = unwrap(callee);
  if (member.type !== 'MemberExpression') return undefined;
  const name = memberName(member);
  const object = unwrap(member.object);
  if (name === undefined || !INJECTED.test(name) || object.type !== 'MemberExpression') {
    return undefined;
  }
  if (object.object.type !== 'ThisExpression') return undefined;
  const holder = memberName(object);
  const counterpart = name.replace(/^set/, 'clear');
  const isPair = settings.calls.some((call) => {
    const other = unwrap(call.callee);
    if (other.type !== 'MemberExpression' || memberName(other) !== counterpart) return false;
    const owner = unwrap(other.object);
    return owner.type === 'MemberExpression' && memberName(owner) === holder;
  });
  return isPair ? (name as TimerKind) : undefined;
}

function kindOf(call: TSESTree.CallExpression, settings: TimerSettings): TimerKind | undefined {
  const known = timerCall(call, settings.bindings)?.kind;
  if (known) return known;
  const name = calleeName(call);
  if (settings.pairs.some((pair) => pair.set === name)) return 'setTimeout';
  return injectedKind(call.callee, settings);
}

/** `const timer = this.startTimer(ms)`, where all that the function does with a timer is to return it: the timer. */
function startedWithin(
  call: TSESTree.CallExpression,
  settings: TimerSettings,
): TSESTree.CallExpression | undefined {
  const { parent } = wrapped(call);
  if (parent?.type !== 'VariableDeclarator' && parent?.type !== 'AssignmentExpression') {
    return undefined;
  }
  const fn = settings.bindings.functionOf(call.callee);
  if (!fn || fn.async || fn.generator) return undefined;
  const [only, ...others] = settings.returnsOf(fn);
  const timer = only?.value && others.length === 0 ? unwrap(only.value) : undefined;
  if (timer?.type !== 'CallExpression') return undefined;
  return timerCall(timer, settings.bindings) ? timer : undefined;
}

/** Does passing a handle to this function clear the timer? */
function isClearing(callee: Node, settings: TimerSettings): boolean {
  const it = unwrap(callee);
  if (timerFunction(it, settings.bindings)?.kind.startsWith('clear') === true) return true;
  const name =
    it.type === 'Identifier'
      ? it.name
      : it.type === 'MemberExpression'
        ? memberName(it)
        : undefined;
  if (settings.pairs.some((pair) => pair.clear === name)) return true;
  return injectedKind(it, settings)?.startsWith('clear') === true;
}

const EXITS: ReadonlySet<string> = new Set(['process.exit', 'process.abort', 'Deno.exit']);

/** `setTimeout(() => process.exit(1), 5000)`: the last resort of a shutdown is meant to outlive it. */
function endsProcess(callback: FunctionNode, visitorKeys: VisitorKeys): boolean {
  let found = false;
  walk(callback.body, visitorKeys, (node) => {
    if (node.type === 'MemberExpression' && node.object.type === 'Identifier') {
      found ||= EXITS.has(`${node.object.name}.${memberName(node) ?? ''}`);
    }
    return !found;
  });
  return found;
}

/** `const look = () => { setTimeout(look, 50) }`: many moments make a while. */
function isRearmed(callback: FunctionNode | undefined, settings: TimerSettings): boolean {
  const { bindings } = settings;
  const fired = firedFunctions({ callback }, settings);
  return settings.calls.some((other) => {
    if (timerCall(other, bindings)?.kind !== 'setTimeout') return false;
    const [again] = other.arguments;
    const started = again && bindings.functionOf(again);
    return started && fired.includes(started) && fired.some((fn) => contains(fn, other));
  });
}

/** `setTimeout(…).unref()` gives the timer itself, too. */
function chained(call: TSESTree.CallExpression, returning: ReadonlySet<string>): Node {
  const { parent } = wrapped(call);
  const outer = parent?.type === 'MemberExpression' ? callOf(parent) : undefined;
  const isSame =
    outer && parent?.type === 'MemberExpression' && returning.has(memberName(parent) ?? '');
  return isSame ? chained(outer, returning) : call;
}

/** The start of a timer that a call is. */
export function timerStartOf(
  call: TSESTree.CallExpression | TSESTree.NewExpression,
  settings: TimerSettings,
): TimerStart | undefined {
  if (call.type !== 'CallExpression') return undefined;
  const known = kindOf(call, settings);
  const setting = known ? call : startedWithin(call, settings);
  const kind = known ?? (setting && kindOf(setting, settings));
  // An immediate fires before anything that one could wait for.
  if (!setting || (kind !== 'setTimeout' && kind !== 'setInterval')) return undefined;
  const { unrefEnds, visitorKeys } = settings;
  const [first, delay] = setting.arguments;
  const callback = first && settings.bindings.functionOf(first);
  if (kind === 'setTimeout') {
    if (!delay || isNone(delay)) return undefined;
    if (isBrief(delay, settings) && !isRearmed(callback, settings)) return undefined;
  }
  if (callback && endsProcess(callback, visitorKeys)) return undefined;
  const keys = new Set(['close', '@@dispose', ...(unrefEnds ? ['unref'] : [])]);
  const node = chained(call, new Set(['ref', 'refresh', ...(unrefEnds ? [] : ['unref'])]));
  return {
    call,
    kind,
    callback,
    node,
    uses: usesOf(node, PART, keys),
    inLoop: isInLoop(call),
    release: {
      keys,
      byArgument: (callee) => isClearing(callee, settings),
      // An interval runs again, so its own callback can clear it; a timeout's is too late.
      own: kind === 'setInterval' ? undefined : setting,
      lent: () => false,
    },
  };
}

const STOPPING: ReadonlySet<string> = new Set([
  'abort',
  'cancel',
  'kill',
  'destroy',
  'close',
  'reject',
  'terminate',
]);

export function rootOf(node: Node): Node {
  let it = unwrap(node);
  while (it.type === 'MemberExpression') it = unwrap(it.object);
  return it;
}

/** The functions that run when the timer fires: its callback, and functions of the file that it calls. */
function firedFunctions(
  { callback }: Pick<TimerStart, 'callback'>,
  { bindings, visitorKeys }: TimerSettings,
): readonly FunctionNode[] {
  if (!callback) return [];
  const fired = [callback];
  walk(callback.body, visitorKeys, (node) => {
    const called = node.type === 'CallExpression' ? bindings.functionOf(node.callee) : undefined;
    if (called && !fired.includes(called)) fired.push(called);
    return !isFunction(node);
  });
  return fired;
}

/** The variables beside a function taken out of an object: `const { pipe, abort } = render(…)`, of which `abort` stops all. */
function takenWith(fn: Node, bindings: Bindings): readonly ReadPath[] {
  const it = unwrap(fn);
  if (it.type !== 'Identifier' || !STOPPING.has(it.name)) return [];
  const declarator = bindings.variableOf(it)?.defs[0]?.node;
  if (declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'ObjectPattern')
    return [];
  return declarator.id.properties.flatMap((property) => {
    const beside = property.type === 'Property' ? bindings.variableOf(property.value) : undefined;
    return beside ? [{ root: beside, members: [] }] : [];
  });
}

/** What the fired timer stops: `() => controller.abort()`, `child.kill.bind(child)`, `() => this.#socket.destroy()`. */
export function stoppedBy(start: TimerStart, settings: TimerSettings): readonly ReadPath[] {
  const { bindings, visitorKeys } = settings;
  const stopped: ReadPath[] = [];
  const add = (callee: Node): void => {
    stopped.push(...takenWith(callee, bindings));
    if (callee.type !== 'MemberExpression' || !STOPPING.has(memberName(callee) ?? '')) return;
    const path = pathOf(callee.object, bindings);
    if (path) stopped.push(path);
  };
  for (const fn of firedFunctions(start, settings)) {
    walk(fn.body, visitorKeys, (node) => {
      if (node.type === 'CallExpression') add(unwrap(node.callee));
      return !isFunction(node);
    });
  }
  const [first] = start.call.arguments;
  const bound = first && unwrap(first);
  if (bound?.type === 'Identifier') add(bound);
  if (bound?.type === 'CallExpression') {
    const callee = unwrap(bound.callee);
    if (callee.type === 'MemberExpression' && memberName(callee) === 'bind') {
      add(unwrap(callee.object));
    }
  }
  return stopped;
}

/** Does the fired timer call one of these functions, or is one of them its callback? */
export function calls(
  start: TimerStart,
  targets: ReadonlySet<Variable>,
  settings: TimerSettings,
): boolean {
  const { bindings, visitorKeys } = settings;
  const isTarget = (node: Node): boolean => {
    const variable = bindings.variableOf(rootOf(node));
    return variable !== undefined && targets.has(variable);
  };
  const [first] = start.call.arguments;
  if (first && isTarget(first)) return true;
  let found = false;
  for (const fn of firedFunctions(start, settings)) {
    walk(fn.body, visitorKeys, (node) => {
      if (node.type === 'CallExpression') {
        found ||= isTarget(node.callee) || node.arguments.some(isTarget);
      }
      return !found;
    });
  }
  return found;
}
