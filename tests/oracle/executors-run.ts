/**
 * Runs a promise made by hand: events in every order, every outcome of every test. The truths: some order of events
 * settles the promise and leaves the timer armed, or the listener on the signal.
 */
import { search, type Path, type Search } from './choices.ts';
import type { Resource } from './watchers.ts';

type Handler = () => void;

/** Long enough for one event to prepare what the next one comes to. */
const MAX_EVENTS = 3;
const MAX_PATHS = 20_000;

const PARAMETERS = [
  'Promise',
  'setTimeout',
  'clearTimeout',
  'queueMicrotask',
  'flag',
  'emitter',
  'signal',
  'a',
] as const;

/** Registers for `ok` and `fail`, by a call or by a property. */
function emitterOf(handlers: Map<string, Handler>): object {
  const on = (event: string, handler: Handler): void => {
    handlers.set(event, handler);
  };
  return {
    on,
    once: on,
    set onok(handler: Handler) {
      on('ok', handler);
    },
    set onfail(handler: Handler) {
      on('fail', handler);
    },
  };
}

/** What is left behind when the promise is settled. */
function runPath(subject: (...words: readonly unknown[]) => unknown, path: Path): Set<Resource> {
  const handlers = new Map<string, Handler>();
  const state = { isSettled: false };
  const settle = (): void => {
    state.isSettled = true;
  };
  function Made(executor: (resolve: Handler, reject: Handler) => void): void {
    executor(settle, settle);
  }
  const yes = (what: string): boolean => path.choose([`${what} no`, `${what} yes`]).endsWith('yes');
  const listener = 'listener' satisfies Resource;
  const signal = {
    addEventListener: (_: string, handler: Handler) => handlers.set(listener, handler),
    removeEventListener: (_: string, handler: Handler) => {
      if (handlers.get(listener) === handler) handlers.delete(listener);
    },
  };
  subject(
    Made,
    (handler: Handler) => handlers.set('timer', handler),
    () => handlers.delete('timer'),
    (callback: Handler) => {
      callback();
    },
    (site: number) => yes(`flag(${String(site)})`),
    emitterOf(handlers),
    signal,
    yes('a'),
  );
  for (let count = 0; count < MAX_EVENTS; count += 1) {
    const event = path.choose([...handlers.keys()]);
    const handler = handlers.get(event);
    // Both come once.
    if (event === 'timer' || event === listener) handlers.delete(event);
    handler?.();
    if (state.isSettled)
      return new Set((['timer', listener] as const).filter((kind) => handlers.has(kind)));
  }
  return new Set();
}

/** `text` declares `subject`. */
export function explore(text: string, resource: Resource): Promise<Search<true>> {
  // The text is the oracle's own; `Function` is how V8 gets to run it.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const subject = new Function(...PARAMETERS, `${text}return subject(emitter, signal, a);`) as (
    ...words: readonly unknown[]
  ) => unknown;
  const leaves = (path: Path): true | undefined =>
    runPath(subject, path).has(resource) || undefined;
  return search((path) => Promise.resolve(leaves(path)), MAX_PATHS);
}
