/**
 * Runs a program in V8 on every path up to a bound, depth first: a path is replayed from the start with
 * one decision changed. The truth of an acquire: some path loses its handle.
 */
import { nextAfter } from './choices.ts';
import { runText, type Outcome, type Site } from './run-text.ts';
import { startRun, type Runtime } from './runtime.ts';
import type { Program, Tier } from './program.ts';

/** One decision of a path. */
export interface Decision {
  readonly node: number;
  readonly words: string;
}

export interface Limits {
  /** How often one decision may come up on a path before the path is dropped: bounds the loops. */
  readonly visits: number;
  /** How many paths are run before the program is given up. */
  readonly paths: number;
}

export interface Truth {
  /** Acquire -> a path that loses it. */
  readonly leaks: ReadonlyMap<number, readonly Decision[]>;
  readonly paths: number;
  /** Paths that ended at the bound without a judgement. */
  readonly dropped: number;
  /** All paths within the bound were run, or all acquires are known to leak. */
  readonly complete: boolean;
}

export const QUICK: Limits = { visits: 3, paths: 6_000 };
export const THOROUGH: Limits = { visits: 5, paths: 400_000 };

type Body = (run: Runtime) => Generator<number, unknown>;

interface Path {
  readonly sites: readonly Site[];
  /** The choices that it begins with. */
  readonly prefix: readonly number[];
  readonly limits: Limits;
  readonly choices: number[];
  /** How many outcomes each decision had. */
  readonly widths: number[];
  readonly decisions: Decision[];
}

export function explore(program: Program, tier: Tier, limits: Limits = QUICK): Truth {
  const { text, sites } = runText(program, tier);
  const body = compile(text);
  const leaks = new Map<number, readonly Decision[]>();
  const beside = new Beside();
  let paths = 0;
  let dropped = 0;
  let prefix: readonly number[] | undefined = [];
  while (prefix !== undefined && paths < limits.paths && leaks.size < program.acquires.length) {
    const run = startRun();
    const path: Path = { choices: [], widths: [], decisions: [], sites, prefix, limits };
    const end = runPath(body(run), path, run);
    const open = runDue(path, run, beside);
    paths += 1;
    if (end === 'dropped') dropped += 1;
    if (run.fault() !== undefined)
      throw new Error(`The run text is wrong:\n${text}`, { cause: run.fault() });
    for (const acquire of end === 'left' ? run.leaks() : run.lost()) {
      if (leaks.has(acquire)) continue;
      if (open.length === 0) leaks.set(acquire, path.decisions);
      else beside.doubts.push({ acquire, open, path: path.decisions });
    }
    prefix = nextAfter(path.choices, path.widths);
  }
  for (const { acquire, open, path } of beside.doubts)
    if (!leaks.has(acquire) && open.every((key) => !beside.done.has(key))) leaks.set(acquire, path);
  const complete = prefix === undefined || leaks.size === program.acquires.length;
  return { leaks, paths, dropped, complete };
}

/**
 * What runs beside the function and has not come to its end on some path. Where no path brings it to its end it runs for
 * ever: it keeps nobody from going on, and releases nothing more. Else the bound was too small for that path.
 */
class Beside {
  /** The starts, as the choices before, of what some path brings to its end. */
  readonly done = new Set<string>();
  readonly doubts: { acquire: number; open: readonly string[]; path: readonly Decision[] }[] = [];
}

/** Runs the callbacks that nobody waits for, the function having gone on: those that did not come to their end. */
function runDue(path: Path, run: Runtime, { done }: Beside): readonly string[] {
  const open: string[] = [];
  for (let due = run.due(), count = 1; due !== undefined; due = run.due(), count += 1) {
    const key = `${String(count)}:${path.choices.join()}`;
    const end = runPath(due(), path, run);
    if (end === 'left') done.add(key);
    else open.push(key);
  }
  return open;
}

function compile(text: string): Body {
  try {
    // The text is the oracle's own; `Function` is how V8 gets to run it.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
    return new Function(text)() as Body;
  } catch (error) {
    throw new Error(`The run text does not parse:\n${text}`, { cause: error });
  }
}

/** `left`: the function, or what runs beside it, came to its end; `stopped`: the process ended; `dropped`: the bound was reached. */
function runPath(
  body: Generator<number, unknown>,
  path: Path,
  run: Runtime,
): 'left' | 'stopped' | 'dropped' {
  const { sites, limits } = path;
  const seen = new Uint8Array(sites.length);
  try {
    let step = body.next();
    while (step.done !== true) {
      const site = sites[step.value];
      if (site === undefined) throw new Error(`No site ${String(step.value)}`);
      seen[step.value] = (seen[step.value] ?? 0) + 1;
      if ((seen[step.value] ?? 0) > limits.visits) return 'dropped';
      const outcome = choose(site, path);
      if (outcome === undefined) return 'stopped';
      step = resume(body, outcome, run);
    }
    run.settle(step.value);
  } catch (error) {
    run.caught(error);
  }
  return 'left';
}

function choose(site: Site, path: Path): Outcome | undefined {
  const { outcomes } = site;
  if (outcomes.length < 2) return outcomes[0];
  const choice = path.prefix[path.choices.length] ?? 0;
  const outcome = outcomes[choice];
  path.choices.push(choice);
  path.widths.push(outcomes.length);
  if (outcome !== undefined && outcome.words !== '')
    path.decisions.push({ node: site.node, words: outcome.words });
  return outcome;
}

function resume(
  body: Generator<number, unknown>,
  outcome: Outcome,
  run: Runtime,
): IteratorResult<number, unknown> {
  switch (outcome.kind) {
    case 'value':
      return (body as Generator<number, unknown, unknown>).next(outcome.value);
    case 'throw':
      return body.throw(run.failure());
    case 'return':
      return body.return(undefined);
  }
}
