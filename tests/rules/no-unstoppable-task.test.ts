/**
 * The verdicts of `no-unstoppable-task` stand in its fixtures (SPEC 5 and 11); here is what fixtures cannot say: exact
 * places and words, options, and the steps that the command line draws.
 */
import path from 'node:path';
import * as parser from '@typescript-eslint/parser';
import type { TSESLint } from '@typescript-eslint/utils';
import { Linter, type Rule } from 'eslint';
import { describe, expect, test } from 'vitest';
import rule from '../../src/rules/no-unstoppable-task.ts';
import { describeUnstoppableTasks } from '../../src/report/index.ts';
import { checkFixture, listFixtures } from '../support/want.ts';

const fixtures = path.join(import.meta.dirname, 'no-unstoppable-task/fixtures');

describe('fixtures', () => {
  test.each(listFixtures(fixtures).map((file) => path.relative(fixtures, file)))('%s', (name) => {
    const problems = checkFixture(path.join(fixtures, name), {
      id: 'no-unstoppable-task',
      rule: rule as unknown as Rule.RuleModule,
    });
    expect(problems.join('\n')).toBe('');
  });
});

const linter = new Linter();
const PLUGINS = { own: { rules: { task: rule as unknown as Rule.RuleModule } } };

function lint(code: string, options: object = {}): readonly Linter.LintMessage[] {
  return linter.verify(
    code,
    {
      files: ['**/*.ts'],
      languageOptions: { parser },
      plugins: PLUGINS,
      rules: { 'own/task': ['error', options] },
    },
    'a.ts',
  );
}

/** The source text under each report. */
function marked(code: string): readonly string[] {
  const lines = code.split('\n');
  return lint(code).map(({ line, column, endLine, endColumn }) => {
    const end = line === endLine ? (endColumn ?? column) - 1 : undefined;
    return lines[line - 1]!.slice(column - 1, end);
  });
}

describe('where the report stands', () => {
  const LOOP = 'async function loop() { while (true) await step(); }\n';

  test.each([
    ['a call', `${LOOP}export function f() { void loop(); }`, 'loop()'],
    ['a chain', `${LOOP}export function f() { loop().catch(log); }`, 'loop()'],
    ['a callback', `${LOOP}export function f() { queueMicrotask(loop); }`, 'loop'],
    [
      'the head of a function that is written on the spot',
      'export function f() { (async () => { while (true) await step(); })(); }',
      '(async () => ',
    ],
    ['an interval', 'export function f() { window.setInterval(g, 9); }', 'window.setInterval'],
    ['a timeout', 'export function f() { setTimeout(f, 9); }', 'setTimeout'],
  ])('%s', (_, code, expected) => {
    expect(marked(code)).toEqual([expected]);
  });

  test('one report for a cycle, one for each start of a loop', () => {
    const cycle =
      'export function a() { setTimeout(b, 1); }\nexport function b() { setTimeout(a, 2); }';
    expect(lint(cycle).map(({ line }) => line)).toEqual([1]);
    const starts = `${LOOP}export function f() { void loop(); }\nexport function g() { void loop(); }`;
    expect(lint(starts).map(({ line }) => line)).toEqual([2, 3]);
  });
});

describe('what the command line draws', () => {
  function stepsOf(code: string): readonly string[] {
    lint(code);
    const sourceCode = linter.getSourceCode() as unknown as TSESLint.SourceCode;
    const options = { moduleLevel: 'allow', foreignIterables: 'allow' } as const;
    return describeUnstoppableTasks(sourceCode, options).flatMap(({ steps }) =>
      steps.map(({ loc, words }) => `${loc.start.line}: ${words}`),
    );
  }

  test('the start, the calls that wait for the loop, the loop', () => {
    const code = [
      'async function loop() {',
      '  for (;;) await step();',
      '}',
      'async function main() {',
      '  await loop();',
      '}',
      'export function f() { void main(); }',
    ].join('\n');
    expect(stepsOf(code)).toEqual([
      '7: `main()` starts the task, and nobody keeps its promise',
      '5: it waits for the end of this call',
      '2: no way leads out of this loop but a rejection',
    ]);
  });

  test('where an interval is kept', () => {
    const code = 'let timer;\nexport function f() {\n  timer = setInterval(g, 9);\n}';
    expect(stepsOf(code)).toEqual([
      '3: setInterval starts the interval',
      '3: nothing ever clears `timer`',
    ]);
  });
});

describe('component files: the module body runs for each instance', () => {
  const CODE =
    'const timer = setInterval(poll, 1000);\nvoid (async () => { while (true) await step(); })();';
  const SCRIPT_SETUP = {
    name: 'script',
    startTag: { attributes: [{ key: { name: 'lang' } }, { key: { name: 'setup' } }] },
  };

  function linesOf(code: string, services: object): readonly number[] {
    const own = {
      parseForESLint(text: string, options: parser.ParserOptions) {
        const result = parser.parseForESLint(text, options);
        return { ...result, services: { ...result.services, ...services } };
      },
    };
    const config = {
      languageOptions: { parser: own },
      plugins: PLUGINS,
      rules: { 'own/task': 'error' },
    } as const;
    return linter.verify(code, config).map(({ line }) => line);
  }

  test.each([
    ['Svelte', { isSvelte: true }, [1, 2]],
    ['Vue, script setup', { getDocumentFragment: () => ({ children: [SCRIPT_SETUP] }) }, [1, 2]],
    ['Vue, plain script', { getDocumentFragment: () => ({ children: [{ name: 'script' }] }) }, []],
    ['a module that the parser of Vue has read', { getDocumentFragment: () => null }, []],
  ])('%s', (_, services, expected) => {
    expect(linesOf(CODE, services)).toEqual(expected);
  });

  test('a hook that clears the interval', () => {
    const code = 'const timer = setInterval(poll, 1000);\nonDestroy(() => clearInterval(timer));';
    expect(linesOf(code, { isSvelte: true })).toEqual([]);
  });

  test('a template may write the flag', () => {
    const code = 'let going = true;\nvoid (async () => { while (going) await step(); })();';
    expect(linesOf(code, { isSvelte: true })).toEqual([]);
  });
});

test('a wrong option stops the run', () => {
  expect(() => lint('', { moduleLevel: 'never' })).toThrow(/moduleLevel|never/);
  expect(() => lint('', { modulelevel: 'allow' })).toThrow(/additional properties/);
});

test('a file without a word that a task needs is not looked at', () => {
  expect(lint('export function f() { while (true) g(); }')).toEqual([]);
});
