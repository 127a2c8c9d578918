/**
 * Timer functions by any route: global, `window.`, `node:timers` (named, default, namespace, `require`), destructured,
 * renamed, bound. The same names of `node:timers/promises` are other functions: {@link promiseTimer}.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Bindings } from './bindings.ts';
import { GLOBAL, originOf } from './origins.ts';

type Node = TSESTree.Node;

export type StartKind = 'setTimeout' | 'setInterval' | 'setImmediate';
type ClearKind = 'clearTimeout' | 'clearInterval' | 'clearImmediate';
export type TimerKind = StartKind | ClearKind;

export interface TimerFunction {
  readonly kind: TimerKind;
  readonly route: 'global' | 'module';
}

const STARTS: readonly StartKind[] = ['setTimeout', 'setInterval', 'setImmediate'];
const KINDS: readonly TimerKind[] = [...STARTS, 'clearTimeout', 'clearInterval', 'clearImmediate'];

const ENDINGS: readonly string[] = ['Timeout', 'Interval', 'Immediate'];

/** Can a file of this text call a timer function at all? */
export function mentionsTimers(text: string): boolean {
  // Each is a search of its own: one pattern for all of them takes several times as long.
  return ENDINGS.some((ending) => text.includes(ending));
}

/** The timer function that a value, such as the callee of a call or `clearTimeout` in `ids.forEach(clearTimeout)`, is. */
export function timerFunction(value: Node, bindings: Bindings): TimerFunction | undefined {
  const origin = originOf(value, bindings);
  if (origin?.path.length !== 1) return undefined;
  const kind = KINDS.find((it) => it === origin.path[0]);
  if (kind === undefined) return undefined;
  if (origin.source === GLOBAL) return { kind, route: 'global' };
  return origin.source === 'timers' ? { kind, route: 'module' } : undefined;
}

/** The timer function that a call calls. */
export function timerCall(
  call: TSESTree.CallExpression | TSESTree.NewExpression,
  bindings: Bindings,
): TimerFunction | undefined {
  return call.type === 'CallExpression' ? timerFunction(call.callee, bindings) : undefined;
}

/** The function of `node:timers/promises` that a value is. */
export function promiseTimerFunction(value: Node, bindings: Bindings): StartKind | undefined {
  const origin = originOf(value, bindings);
  if (!origin) return undefined;
  const path = origin.source === 'timers' ? origin.path.slice(1) : origin.path;
  const isPromises =
    origin.source === 'timers/promises' ||
    (origin.source === 'timers' && origin.path[0] === 'promises');
  return isPromises && path.length === 1 ? STARTS.find((it) => it === path[0]) : undefined;
}

/** The function of `node:timers/promises` that a call calls. */
export function promiseTimer(
  call: TSESTree.CallExpression | TSESTree.NewExpression,
  bindings: Bindings,
): StartKind | undefined {
  return promiseTimerFunction(call.callee, bindings);
}
