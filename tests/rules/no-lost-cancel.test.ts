/**
 * The verdicts of `no-lost-cancel` stand in its fixtures (SPEC 2, 3.1 and 11); here is what fixtures cannot say: exact
 * ranges, the data of each message, and the options.
 */
import path from 'node:path';
import * as parser from '@typescript-eslint/parser';
import { Linter, type Rule } from 'eslint';
import { describe, expect, test } from 'vitest';
import { cancelTuple } from '../../src/resources/builtin/cancel-tuple.ts';
import { inlineToken } from '../../src/resources/builtin/inline-token.ts';
import { signalHelper } from '../../src/resources/builtin/signal-helper.ts';
import { tokenSource } from '../../src/resources/builtin/token-source.ts';
import rule from '../../src/rules/no-lost-cancel.ts';
import { runCases } from '../support/rule-tester.ts';
import { checkFixture, listFixtures } from '../support/want.ts';

const fixtures = path.join(import.meta.dirname, 'no-lost-cancel/fixtures');
const ruleModule = rule as unknown as Rule.RuleModule;

describe('fixtures', () => {
  test.each(listFixtures(fixtures).map((file) => path.relative(fixtures, file)))('%s', (name) => {
    const problems = checkFixture(path.join(fixtures, name), {
      id: 'no-lost-cancel',
      rule: ruleModule,
    });
    expect(problems.join('\n')).toBe('');
  });
});

const tuple = {
  released: cancelTuple.released,
  consequence: cancelTuple.consequence,
  cure: cancelTuple.cure,
};

