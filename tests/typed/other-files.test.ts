/** With type information helpers of other files are looked into (SPEC 10.2); without it nothing is, and nothing costs. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as parser from '@typescript-eslint/parser';
import { Linter, type Rule } from 'eslint';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import type { LostcancelRule } from '../../src/rules/create-rule.ts';
import noLeakedTimer from '../../src/rules/no-leaked-timer.ts';
import noLostCancel from '../../src/rules/no-lost-cancel.ts';
import { checkFixture } from '../support/want.ts';

const project = path.join(import.meta.dirname, 'fixtures');
const fixture = (name: string): string => path.join(project, name);
const asRule = (rule: LostcancelRule): Rule.RuleModule => rule as unknown as Rule.RuleModule;

function newProgram(): ts.Program {
  const { config } = ts.readConfigFile(fixture('tsconfig.json'), (name) =>
    readFileSync(name, 'utf8'),
  ) as {
    config: object;
  };
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, project);
  return ts.createProgram(fileNames, { ...options, incremental: false });
}

const program = newProgram();

test('the fixtures compile', () => {
  const messages = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  expect(messages).toEqual([]);
});

test.each([
  ['races.ts', 'no-leaked-timer', noLeakedTimer],
  ['handles.ts', 'no-lost-cancel', noLostCancel],
  ['configured.ts', 'no-lost-cancel', noLostCancel],
  ['disposables.ts', 'no-lost-cancel', noLostCancel],
  ['disposables-all.ts', 'no-lost-cancel', noLostCancel],
])('%s', (name, id, rule) => {
  const problems = checkFixture(fixture(name), { id, rule: asRule(rule), project });
  expect(problems.join('\n')).toBe('');
});

describe('what is parsed', () => {
  /** Lints files one after the other, with one parser that counts. */
  function parsed(files: readonly string[], parserOptions: Linter.ParserOptions): string[] {
    const names: string[] = [];
    const counting: Linter.Parser = {
      ...parser,
      parseForESLint(text: string, options: parser.ParserOptions) {
        names.push(path.relative(project, options.filePath ?? ''));
        return parser.parseForESLint(text, options) as unknown as Linter.ESLintParseResult;
      },
    };
    for (const file of files) {
      const messages = new Linter({ cwd: project }).verify(
        readFileSync(fixture(file), 'utf8'),
        {
          files: ['**/*.ts'],
          languageOptions: { parser: counting, parserOptions },
          plugins: { own: { rules: { rule: asRule(noLeakedTimer) } } },
          rules: { 'own/rule': 'error' },
        },
        { filename: fixture(file) },
      );
      expect(messages.filter(({ fatal }) => fatal)).toEqual([]);
    }
    return names;
  }

  const typed = { programs: [program] };

  test('without types only the file itself', () => {
    expect(parsed(['races.ts'], {})).toEqual(['races.ts']);
  });

  test('with types a file without a race needs no other one', () => {
    expect(parsed(['time/retry.ts'], typed)).toEqual(['time/retry.ts']);
  });

  test('with types each file that a race leads to, once', () => {
    const names = parsed(['races.ts', 'races.ts'], typed);
    expect(names.toSorted()).toEqual(['races.ts', 'races.ts', 'time/clock.ts', 'time/retry.ts']);
  });
});
