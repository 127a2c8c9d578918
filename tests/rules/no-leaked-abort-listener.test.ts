/**
 * The verdicts of `no-leaked-abort-listener` stand in its fixtures (SPEC 6 and 11); here is what fixtures cannot say:
 * options, exact ranges, and suggestions, which must leave code that the rule accepts.
 */
import path from 'node:path';
import * as parser from '@typescript-eslint/parser';
import { Linter, type Rule } from 'eslint';
import { describe, expect, test } from 'vitest';
import rule from '../../src/rules/no-leaked-abort-listener.ts';
import { checkFixture, listFixtures } from '../support/want.ts';

const fixtures = path.join(import.meta.dirname, 'no-leaked-abort-listener/fixtures');
const eslintRule = rule as unknown as Rule.RuleModule;

describe('fixtures', () => {
  test.each(listFixtures(fixtures).map((file) => path.relative(fixtures, file)))('%s', (name) => {
    const problems = checkFixture(path.join(fixtures, name), {
      id: 'no-leaked-abort-listener',
      rule: eslintRule,
    });
    expect(problems.join('\n')).toBe('');
  });
});

function lint(code: string, options: object = {}): readonly Linter.LintMessage[] {
  return new Linter().verify(code, {
    languageOptions: { parser },
    plugins: { own: { rules: { rule: eslintRule } } },
    rules: { 'own/rule': ['error', options] },
  });
}

/** Applies the only suggestion of the first report. */
function suggested(code: string): string | undefined {
  const [message] = lint(code);
  const [suggestion] = message?.suggestions ?? [];
  if (!suggestion) return undefined;
  const { range, text } = suggestion.fix;
  return code.slice(0, range[0]) + text + code.slice(range[1]);
}

const named = `async function f(signal) {
  const own = new AbortController();
  const stop = () => own.abort();
  signal.addEventListener('abort', stop);
  const text = await load(own.signal);
  return text.length;
}
`;

describe('the report', () => {
  test('stands at the registration', () => {
    const [message, ...others] = lint(named);
    expect(others).toEqual([]);
    expect(message).toMatchObject({
      messageId: 'neverRemoved',
      line: 4,
      column: 3,
      endLine: 4,
      endColumn: 26,
      message:
        'The `abort` listener on `signal` is never removed: when line 6 returns, it stays on the signal, with all that it captures. To fix it, use `AbortSignal.any` in place of the listener, or remove it in a `finally` block.',
    });
  });

  test('says which rejection leaves it on, as far as `throws` lets an await reject', () => {
    const code = named.replace(
      '  return text',
      "  signal.removeEventListener('abort', stop);\n  return text",
    );
    expect(lint(code).map(({ messageId }) => messageId)).toEqual(['missedOnThrow']);
    expect(lint(code, { throws: 'explicit' })).toEqual([]);
  });
});

describe('the suggestion to remove in `finally`', () => {
  test('leaves code that the rule accepts', () => {
    const cured = suggested(named);
    expect(cured).toBe(`async function f(signal) {
  const own = new AbortController();
  const stop = () => own.abort();
  signal.addEventListener('abort', stop);
  try {
  const text = await load(own.signal);
  return text.length;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
`);
    expect(lint(cured ?? '')).toEqual([]);
  });

  test.each([
    ['a listener without a name', named.replace("'abort', stop", "'abort', () => own.abort()")],
    ['a response whose body needs it', named.replace('load(own', 'fetch(own')],
    ['a function that is used above', `${named.slice(0, -2)}  function later() {}\n}\n`],
    ['a registration inside a block', named.replace('signal.add', 'if (x) signal.add')],
  ])('is not made for %s', (_, code) => {
    expect(lint(code)).toHaveLength(1);
    expect(suggested(code)).toBeUndefined();
  });
});

const merge = `async function f(a, b) {
  const both = new AbortController();
  const stop = () => both.abort();
  a.addEventListener('abort', stop);
  b.addEventListener('abort', stop);
  if (a.aborted || b.aborted) return;
  await load({ signal: both.signal });
}
`;

describe('the suggestion to merge with `AbortSignal.any`', () => {
  test('takes the place of controller, listener and registrations', () => {
    const cured = suggested(merge);
    expect(cured).toBe(`async function f(a, b) {
  const bothSignal = AbortSignal.any([a, b]);
  if (a.aborted || b.aborted) return;
  await load({ signal: bothSignal });
}
`);
    expect(lint(cured ?? '')).toEqual([]);
  });

  test('works on a merge that is given away', () => {
    const code = `function either(a: AbortSignal, b: AbortSignal) {
  const c = new AbortController();
  a.addEventListener('abort', () => c.abort(a.reason));
  b.addEventListener('abort', () => c.abort(b.reason));
  return c.signal;
}
`;
    expect(lint(code).map(({ messageId }) => messageId)).toEqual(['merged', 'merged']);
    expect(suggested(code)).toBe(`function either(a: AbortSignal, b: AbortSignal) {
  const cSignal = AbortSignal.any([a, b]);
  return cSignal;
}
`);
  });

  test.each([
    ['a comment would be lost', merge.replace('() => both', '/* why */ () => both')],
    ['the controller is used otherwise', merge.replace('{ signal: both.signal }', 'both')],
    ['a signal may be missing', merge.replace('b.addEvent', 'b?.addEvent')],
    [
      'the listener does more',
      merge.replace('() => both.abort()', '() => { log(); both.abort(); }'),
    ],
  ])('is not made where %s', (_, code) => {
    const [message] = lint(code);
    expect(message?.suggestions ?? []).not.toContainEqual(
      expect.objectContaining({ messageId: 'useAny' }),
    );
  });
});