runCases('no-lost-cancel: messages and ranges', rule, {
  valid: [
    'const [ctx, cancel] = withCancel(parent); work(ctx); cancel();',
    'function f() { const [ctx, cancel] = withCancel(parent); work(ctx); cancel(); }',
  ],
  invalid: [
    {
      name: 'discarded: at the callee',
      code: `function f(parent) {
  const [ctx] = withCancel(parent);
  return work(ctx);
}`,
      errors: [
        {
          messageId: 'discarded',
          data: { ...tuple, noun: cancelTuple.noun, callee: 'withCancel' },
          line: 2,
          column: 17,
          endLine: 2,
          endColumn: 27,
        },
      ],
    },
    {
      name: 'discarded: a member callee is underlined as a whole',
      code: `function f(parent) {
  const { ctx } = context.withDeadline(parent, at);
  return work(ctx);
}`,
      errors: [
        {
          messageId: 'discarded',
          data: { ...tuple, noun: cancelTuple.noun, callee: 'context.withDeadline' },
          line: 2,
          column: 19,
          endLine: 2,
          endColumn: 39,
        },
      ],
    },
    {
      name: 'never released: at the name, with the way out',
      code: `function f(parent) {
  const [ctx, cancel] = withCancel(parent);
  work(ctx);
}`,
      errors: [
        {
          messageId: 'neverReleased',
          data: { ...tuple, name: 'cancel', path: 'the function ends on line 4' },
          line: 2,
          column: 15,
          endLine: 2,
          endColumn: 21,
        },
      ],
    },
    {
      name: 'missed: the decision and the return',
      code: `function f(parent, skip) {
  const { ctx, cancel: finish } = withTimeout(parent, 5);
  if (skip) {
    return;
  }
  work(ctx);
  finish();
}`,
      errors: [
        {
          messageId: 'missed',
          data: {
            ...tuple,
            name: 'finish',
            path: '`if (skip)` on line 3 is taken and line 4 returns',
          },
          line: 2,
          column: 24,
          endLine: 2,
          endColumn: 30,
          suggestions: [
            {
              messageId: 'releaseInFinally',
              data: { name: 'finish' },
              output: `function f(parent, skip) {
  const { ctx, cancel: finish } = withTimeout(parent, 5);
  try {
  if (skip) {
    return;
  }
  work(ctx);
  } finally {
    finish();
  }
}`,
            },
          ],
        },
      ],
    },
    {
      name: 'missed: the decision that is not taken',
      code: `function f(parent, done) {
  const [ctx, cancel] = withCancel(parent);
  work(ctx);
  if (done) cancel();
}`,
      errors: [
        {
          messageId: 'missed',
          data: {
            ...tuple,
            name: 'cancel',
            path: '`if (done)` on line 4 is not taken and the function ends on line 5',
          },
          line: 2,
          column: 15,
          endLine: 2,
          endColumn: 21,
        },
      ],
    },
    {
      name: 'missed on a rejection: the await',
      code: `async function f(a, b) {
  const { signal, clear } = join(a, b);
  const text = await load(signal);
  clear();
  return text;
}`,
      errors: [
        {
          messageId: 'missedOnThrow',
          data: {
            name: 'clear',
            released: signalHelper.released,
            consequence: signalHelper.consequence,
            cure: signalHelper.cure,
            path: 'the `await` on line 3 rejects',
          },
          line: 2,
          column: 19,
          endLine: 2,
          endColumn: 24,
          suggestions: [
            {
              messageId: 'releaseInFinally',
              data: { name: 'clear' },
              output: `async function f(a, b) {
  const { signal, clear } = join(a, b);
  try {
  const text = await load(signal);
  return text;
  } finally {
    clear();
  }
}`,
            },
          ],
        },
      ],
    },
    {
      name: 'missed on a throw: the decision and the throw',
      code: `function f(token) {
  const source = new CancellationTokenSource(token);
  if (token.isCancellationRequested) throw new Error('too late');
  source.dispose();
}`,
      errors: [
        {
          messageId: 'missedOnThrow',
          data: {
            name: 'source',
            released: tokenSource.released,
            consequence: tokenSource.consequence,
            cure: tokenSource.cure,
            path: '`if (token.isCancellationRequested)` on line 3 is taken and line 3 throws',
          },
          line: 2,
          column: 9,
          endLine: 2,
          endColumn: 15,
          suggestions: [
            {
              messageId: 'releaseInFinally',
              data: { name: 'source' },
              output: `function f(token) {
  const source = new CancellationTokenSource(token);
  try {
  if (token.isCancellationRequested) throw new Error('too late');
  } finally {
    source.dispose();
  }
}`,
            },
          ],
        },
      ],
    },
    {
      name: 'overwritten: the line that writes',
      code: `function f(parent) {
  let ctx, cancel;
  [ctx, cancel] = withCancel(parent);
  work(ctx);
  [ctx, cancel] = withCancel(parent);
  cancel();
}`,
      errors: [
        {
          messageId: 'overwritten',
          data: { ...tuple, name: 'cancel', line: '5' },
          line: 3,
          column: 9,
          endLine: 3,
          endColumn: 15,
        },
      ],
    },
    {
      name: 'lost in an iteration: the loop, and the decision that skips the release',
      code: `function f(parent, names) {
  for (const name of names) {
    const [ctx, cancel] = withCancel(parent);
    if (!name) continue;
    work(ctx);
    cancel();
  }
}`,
      errors: [
        {
          messageId: 'lostInIteration',
          data: {
            ...tuple,
            name: 'cancel',
            line: '2',
            path: ' when `name` on line 4 is false',
          },
          line: 3,
          column: 17,
          endLine: 3,
          endColumn: 23,
          suggestions: [
            {
              messageId: 'releaseInFinally',
              data: { name: 'cancel' },
              output: `function f(parent, names) {
  for (const name of names) {
    const [ctx, cancel] = withCancel(parent);
    try {
    if (!name) continue;
    work(ctx);
    } finally {
      cancel();
    }
  }
}`,
            },
          ],
        },
      ],
    },
    {
      name: 'inline token: the source that nobody keeps',
      code: `function f() {
  return load(new AbortController().signal);
}`,
      errors: [
        {
          messageId: 'inlineToken',
          data: {
            member: 'signal',
            callee: 'AbortController',
            consequence: inlineToken.consequence,
            cure: inlineToken.cure,
          },
          line: 2,
          column: 19,
          endLine: 2,
          endColumn: 34,
        },
      ],
    },
    {
      name: 'picked by member: at the name that gets it',
      code: `function f(parent) {
  const stop = withTimeout(parent, 5).cancel;
  work(parent);
}`,
      errors: [
        {
          messageId: 'neverReleased',
          data: { ...tuple, name: 'stop', path: 'the function ends on line 4' },
          line: 2,
          column: 9,
          endLine: 2,
          endColumn: 13,
        },
      ],
    },
    {
      name: 'a pattern on several lines: at the line of the name',
      code: `function f(parent) {
  const [
    ctx,
    cancel,
  ] = withTimeout(parent, 5);
  work(ctx);
}`,
      errors: [
        {
          messageId: 'neverReleased',
          data: { ...tuple, name: 'cancel', path: 'the function ends on line 7' },
          line: 4,
          column: 5,
          endLine: 4,
          endColumn: 11,
        },
      ],
    },
    {
      name: 'two handles are two reports, in the order of the source',
      code: `function f(parent) {
  const [outer, cancelOuter] = withCancel(parent);
  const [inner, cancelInner] = withCancel(outer);
  work(inner);
}`,
      errors: [
        {
          messageId: 'neverReleased',
          data: { ...tuple, name: 'cancelOuter', path: 'the function ends on line 5' },
          line: 2,
          column: 17,
          endLine: 2,
          endColumn: 28,
        },
        {
          messageId: 'neverReleased',
          data: { ...tuple, name: 'cancelInner', path: 'the function ends on line 5' },
          line: 3,
          column: 17,
          endLine: 3,
          endColumn: 28,
        },
      ],
    },
    {
      name: 'columns count characters as an editor does, after a tab and an emoji too',
      code: 'function f(parent) {\n\t/* 🙂 */ const [ctx, cancel] = withCancel(parent);\n\twork(ctx);\n}',
      errors: [
        {
          messageId: 'neverReleased',
          data: { ...tuple, name: 'cancel', path: 'the function ends on line 4' },
          line: 2,
          column: 23,
          endLine: 2,
          endColumn: 29,
        },
      ],
    },
  ],
});

