/** The verdicts of `no-race-in-loop` stand in its fixtures (SPEC 7 and 11); here is what fixtures cannot say. */
import path from 'node:path';
import { Linter, type Rule } from 'eslint';
import { describe, expect, test } from 'vitest';
import rule from '../../src/rules/no-race-in-loop.ts';
import { checkFixture, listFixtures } from '../support/want.ts';

const fixtures = path.join(import.meta.dirname, 'no-race-in-loop/fixtures');
const eslintRule = rule as unknown as Rule.RuleModule;

describe('fixtures', () => {
  test.each(listFixtures(fixtures).map((file) => path.relative(fixtures, file)))('%s', (name) => {
    const problems = checkFixture(path.join(fixtures, name), {
      id: 'no-race-in-loop',
      rule: eslintRule,
    });
    expect(problems.join('\n')).toBe('');
  });
});

test('the report stands at the arm', () => {
  const code = 'async function f(stop) {\n  while (x) await Promise.race([next(), stop]);\n}\n';
  const messages = new Linter().verify(code, {
    plugins: { own: { rules: { rule: eslintRule } } },
    rules: { 'own/rule': 'error' },
  });
  expect(messages).toMatchObject([
    {
      messageId: 'racedInLoop',
      line: 2,
      column: 41,
      endColumn: 45,
      message:
        '`stop` outlives the loop on line 2 and is raced each time it goes round. Every race leaves a reaction on it that stays until it settles, with the result of the race. To fix it, wait for it once, outside of the loop, and stop the other arms with a signal; or take items from a queue that it closes.',
    },
  ]);
});
