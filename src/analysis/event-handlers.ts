/**
 * Registrations of handlers: which event of what they wait for.
 *
 * ```ts
 * socket.once('error', fail)             // 'error' of `socket`
 * signal.addEventListener('abort', stop) // 'abort' of `signal`
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Bindings } from '../ast/bindings.ts';
import { calleeName, unwrap } from '../ast/nodes.ts';
import { isSamePath, pathOf } from './paths.ts';

type Node = TSESTree.Node;

const REGISTERING: ReadonlySet<string> = new Set([
  'on',
  'once',
  'addListener',
  'addEventListener',
  'prependListener',
]);

/** Events after which nothing more comes. */
const LAST: ReadonlySet<string> = new Set([
  'abort',
  'close',
  'end',
  'error',
  'exit',
  'finish',
  'timeout',
]);

/** What a handler is registered with: `server` of `server.on('close', …)`. */
export function receiverOf(registration: Node): Node | undefined {
  const callee = registration.type === 'CallExpression' ? unwrap(registration.callee) : undefined;
  return callee?.type === 'MemberExpression' ? callee.object : undefined;
}

function eventOf(registration: Node): string | undefined {
  if (registration.type !== 'CallExpression') return undefined;
  if (!REGISTERING.has(calleeName(registration) ?? '')) return undefined;
  const [event] = registration.arguments;
  return event?.type === 'Literal' && typeof event.value === 'string' ? event.value : undefined;
}

export function waitsForLastEvent(registration: Node): boolean {
  return LAST.has(eventOf(registration) ?? '');
}

/** `server.close(done)` is told of the same event as `server.once('close', done)`. */
function heardBy(registration: Node): string | undefined {
  const isClosing =
    registration.type === 'CallExpression' &&
    calleeName(registration) === 'close' &&
    registration.arguments.length === 1;
  return isClosing ? 'close' : eventOf(registration);
}

/** Do the handlers of both registrations run whenever that of one does? */
export function waitForTheSame(a: Node, b: Node, bindings: Bindings): boolean {
  const event = heardBy(a);
  if (event === undefined || event !== heardBy(b)) return false;
  const [one, other] = [receiverOf(a), receiverOf(b)].map((it) => it && pathOf(it, bindings));
  return one !== undefined && other !== undefined && isSamePath(one, other);
}
