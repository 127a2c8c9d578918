/**
 * The verdicts of `no-leaked-timer` stand in its fixtures (SPEC 4 and 11); here is what fixtures cannot say: that each
 * suggestion made for them leaves code that compiles, that keeps its comments, and that the rule accepts.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as parser from '@typescript-eslint/parser';
import { Linter, type Rule } from 'eslint';
import { describe, expect, test } from 'vitest';
import rule from '../../src/rules/no-leaked-timer.ts';
import { commentsOf, problemsOfTypes } from '../support/applied.ts';
import { checkFixture, listFixtures } from '../support/want.ts';

const root = path.join(import.meta.dirname, 'no-leaked-timer/fixtures');
const files = listFixtures(root).map((file) => path.relative(root, file));
const eslintRule = rule as unknown as Rule.RuleModule;

describe('fixtures', () => {
  test.each(files)('%s', (name) => {
    const problems = checkFixture(path.join(root, name), {
      id: 'no-leaked-timer',
      rule: eslintRule,
    });
    expect(problems.join('\n')).toBe('');
  });
});

function lint(text: string, filename = 'file.ts'): readonly Linter.LintMessage[] {
  const options = /^\/\/ options: (.*)$/m.exec(text)?.[1];
  return new Linter().verify(
    text,
    {
      files: ['**/*.ts', '**/*.js'],
      languageOptions: { parser },
      plugins: { own: { rules: { rule: eslintRule } } },
      rules: { 'own/rule': options === undefined ? 'error' : ['error', JSON.parse(options)] },
    },
    { filename },
  );
}

interface Applied {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** The text without the exported functions and classes that the range does not touch. */
function around(text: string, [start, end]: readonly [number, number]): string {
  const { body } = parser.parse(text, { range: true });
  const kept = body.filter(
    ({ type, range }) =>
      type !== 'ExportNamedDeclaration' || (range[0] <= start && end <= range[1]),
  );
  return kept.map(({ range }) => text.slice(...range)).join('\n\n');
}

function applySuggestions(name: string): readonly Applied[] {
  const whole = readFileSync(path.join(root, name), 'utf8');
  const options = /^\/\/ options: .*\n/.exec(whole)?.[0] ?? '';
  return lint(whole).flatMap(({ line, suggestions = [] }, index) =>
    suggestions.map(({ messageId, fix: { range } }): Applied => {
      const before = options + around(whole, range);
      const [own] = lint(before).flatMap((message) => message.suggestions ?? []);
      if (!own) throw new Error(`${name}:${line}: no suggestion on its own, report ${index}`);
      const { fix } = own;
      const after = before.slice(0, fix.range[0]) + fix.text + before.slice(fix.range[1]);
      return { name: `${name}:${line} ${String(messageId)}`, before, after };
    }),
  );
}

const applied = files.flatMap(applySuggestions);

/** The only report's only suggestion, applied. */
function suggested(text: string, filename?: string): string | undefined {
  const [message, ...others] = lint(text, filename);
  expect(others).toEqual([]);
  const [own, ...more] = message?.suggestions ?? [];
  expect(more).toEqual([]);
  if (!own) return undefined;
  return text.slice(0, own.fix.range[0]) + own.fix.text + text.slice(own.fix.range[1]);
}

const race = `async function f(ms: number) {
  return await Promise.race([
    work(),
    new Promise((_, reject) => setTimeout(() => reject(new Error('late')), ms)),
  ]);
}
`;

const straight = `async function f(ms) {
  const timer = setTimeout(() => log('slow'), ms);
  await work(); // it takes a while
  clearTimeout(timer); // done
}
`;

const abort = `async function f(ms) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  return await load({ signal: controller.signal });
}
`;

describe('the suggestion', () => {
  test('for a race keeps the handle in a variable', () => {
    expect(suggested(race)).toBe(`async function f(ms: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
  return await Promise.race([
    work(),
    new Promise((_, reject) => { timer = setTimeout(() => reject(new Error('late')), ms); }),
  ]);
  } finally {
    clearTimeout(timer);
  }
}
`);
  });

  test('for a race in JavaScript has no type', () => {
    const cured = suggested(race.replace(': number', ''), 'file.js');
    expect(cured).toContain('let timer;\n');
  });

  test('for a race is not made where the timer does more, or its promise has another reader', () => {
    expect(suggested(race.replace('reject(new', 'stop(), reject(new'))).toBeUndefined();
    const shared = `async function f(ms) {
  const late = new Promise((resolve) => setTimeout(resolve, ms));
  await Promise.race([work(), late]);
  await late;
}
`;
    expect(suggested(shared)).toBeUndefined();
  });

  test('for a straight line makes the clear a `finally` block', () => {
    expect(suggested(straight)).toBe(`async function f(ms) {
  const timer = setTimeout(() => log('slow'), ms);
  try {
  await work(); // it takes a while
  } finally {
    clearTimeout(timer);
  } // done
}
`);
  });

  test('for a straight line is not made where a declaration is needed behind it', () => {
    expect(suggested(straight.replace('await work()', 'const x = await work()'))).toBeUndefined();
  });

  test('for a straight line is not made where a value that may need the signal is returned', () => {
    const returning = `async function f(ms) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  await check(controller.signal);
  if (early()) return load(controller.signal);
  clearTimeout(timer);
}
`;
    expect(suggested(returning)).toBeUndefined();
  });

  test('for a promise of the language adds a step to it', () => {
    const response = `async function f(url, ms) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  const response = await fetch(url, { signal: controller.signal });
  clearTimeout(timer);
  return response;
}
`;
    expect(suggested(response)).toBe(`async function f(url, ms) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  const response = await fetch(url, { signal: controller.signal }).finally(() => clearTimeout(timer));
  return response;
}
`);
  });

  test('for an abort timer is `AbortSignal.timeout`', () => {
    expect(suggested(abort)).toBe(`async function f(ms) {
  const timeoutSignal = AbortSignal.timeout(ms);
  return await load({ signal: timeoutSignal });
}
`);
  });

  test('for an abort timer is not made where the controller or the error is used otherwise', () => {
    expect(suggested(abort.replace('{ signal: controller.signal }', 'controller'))).toBeUndefined();
    expect(suggested(abort.replace('.abort()', ".abort('late')"))).toBeUndefined();
    expect(suggested(`${abort}const name = 'AbortError';\n`)).toBeUndefined();
    expect(suggested(abort.replace('ms);\n  ret', 'ms); // why\n  ret'))).toBeUndefined();
  });
});

describe('suggestions for the fixtures', () => {
  test('are made for races and straight lines', () => {
    const kinds = new Set(applied.map(({ name }) => name.split(' ')[1]));
    expect([...kinds].sort()).toEqual(['clearInFinally', 'clearOnSettlement']);
    expect(applied.length).toBeGreaterThan(30);
  });

  test.each(applied)('$name leaves code that the rule accepts', ({ before, after }) => {
    const messages = lint(after);
    expect(messages.filter(({ fatal }) => fatal)).toEqual([]);
    expect(messages).toHaveLength(lint(before).length - 1);
    expect(commentsOf(after)).toEqual(commentsOf(before));
  });

  test('leave code that compiles', () => {
    const texts = applied.map(({ after }, index) => {
      const file = path.join(root, `suggestion-${index}.ts`).replaceAll('\\', '/');
      return [file, after] as const;
    });
    expect(problemsOfTypes(new Map(texts))).toEqual([]);
  });
});
