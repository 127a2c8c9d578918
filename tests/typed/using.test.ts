/** Where the type of a value says that it is disposable, `using` is offered for it; the code still compiles with it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as parser from '@typescript-eslint/parser';
import { Linter, type Rule } from 'eslint';
import ts from 'typescript';
import { expect, test } from 'vitest';
import rule from '../../src/rules/no-lost-cancel.ts';

const project = path.join(import.meta.dirname, 'fixtures');
const file = path.join(project, 'disposables.ts').replaceAll('\\', '/');
const before = readFileSync(file, 'utf8');

function lint(): readonly Linter.LintMessage[] {
  return new Linter({ cwd: project }).verify(
    before,
    {
      files: ['**/*.ts'],
      languageOptions: {
        parser,
        parserOptions: { project: 'tsconfig.json', tsconfigRootDir: project },
      },
      plugins: { own: { rules: { rule: rule as unknown as Rule.RuleModule } } },
      rules: { 'own/rule': 'error' },
    },
    { filename: file },
  );
}

/** Problems of types in the file when it has this text. */
function problemsIn(text: string): readonly string[] {
  const { config } = ts.readConfigFile(path.join(project, 'tsconfig.json'), (name) =>
    readFileSync(name, 'utf8'),
  ) as { config: object };
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, project);
  const settings = { ...options, incremental: false, noEmit: true };
  const disk = ts.createCompilerHost(settings);
  const host: ts.CompilerHost = {
    ...disk,
    getSourceFile: (name, ...rest) =>
      path.resolve(name) === path.resolve(file)
        ? ts.createSourceFile(name, text, ts.ScriptTarget.ESNext, true)
        : disk.getSourceFile(name, ...rest),
  };
  const program = ts.createProgram(fileNames, settings, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile(file))
    .map((it) => ts.flattenDiagnosticMessageText(it.messageText, ' '));
}

test('`using` is offered, and the code compiles with it', () => {
  const found = lint().flatMap(({ suggestions = [] }) =>
    suggestions.filter(({ messageId }) => messageId === 'declareUsing').map(({ fix }) => fix),
  );
  expect(found.length).toBeGreaterThan(2);
  let after = '';
  let at = 0;
  for (const { range, text } of found.toSorted((a, b) => a.range[0] - b.range[0])) {
    after += before.slice(at, range[0]) + text;
    at = range[1];
  }
  after += before.slice(at);
  expect(after).toMatch(/^ +using \w+ = /m);
  expect(problemsIn(after)).toEqual(problemsIn(before));
});
