/** The nodes that ESLint's own walk gives to a rule are those that a walk of ours finds. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as parser from '@typescript-eslint/parser';
import type { TSESLint } from '@typescript-eslint/utils';
import { Linter } from 'eslint';
import { expect, test } from 'vitest';
import { syntaxOf } from '../../src/analysis/syntax.ts';
import plugin from '../../src/index.ts';

const rules = path.join(import.meta.dirname, '../rules');
const files = readdirSync(rules, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /fixtures.*\.tsx?$/.test(file),
);

const linter = new Linter();
const config: Linter.Config[] = [
  { files: ['**/*.ts', '**/*.tsx'], languageOptions: { parser } },
  plugin.configs.strict,
];

test.each(files)('%s', (file) => {
  linter.verify(readFileSync(path.join(rules, file), 'utf8'), config, `fixture/${file}`);
  const sourceCode = linter.getSourceCode() as unknown as TSESLint.SourceCode;
  const collected = syntaxOf(sourceCode);
  const { ast, visitorKeys } = sourceCode;
  const walked = syntaxOf({ ast, visitorKeys });
  // Nobody keeps what has been walked for.
  expect(syntaxOf(sourceCode)).toBe(collected);
  for (const kind of ['calls', 'functions', 'classes', 'loops'] as const) {
    expect(collected[kind].map(({ range }) => range)).toEqual(
      walked[kind].map(({ range }) => range),
    );
  }
});
