/**
 * Runs a program on every path, with a clock of its own: time passes only when nothing else can happen. The truth: on
 * some path the timer is still armed, or the listener still on the signal, when the function has ended.
 */
import { search, type Path } from './choices.ts';

export interface Truth {
  /** The choices of a path that leaves it behind. */
  readonly leak: readonly string[] | undefined;
  /** On some path the function waits for something once the timer runs, or the listener is on. */
  readonly waits: boolean;
  readonly complete: boolean;
}

const MAX_PATHS = 400;
const MAX_VISITS = 2;

interface Signal {
  readonly addEventListener: (event: 'abort', handler: () => void) => void;
  readonly removeEventListener: (event: 'abort', handler: () => void) => void;
}

type Subject = (a: boolean, b: boolean, signal: Signal) => Promise<unknown>;
type Make = (...functions: readonly unknown[]) => Subject;

interface World {
  /** What is left to do when time passes, by timer; the listener is there with nothing to do. */
  readonly armed: Map<unknown, (() => void) | undefined>;
  readonly visits: Map<number, number>;
  started: boolean;
  waits: boolean;
}

const PARAMETERS = [
  'flag',
  'step',
  'work',
  'workWith',
  'setTimeout',
  'clearTimeout',
  'LATE',
] as const;

/** The functions that a program calls, on one path. */
function functionsOf(world: World, path: Path): readonly unknown[] {
  const decide = (site: number, words: readonly string[]): string => {
    const count = (world.visits.get(site) ?? 0) + 1;
    world.visits.set(site, count);
    // Bounds the loops: from then on a test is false, and all goes well.
    if (count > MAX_VISITS) return words[0] ?? '';
    return path.choose(words).replace(/ .*/, '');
  };
  const named = (site: number, words: readonly string[]): readonly string[] =>
    words.map((word) => `${word} at ${site}`);
  const operate = (site: number, signal?: AbortSignal): Promise<unknown> => {
    world.waits ||= world.started;
    switch (decide(site, named(site, ['done', 'failed', 'slow']))) {
      case 'done':
        return Promise.resolve('done');
      case 'failed':
        return Promise.reject(new Error('failed'));
      default:
        return new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('aborted')));
        });
    }
  };
  let last = 0;
  return [
    (site: number, mayThrow: boolean) => {
      const words = ['no', 'yes', ...(mayThrow ? ['throws'] : [])];
      const word = decide(site, named(site, words));
      if (word === 'throws') throw new Error('thrown');
      return word === 'yes';
    },
    (site: number) => {
      world.waits ||= world.started;
      const fails = decide(site, named(site, ['done', 'failed'])) === 'failed';
      return fails ? Promise.reject(new Error('failed')) : Promise.resolve();
    },
    (site: number) => operate(site),
    operate,
    (callback: () => void) => {
      last += 1;
      world.started = true;
      world.armed.set(last, callback);
      return last;
    },
    (timer: number | undefined) => world.armed.delete(timer ?? 0),
    Symbol('late'),
  ];
}

/** Lets everything happen that can happen without time passing. */
async function idle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

function signalOf(world: World): Signal {
  return {
    addEventListener: (_, handler) => {
      world.started = true;
      world.armed.set(handler, undefined);
    },
    removeEventListener: (_, handler) => world.armed.delete(handler),
  };
}

/** Whether something is left behind at the end; undefined when the end never comes. */
async function runPath(make: Make, world: World, path: Path): Promise<boolean | undefined> {
  const subject = make(...functionsOf(world, path));
  const yes = (word: string): boolean =>
    path.choose([`${word} is false`, `${word} is true`]).endsWith('true');
  const state = { ended: false };
  const end = (): void => {
    state.ended = true;
  };
  void subject(yes('a'), yes('b'), signalOf(world)).then(end, end);
  for (;;) {
    await idle();
    if (state.ended) return world.armed.size > 0;
    const next = [...world.armed].find(([, callback]) => callback);
    if (!next) return undefined;
    const [timer, callback] = next;
    world.armed.delete(timer);
    callback?.();
  }
}

export async function explore(text: string): Promise<Truth> {
  // The text is the oracle's own; `Function` is how V8 gets to run it.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const make = new Function(...PARAMETERS, `${text}return subject;`) as Make;
  let leak: readonly string[] | undefined;
  let waits = false;
  const { complete } = await search(async (path) => {
    const world: World = { armed: new Map(), visits: new Map(), started: false, waits: false };
    if (await runPath(make, world, path)) leak ??= path.words;
    waits ||= world.waits;
    return leak && waits ? true : undefined;
  }, MAX_PATHS);
  return { leak, waits, complete };
}
