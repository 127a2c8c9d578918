/**
 * `no-leaked-timer` and `no-leaked-abort-listener` against the truth: random programs around one operation are run on
 * every path with a clock of their own, and the rule has to report exactly those in which the timer is still armed, or
 * the listener still on the signal, at the end of some path.
 *
 * `ORACLE` is the number of programs, `ORACLE_SEED` the seed.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { print, programs, type Program } from './guards-program.ts';
import { explore } from './guards-run.ts';
import { planOf, reports } from './watchers.ts';

const { numRuns, seed } = planOf(1_000);

test.each(['timer', 'listener'] as const)(
  'reports exactly the %s that some path leaves behind',
  async (resource) => {
    const sum = { leaking: 0, silent: 0, tooBig: 0 };
    const agree = async (sample: Program): Promise<void> => {
      const text = print(sample);
      const { leak, waits, complete } = await explore(text);
      // A listener that is registered on the way out belongs to no operation of this function.
      if (resource === 'listener' && !waits) return;
      const found = reports(text, resource);
      if (!leak && !complete) sum.tooBig += 1;
      else if (leak) sum.leaking += 1;
      else sum.silent += 1;
      if (!leak && !complete) return;
      const words = leak ? `left behind: ${leak.join(', ')}` : 'never left behind';
      expect(found.length > 0, `${words}\n${found.join('\n')}\n${text}`).toBe(leak !== undefined);
    };
    await fc.assert(fc.asyncProperty(programs[resource], agree), { numRuns, seed });
    // The programs are worth their time: many of each kind, few that cannot be judged.
    expect(sum.leaking).toBeGreaterThan(numRuns / 5);
    expect(sum.silent).toBeGreaterThan(numRuns / 20);
    expect(sum.tooBig).toBeLessThan(numRuns / 10);
  },
  60_000 + numRuns * 100,
);
