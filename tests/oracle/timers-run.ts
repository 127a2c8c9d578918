/**
 * Runs a program on every path, with a clock of its own: time passes only when nothing else can happen. The truth: on
 * some path the timer is still armed when the function has ended.
 */

export interface Truth {
  /** The choices of a path that leaves the timer armed. */
  readonly leak: readonly string[] | undefined;
  readonly paths: number;
  readonly complete: boolean;
}

const MAX_PATHS = 400;
const MAX_VISITS = 2;

type Subject = (a: boolean, b: boolean) => Promise<unknown>;
type Make = (...functions: readonly unknown[]) => Subject;

interface World {
  readonly choices: number[];
  readonly widths: number[];
  readonly words: string[];
  readonly armed: Map<number, () => void>;
  readonly visits: Map<number, number>;
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

function choose(world: World, prefix: readonly number[], words: readonly string[]): string {
  const position = world.choices.length;
  const choice = prefix[position] ?? 0;
  world.choices.push(choice);
  world.widths.push(words.length);
  const word = words[choice] ?? '';
  world.words.push(word);
  return word;
}

/** The functions that a program calls, on one path. */
function functionsOf(world: World, prefix: readonly number[]): readonly unknown[] {
  const decide = (site: number, words: readonly string[]): string => {
    const count = (world.visits.get(site) ?? 0) + 1;
    world.visits.set(site, count);
    // Bounds the loops: from then on a test is false, and all goes well.
    if (count > MAX_VISITS) return words[0] ?? '';
    return choose(world, prefix, words).replace(/ .*/, '');
  };
  const named = (site: number, words: readonly string[]): readonly string[] =>
    words.map((word) => `${word} at ${site}`);
  const operate = (site: number, signal?: AbortSignal): Promise<unknown> => {
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
      const fails = decide(site, named(site, ['done', 'failed'])) === 'failed';
      return fails ? Promise.reject(new Error('failed')) : Promise.resolve();
    },
    (site: number) => operate(site),
    operate,
    (callback: () => void) => {
      last += 1;
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

/** Whether the timer is armed at the end; undefined when the end never comes. */
async function runPath(
  make: Make,
  world: World,
  prefix: readonly number[],
): Promise<boolean | undefined> {
  const subject = make(...functionsOf(world, prefix));
  const yes = (word: string): boolean =>
    choose(world, prefix, [`${word} is false`, `${word} is true`]).endsWith('true');
  const state = { ended: false };
  const end = (): void => {
    state.ended = true;
  };
  void subject(yes('a'), yes('b')).then(end, end);
  for (;;) {
    await idle();
    if (state.ended) return world.armed.size > 0;
    const [next] = world.armed;
    if (!next) return undefined;
    const [timer, callback] = next;
    world.armed.delete(timer);
    callback();
  }
}

function nextPrefix({ choices, widths }: World): number[] | undefined {
  const prefix = [...choices];
  while (prefix.length > 0) {
    const position = prefix.length - 1;
    const choice = (prefix[position] ?? 0) + 1;
    if (choice < (widths[position] ?? 0)) {
      prefix[position] = choice;
      return prefix;
    }
    prefix.pop();
  }
  return undefined;
}

export async function explore(text: string): Promise<Truth> {
  // The text is the oracle's own; `Function` is how V8 gets to run it.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const make = new Function(...PARAMETERS, `${text}return subject;`) as Make;
  let prefix: readonly number[] | undefined = [];
  let paths = 0;
  while (prefix && paths < MAX_PATHS) {
    const world: World = {
      choices: [],
      widths: [],
      words: [],
      armed: new Map(),
      visits: new Map(),
    };
    paths += 1;
    if (await runPath(make, world, prefix)) return { leak: world.words, paths, complete: true };
    prefix = nextPrefix(world);
  }
  return { leak: undefined, paths, complete: prefix === undefined };
}