describe('options', () => {
  const reports = (code: string, ...options: readonly unknown[]): readonly string[] =>
    new Linter()
      .verify(code, {
        languageOptions: { parser },
        plugins: { lostcancel: { rules: { 'no-lost-cancel': ruleModule } } },
        rules: { 'lostcancel/no-lost-cancel': ['error', ...options] },
      })
      .map(({ message, messageId }) => messageId ?? message);

  const throws = 'function f(p) { const [c, cancel] = withCancel(p); if (c) throw 1; cancel(); }';
  const awaits = 'async function f(p) { const [c, cancel] = withCancel(p); await g(c); cancel(); }';
  const calls = 'function f(p) { const [c, cancel] = withCancel(p); g(c); cancel(); }';

  test('throws: each tier holds the ones before it, and `await` is the default', () => {
    const table = [throws, awaits, calls].map((code) => [
      reports(code, { throws: 'explicit' }).length,
      reports(code, { throws: 'await' }).length,
      reports(code, { throws: 'call' }).length,
      reports(code).length,
      reports(code, {}).length,
    ]);
    expect(table).toEqual([
      [1, 1, 1, 1, 1],
      [0, 1, 1, 1, 1],
      [0, 0, 1, 0, 0],
    ]);
  });

  test('helpers: `can-release` is the default, `all-paths` wants every path', () => {
    const code = `
      function stopIf(force, cancel) { if (force) cancel(); }
      function f(p, force) { const [c, cancel] = withCancel(p); stopIf(force, cancel); }`;
    expect(reports(code)).toEqual([]);
    expect(reports(code, { helpers: 'can-release' })).toEqual([]);
    expect(reports(code, { helpers: 'all-paths' })).toHaveLength(1);
  });

  test('both at once', () => {
    const code = `
      function stopIf(force, cancel) { if (force) cancel(); }
      function f(p, force) { const [c, cancel] = withCancel(p); g(); stopIf(force, cancel); }`;
    expect(reports(code, { throws: 'call' })).toEqual(['missedOnThrow']);
    expect(reports(code, { throws: 'call', helpers: 'all-paths' })).toEqual(['neverReleased']);
  });

  // For a wrong value ESLint itself names the rule and the value, not the property.
  test.each([
    [{ throws: 'sometimes' }, /no-lost-cancel.*"sometimes" should be equal to one of the allowed/s],
    [{ helpers: true }, /no-lost-cancel.*Value true should be string/s],
    [{ resource: [] }, /no-lost-cancel.*Unexpected property "resource"/s],
    ['call', /no-lost-cancel.*Value "call" should be object/s],
  ])('%j is refused', (options, words) => {
    expect(() => reports(calls, options)).toThrow(words);
  });

  test('a second option object is refused', () => {
    expect(() => reports(calls, {}, {})).toThrow(/items/);
  });
});
