/**
 * "Nothing can stop this task" against the truth: random programs, run in V8 with scripted decisions.
 *
 * `ORACLE` is the number of programs, `ORACLE_SEED` the seed of the first.
 */
import * as parser from '@typescript-eslint/parser';
import { Linter, type Rule } from 'eslint';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import rule from '../../src/rules/no-unstoppable-task.ts';
import { isEndless } from './explore.ts';
import { growProgram } from './programs.ts';

const PROGRAMS = Number(process.env['ORACLE'] ?? 400);
const SEED = Number(process.env['ORACLE_SEED'] ?? 1);

const linter = new Linter();

function isReported(program: string): boolean {
  const messages = linter.verify(
    `${program}\nexport function start() { void task(); }`,
    {
      files: ['**/*.ts'],
      languageOptions: { parser },
      plugins: { own: { rules: { task: rule as unknown as Rule.RuleModule } } },
      rules: { 'own/task': 'error' },
    },
    'program.ts',
  );
  const fatal = messages.find((message) => message.fatal === true);
  if (fatal !== undefined) throw new Error(`${fatal.message}\n${program}`);
  return messages.length > 0;
}

/** A quick look first; only where it disagrees, a long one. */
function agree(program: string): boolean {
  const reported = isReported(program);
  return isEndless(program, 3, 7) === reported || isEndless(program, 9, 9) === reported;
}

test('the rule reports a task exactly when it can come to where it never ends', () => {
  const genes = fc.array(fc.noBias(fc.nat(239)), { minLength: 4, maxLength: 26, size: 'max' });
  let reports = 0;
  const property = fc.property(genes, (numbers) => {
    const program = growProgram(numbers);
    if (isReported(program)) reports += 1;
    expect(agree(program), program).toBe(true);
  });
  fc.assert(property, { seed: SEED, numRuns: PROGRAMS });
  // Neither answer is rare: the comparison is one.
  expect(reports).toBeGreaterThan(PROGRAMS / 20);
  expect(reports).toBeLessThan(PROGRAMS * 0.9);
}, 600_000);
