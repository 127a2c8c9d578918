/**
 * Runs a suite: many random programs, each judged by V8 and by the rule. A disagreement is shrunk and printed
 * with its program and its path.
 *
 * `ORACLE` (or `ORACLE_RUNS`) is the number of programs of all suites together; the seed is then random, unless
 * `ORACLE_SEED` says which. Without it the programs are few and the same every time.
 */
import fc from 'fast-check';
import { compare, compareWithin, numbered, type Case, type Outcome } from './agree.ts';
import { QUICK } from './explore.ts';
import { genome } from './genes.ts';
import { grow, type Suite } from './grow.ts';
import { lintText } from './lint-text.ts';
import { reduce } from './reduce.ts';
import { verdict } from './verdict.ts';

export interface Summary {
  readonly programs: number;
  readonly leaking: number;
  readonly silent: number;
  readonly tooBig: number;
  /** In words, with the program: at most `SHOWN`. */
  readonly disagreements: readonly string[];
}

/** Programs per seed: a disagreement is found again by its seed alone. */
const CHUNK = 250;
const SHOWN = 3;
const PROGRAMS = 3_000;
const SHARES: Readonly<Record<Suite, number>> = {
  await: 1 / 2,
  call: 1 / 3,
  flags: 1 / 6,
  explicit: 1 / 10,
};
/** Far above what a program takes on a slow machine. */
const MILLISECONDS = 200;

export interface Plan {
  readonly programs: number;
  readonly seed: number;
  readonly timeout: number;
}

export function planOf(suite: Suite): Plan {
  const { env } = process;
  const asked = env['ORACLE_RUNS'] ?? env['ORACLE'];
  const programs = Math.ceil(Number(asked ?? PROGRAMS) * SHARES[suite]);
  const random = asked === undefined ? 1 : Math.floor(Math.random() * 1e9);
  const seed = Number(env['ORACLE_SEED'] ?? random);
  return { programs, seed, timeout: 60_000 + programs * MILLISECONDS };
}

export function runSuite(
  suite: Suite,
  { programs, seed }: Pick<Plan, 'programs' | 'seed'>,
): Summary {
  const sum = { programs: 0, leaking: 0, silent: 0, tooBig: 0 };
  const disagreements: string[] = [];
  for (let done = 0; done < programs && disagreements.length < SHOWN; done += CHUNK) {
    const numRuns = Math.min(CHUNK, programs - done);
    const chunkSeed = seed + done / CHUNK;
    let shrinking = false;
    const property = fc.property(genome, (genes) => {
      const sample = grow(genes, suite);
      if (shrinking) return compareWithin(sample, verdict, QUICK).kind !== 'disagree';
      shrinking = true;
      const outcome = compare(sample, verdict);
      count(sum, outcome);
      shrinking = outcome.kind === 'disagree';
      return !shrinking;
    });
    const result = fc.check(property, { seed: chunkSeed, numRuns, includeErrorInReport: true });
    const [failing] = result.counterexample ?? [];
    if (failing !== undefined) disagreements.push(inFull(grow(failing, suite), suite, chunkSeed));
    progress(suite, sum.programs, programs, chunkSeed);
  }
  return { ...sum, disagreements };
}

function count(
  sum: { programs: number; leaking: number; silent: number; tooBig: number },
  outcome: Outcome,
): void {
  sum.programs += 1;
  if (outcome.kind === 'too-big') sum.tooBig += 1;
  if (outcome.kind !== 'agree') return;
  sum.leaking += outcome.leaking;
  sum.silent += outcome.silent;
}

function inFull(found: Case, suite: Suite, seed: number): string {
  const first = reportOf(found, compare);
  const sort = sortOf(first);
  // A crash is shown as it is: nearly every program that is cut at random has some error.
  const program =
    sort === 'ERROR'
      ? found.program
      : reduce(
          found.program,
          (smaller) => sortOf(reportOf({ ...found, program: smaller }, quickly)) === sort,
        );
  return [
    `--- ${suite}, options ${JSON.stringify(found.options)}, seed ${String(seed)}`,
    numbered(lintText(program).text),
    reportOf({ ...found, program }, compare) ?? first ?? 'not found again',
    '',
  ].join('\n');
}

const quickly: typeof compare = (sample, judge) => compareWithin(sample, judge, QUICK);

/** What is wrong with it: a disagreement, or a failure of the oracle itself. */
function reportOf(sample: Case, how: typeof compare): string | undefined {
  try {
    const outcome = how(sample, verdict);
    return outcome.kind === 'disagree' ? outcome.report : undefined;
  } catch (error) {
    return error instanceof Error
      ? `ERROR: ${error.message}\n${String(error.cause)}`
      : String(error);
  }
}

/** `MISSED`, `FALSE ALARM`, … */
const sortOf = (report: string | undefined): string | undefined => report?.split(':')[0];

function progress(suite: Suite, done: number, of: number, seed: number): void {
  const long = of > PROGRAMS;
  if (long && done % 2_500 === 0)
    process.stderr.write(
      `oracle ${suite}: ${String(done)} of ${String(of)}, seed ${String(seed)}\n`,
    );
}
