/**
 * Timer functions by any route: global, `window.`, `node:timers` (named, default, namespace, `require`), destructured,
 * renamed, bound, handed out as a pair. The same names of `node:timers/promises` are other functions:
 * {@link promiseTimer}.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Bindings } from './bindings.ts';
import { keyName, unwrap } from './nodes.ts';
import { GLOBAL, originOf } from './origins.ts';
import type { Word } from './words.ts';

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

/** In the text of every file that calls a timer function. */
export const TIMER_WORDS: readonly Word[] = ['Timeout', 'Interval', 'Immediate'];

/** The timer function that a value, such as the callee of a call or `clearTimeout` in `ids.forEach(clearTimeout)`, is. */
export function timerFunction(value: Node, bindings: Bindings): TimerFunction | undefined {
  const origin = originOf(value, bindings);
  const isKnown = origin?.source === GLOBAL || origin?.source === 'timers';
  if (!isKnown || origin.path.length !== 1) return handedOut(value, bindings);
  const kind = kindNamed(origin.path[0]);
  return kind && { kind, route: origin.source === GLOBAL ? 'global' : 'module' };
}

function kindNamed(name: string | undefined): TimerKind | undefined {
  return KINDS.find((it) => it === name);
}

/** What an import or a pattern takes under one of its names. */
function takenAs(it: Node): string | undefined {
  if (it.type === 'ImportSpecifier') return keyName(it.imported, false);
  return it.type === 'Property' ? keyName(it.key, it.computed) : undefined;
}

/** Everything that the import or the pattern takes. */
function takenWith({ parent }: Node): readonly Node[] {
  if (parent?.type === 'ImportDeclaration') return parent.specifiers;
  return parent?.type === 'ObjectPattern' ? parent.properties : [];
}

/** `const { setTimeout, clearTimeout } = safeTimers()`: who takes both knows what they are. */
function handedOut(value: Node, bindings: Bindings): TimerFunction | undefined {
  const it = unwrap(value);
  const variable = it.type === 'Identifier' ? bindings.variableOf(it) : undefined;
  const [def] = variable?.defs ?? [];
  if (!def) return undefined;
  // Without a parent: a tree that no rule has been given.
  const taken = def.name.parent as Node | undefined;
  const kind = taken && kindNamed(takenAs(taken));
  if (!kind) return undefined;
  const counterpart = kind.replace(/^(set|clear)/, (it) => (it === 'set' ? 'clear' : 'set'));
  const isPair = takenWith(taken).some((other) => takenAs(other) === counterpart);
  return isPair ? { kind, route: 'module' } : undefined;
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
