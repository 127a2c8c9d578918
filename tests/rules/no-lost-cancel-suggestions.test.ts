/**
 * Each suggestion that `no-lost-cancel` makes for its fixtures leaves code that compiles, that keeps its comments, and
 * that the rule accepts. All suggestions for a file are applied together, those that overlap one after the other.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as parser from '@typescript-eslint/parser';
import { Linter, type Rule } from 'eslint';
import { describe, expect, test } from 'vitest';
import rule from '../../src/rules/no-lost-cancel.ts';
import { commentsOf, problemsOfTypes } from '../support/applied.ts';
import { listFixtures } from '../support/want.ts';

const root = path.join(import.meta.dirname, 'no-lost-cancel/fixtures');
const files = listFixtures(root).map((file) => path.relative(root, file));

function lint(text: string): readonly Linter.LintMessage[] {
  const options = /^\/\/ options: (.*)$/m.exec(text)?.[1];
  return new Linter().verify(
    text,
    {
      files: ['**/*.ts', '**/*.tsx'],
      languageOptions: { parser },
      plugins: { own: { rules: { rule: rule as unknown as Rule.RuleModule } } },
      rules: { 'own/rule': options === undefined ? 'error' : ['error', JSON.parse(options)] },
    },
    { filename: 'file.ts' },
  );
}

/** The text with the suggestions applied that do not overlap an earlier one. */
function applyOnce(text: string, messages: readonly Linter.LintMessage[]): [string, number] {
  const fixes = messages
    .flatMap(({ suggestions = [] }) => suggestions.slice(0, 1).map(({ fix }) => fix))
    .toSorted((a, b) => a.range[0] - b.range[0]);
  let done = '';
  let at = 0;
  let count = 0;
  for (const { range, text: replacement } of fixes) {
    if (range[0] < at) continue;
    done += text.slice(at, range[0]) + replacement;
    at = range[1];
    count += 1;
  }
  return [done + text.slice(at), count];
}

interface Applied {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly count: number;
}

function applyAll(name: string): Applied {
  const before = readFileSync(path.join(root, name), 'utf8');
  let after = before;
  let total = 0;
  for (;;) {
    const [next, count] = applyOnce(after, lint(after));
    if (count === 0) return { name, before, after, count: total };
    after = next;
    total += count;
  }
}

const applied = files
  .filter((name) => name.endsWith('.ts'))
  .map(applyAll)
  .filter(({ count }) => count > 0);

describe('suggestions for the fixtures', () => {
  test('are made', () => {
    expect(applied.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(40);
  });

  test.each(applied)(
    '$name: each leaves code that the rule accepts',
    ({ before, after, count }) => {
      const messages = lint(after);
      expect(messages.filter(({ fatal }) => fatal)).toEqual([]);
      // One cure may be that of two handles.
      expect(messages.length).toBeLessThanOrEqual(lint(before).length - count);
      expect(commentsOf(after)).toEqual(commentsOf(before));
    },
  );

  test('leave code that compiles', () => {
    const texts = applied.map(({ name, after }) => {
      const file = path.join(root, path.dirname(name), `suggested-${path.basename(name)}`);
      // A module: what it declares stands beside the same in the file that it comes from.
      return [file.replaceAll('\\', '/'), `${after}\nexport {};\n`] as const;
    });
    expect(problemsOfTypes(new Map(texts))).toEqual([]);
  });
});

/** The text with the only suggestion for its only report. */
function suggested(text: string): string | undefined {
  const [message, ...others] = lint(text);
  expect(others).toEqual([]);
  const [fix] = message?.suggestions?.map((it) => it.fix) ?? [];
  return fix && text.slice(0, fix.range[0]) + fix.text + text.slice(fix.range[1]);
}

const locked = `async function f() {
  const release = await mutex.acquire();
  const rows = await read(); // all of them
  release();
  return rows;
}
`;

describe('a release in `finally`', () => {
  test('takes a `return` along that needs what is declared before', () => {
    expect(suggested(locked)).toBe(`async function f() {
  const release = await mutex.acquire();
  try {
  const rows = await read(); // all of them
  return rows;
  } finally {
    release();
  }
}
`);
  });

  test('stands where the release stood when nothing is needed behind it', () => {
    const plain = locked.replace('return rows;', 'log();');
    expect(suggested(plain)).toBe(`async function f() {
  const release = await mutex.acquire();
  try {
  const rows = await read(); // all of them
  } finally {
    release();
  }
  log();
}
`);
  });

  test('is not offered where more than a `return` needs what is declared before', () => {
    expect(suggested(locked.replace('return rows', 'return await save(rows)'))).toBeUndefined();
  });

  test('is not offered where a value is returned that may need the handle', () => {
    const early = locked.replace('  release', '  if (rows.later) return rows.load();\n  release');
    expect(suggested(early)).toBeUndefined();
  });

  test('is not offered where the release has a comment that would go', () => {
    expect(suggested(locked.replace('release();', 'release(); // done'))).toBeUndefined();
  });
});

const discarded = `async function f(parent) {
  const [ctx] = withTimeout(parent, 5);
  log(ctx); // for the record
  await send(ctx);
  // sent
}
`;

describe('a discarded element', () => {
  test('is bound, and called when the block is done', () => {
    expect(suggested(discarded)).toBe(`async function f(parent) {
  const [ctx, cancel] = withTimeout(parent, 5);
  try {
  log(ctx); // for the record
  await send(ctx);
  } finally {
    cancel();
  }
  // sent
}
`);
  });

  test('is a property of an object, and has another name where its own is used', () => {
    const taken = discarded.replace('[ctx]', '{ ctx }').replace('log(ctx);', 'cancel(5);');
    expect(suggested(taken)).toContain('const { ctx, cancel: cancelContext } = withTimeout');
    expect(suggested(discarded.replace('[ctx]', '[ctx, _]'))).toContain('const [ctx, cancel] =');
  });

  test.each([
    ['is stored', 'log(ctx)', 'this.ctx = ctx'],
    ['has another name', 'log(ctx)', 'const { signal } = ctx'],
    ['is captured', 'log(ctx)', 'later(() => log(ctx))'],
    ['goes on in work that nobody waits for', 'log(ctx)', 'void run(ctx)'],
    ['goes on in work that is waited for later', 'log(ctx)', 'run(ctx).then(log)'],
    ['goes on in an object', 'log(ctx)', 'log(new Job(ctx))'],
    ['may be what the result lives on', 'await send(ctx)', 'return await open(ctx)'],
    ['is in a pattern with a rest', '[ctx]', '{ ctx, ...others }'],
    [
      'is of the head of a loop',
      'const [ctx] = withTimeout(parent, 5);',
      'for (const [ctx] = withTimeout(parent, 5); ;)',
    ],
  ])('is left alone where the context %s', (_, code, other) => {
    expect(suggested(discarded.replace(code, other))).toBeUndefined();
  });

  test('may be captured by what is waited for', () => {
    const all = discarded.replace('send(ctx)', 'Promise.all(ids.map((id) => send(ctx, id)))');
    expect(suggested(all)).toContain('finally');
  });
});
