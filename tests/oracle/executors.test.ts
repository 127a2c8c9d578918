/**
 * `no-leaked-timer` and `no-leaked-abort-listener` against the truth, on random promises made by hand: reported is
 * exactly what some order of events leaves behind when it settles the promise.
 *
 * `ORACLE` is the number of programs, `ORACLE_SEED` the seed.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { print, program, type Program } from './executors-program.ts';
import { explore } from './executors-run.ts';
import { planOf, reports } from './watchers.ts';

const { numRuns, seed } = planOf(500);

test.each(['timer', 'listener'] as const)(
  'reports exactly the %s that some order of events leaves behind',
  async (resource) => {
    const sum = { leaking: 0, silent: 0, tooBig: 0 };
    const agree = async (sample: Program): Promise<void> => {
      const text = print(sample);
      const { found, complete } = await explore(text, resource);
      if (!complete) sum.tooBig += 1;
      else if (found) sum.leaking += 1;
      else sum.silent += 1;
      if (!complete) return;
      const told = reports(text, resource);
      const words = found ? `left behind: ${found.words.join(', ')}` : 'never left behind';
      expect(told.length > 0, `${words}\n${told.join('\n')}\n${text}`).toBe(found !== undefined);
    };
    await fc.assert(fc.asyncProperty(program, agree), { numRuns, seed });
    expect(sum.leaking).toBeGreaterThan(numRuns / 5);
    expect(sum.silent).toBeGreaterThan(numRuns / 20);
    expect(sum.tooBig).toBeLessThan(numRuns / 10);
  },
  60_000 + numRuns * 100,
);
