/** The verdicts of `no-request-signal-in-background` stand in its fixtures (SPEC 9 and 11); here is what fixtures cannot say. */
import path from 'node:path';
import { Linter, type Rule } from 'eslint';
import { describe, expect, test } from 'vitest';
import rule from '../../src/rules/no-request-signal-in-background.ts';
import { checkFixture, listFixtures } from '../support/want.ts';

const fixtures = path.join(import.meta.dirname, 'no-request-signal-in-background/fixtures');
const eslintRule = rule as unknown as Rule.RuleModule;

describe('fixtures', () => {
  test.each(listFixtures(fixtures).map((file) => path.relative(fixtures, file)))('%s', (name) => {
    const problems = checkFixture(path.join(fixtures, name), {
      id: 'no-request-signal-in-background',
      rule: eslintRule,
    });
    expect(problems.join('\n')).toBe('');
  });
});

test('the report stands at the signal', () => {
  const code = 'function handler(req) {\n  void publish({ signal: req.signal });\n}\n';
  const messages = new Linter().verify(code, {
    plugins: { own: { rules: { rule: eslintRule } } },
    rules: { 'own/rule': 'error' },
  });
  expect(messages).toMatchObject([
    {
      messageId: 'background',
      line: 2,
      column: 26,
      endColumn: 36,
      message:
        '`req.signal` ends with the request, but line 2 leaves this work to go on in the background: once the response has been sent, the work is cancelled half-way. If it must be done, give it a signal of the server’s own lifetime; if it belongs to the request, await it before responding.',
    },
  ]);
});
