/** The verdicts of `no-premature-cancel` stand in its fixtures (SPEC 8 and 11); here is what fixtures cannot say. */
import path from 'node:path';
import { Linter, type Rule } from 'eslint';
import { describe, expect, test } from 'vitest';
import rule from '../../src/rules/no-premature-cancel.ts';
import { checkFixture, listFixtures } from '../support/want.ts';

const fixtures = path.join(import.meta.dirname, 'no-premature-cancel/fixtures');
const eslintRule = rule as unknown as Rule.RuleModule;

describe('fixtures', () => {
  test.each(listFixtures(fixtures).map((file) => path.relative(fixtures, file)))('%s', (name) => {
    const problems = checkFixture(path.join(fixtures, name), {
      id: 'no-premature-cancel',
      rule: eslintRule,
    });
    expect(problems.join('\n')).toBe('');
  });
});

test('the report stands at the cancel', () => {
  const code = `async function f(items) {
  const own = new AbortController();
  await Promise.all(items.map((it) => load(it, own.signal).finally(() => own.abort())));
}
`;
  const messages = new Linter().verify(code, {
    plugins: { own: { rules: { rule: eslintRule } } },
    rules: { 'own/rule': 'error' },
  });
  expect(messages).toMatchObject([
    {
      messageId: 'firstChild',
      line: 3,
      column: 74,
      endColumn: 85,
      message:
        'The first child to finish cancels all the others: the children that line 3 starts share `own`, and line 3 waits for all of them. To fix it, cancel once, after line 3; a child that fails may cancel in its `catch`.',
    },
  ]);
});
