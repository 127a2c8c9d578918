/**
 * `no-leaked-timer` against the truth: random programs around one guarded timer are run on every path with a clock of
 * their own, and the rule has to report exactly those in which the timer is still armed at the end of some path.
 *
 * `ORACLE` is the number of programs, `ORACLE_SEED` the seed.
 */
import * as parser from '@typescript-eslint/parser';
import { Linter, type Rule } from 'eslint';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import rule from '../../src/rules/no-leaked-timer.ts';
import { print, program, type Program } from './timers-program.ts';
import { explore } from './timers-run.ts';

const PROGRAMS = 1_000;
const { env } = process;
const numRuns = Number(env['ORACLE_RUNS'] ?? env['ORACLE'] ?? PROGRAMS);
const seed = Number(env['ORACLE_SEED'] ?? (numRuns === PROGRAMS ? 1 : Date.now() % 1e9));

const linter = new Linter();

function reports(text: string): readonly string[] {
  const messages = linter.verify(text, {
    languageOptions: { parser },
    plugins: { own: { rules: { rule: rule as unknown as Rule.RuleModule } } },
    rules: { 'own/rule': 'error' },
  });
  return messages.map(({ message, line }) => `line ${line}: ${message}`);
}

test(
  'reports exactly the timers that some path leaves armed',
  async () => {
    const sum = { leaking: 0, silent: 0, tooBig: 0 };
    const agree = async (sample: Program): Promise<void> => {
      const { text } = print(sample);
      const found = reports(text);
      const { leak, complete } = await explore(text);
      if (!leak && !complete) sum.tooBig += 1;
      else if (leak) sum.leaking += 1;
      else sum.silent += 1;
      if (!leak && !complete) return;
      const words = leak ? `armed after: ${leak.join(', ')}` : 'never armed at the end';
      expect(found.length > 0, `${words}\n${found.join('\n')}\n${text}`).toBe(leak !== undefined);
    };
    await fc.assert(fc.asyncProperty(program, agree), { numRuns, seed });
    // The programs are worth their time: many of each kind, few that cannot be judged.
    expect(sum.leaking).toBeGreaterThan(numRuns / 5);
    expect(sum.silent).toBeGreaterThan(numRuns / 20);
    expect(sum.tooBig).toBeLessThan(numRuns / 10);
  },
  60_000 + numRuns * 100,
);
