/** With type information a verdict may only get sharper: calls of type `never` end a path (SPEC 1.4, 10.2). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as parser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import { expect, test } from 'vitest';
import plugin from '../../src/index.ts';

const root = path.join(import.meta.dirname, 'fixtures');
const file = path.join(root, 'never.ts');
const text = readFileSync(file, 'utf8');

/** The functions with a report, with or without a program behind the syntax tree. */
function reported(parserOptions: Linter.ParserOptions): readonly (string | undefined)[] {
  const messages = new Linter({ cwd: root }).verify(
    text,
    [
      {
        files: ['**/*.ts'],
        plugins: { lostcancel: plugin },
        languageOptions: { parser, parserOptions },
        rules: { 'lostcancel/no-lost-cancel': 'error' },
      },
    ],
    { filename: file },
  );
  expect(messages.filter((message) => message.fatal)).toEqual([]);
  const functions = [...text.matchAll(/function (\w+(?:Ok|Bad))/g)];
  return messages.map(({ line }) => {
    const before = functions.filter((it) => text.slice(0, it.index).split('\n').length <= line);
    return before.at(-1)?.[1];
  });
}

test('without types a call of unknown type returns', () => {
  expect(reported({})).toEqual(['returnAfterRedirectOk', 'returnAfterLogBad']);
});

test('with types a call of type `never` does not', () => {
  const typed = reported({ project: './tsconfig.json', tsconfigRootDir: root });
  expect(typed).toEqual(['returnAfterLogBad']);
});
