/**
 * `no-leaked-timer` and `no-leaked-abort-listener` against the truth: random programs around one operation are run on
 * every path with a clock of their own, and the rule has to report exactly those in which the timer is still armed, or
 * the listener still on the signal, at the end of some path.
 *
 * `ORACLE` is the number of programs, `ORACLE_SEED` the seed.
 */
import * as parser from '@typescript-eslint/parser';
import { Linter, type Rule } from 'eslint';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import listeners from '../../src/rules/no-leaked-abort-listener.ts';
import timers from '../../src/rules/no-leaked-timer.ts';
import { print, programs, type Program } from './guards-program.ts';
import { explore } from './guards-run.ts';

const PROGRAMS = 1_000;
const { env } = process;
const numRuns = Number(env['ORACLE_RUNS'] ?? env['ORACLE'] ?? PROGRAMS);
const seed = Number(env['ORACLE_SEED'] ?? (numRuns === PROGRAMS ? 1 : Date.now() % 1e9));

const rules = { timer: timers, listener: listeners } as const;
const linter = new Linter();

function reports(text: string, resource: keyof typeof rules): readonly string[] {
  const messages = linter.verify(text, {
    languageOptions: { parser },
    plugins: { own: { rules: { rule: rules[resource] as unknown as Rule.RuleModule } } },
    rules: { 'own/rule': 'error' },
  });
  return messages.map(({ message, line }) => `line ${line}: ${message}`);
}

test.each(['timer', 'listener'] as const)(
  'reports exactly the %s that some path leaves behind',
  async (resource) => {
    const sum = { leaking: 0, silent: 0, tooBig: 0 };
    const agree = async (sample: Program): Promise<void> => {
      const { text } = print(sample);
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
