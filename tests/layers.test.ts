import { fileURLToPath } from 'node:url';

import { ESLint } from 'eslint';
import { expect, test } from 'vitest';

const eslint = new ESLint({
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  ruleFilter: ({ ruleId }) =>
    ruleId === 'no-restricted-imports' || ruleId === 'no-restricted-syntax',
  // The files below exist in memory only, and the law needs no types.
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
});

async function lint(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  return result!.messages.map(({ message }) => message);
}

const value = (from: string): string => `import { x } from '${from}';\nx();\n`;
const typeOnly = (from: string): string =>
  `import type { X } from '${from}';\nexport type Y = X;\n`;

/** One import per folder that reaches to the right, and what the reader is told about it. */
const TO_THE_RIGHT: readonly (readonly [file: string, specifier: string, reason: string])[] = [
  ['src/ast/x.ts', '../cfg/graph.ts', 'syntax and scope helpers know nothing of graphs'],
  ['src/cfg/x.ts', '../analysis/events.ts', 'it knows no resource'],
  ['src/cfg/x.ts', '../dataflow/solve.ts', 'it knows no resource'],
  ['src/dataflow/x.ts', '../resources/protocol.ts', 'it works for any Problem'],
  ['src/resources/x.ts', '../cfg/graph.ts', 'the tables know no algorithm'],
  ['src/resources/builtin/x.ts', '../../dataflow/solve.ts', 'the tables know no algorithm'],
  ['src/resources/builtin/x.ts', '../../analysis/events.ts', 'the tables know no algorithm'],
  ['src/analysis/x.ts', '../report/describe.ts', 'it chooses no words'],
  ['src/analysis/timers/x.ts', '../../report/describe.ts', 'it chooses no words'],
  ['src/report/x.ts', '../rules/create-rule.ts', 'words and edits are made from a Finding alone'],
  ['src/rules/x.ts', '../cli/render.ts', 'a rule is metadata and one call'],
  ['src/rules/x.ts', '../configs.ts', 'a rule is metadata and one call'],
  ['src/index.ts', './cli/main.ts', 'must not load the CLI'],
  ['src/resources-api.ts', './analysis/file.ts', 'The subpath /resources is for configuration'],
  ['src/cfg-api.ts', './rules/no-lost-cancel.ts', 'The subpath /cfg is the graph and the solver'],
];

test.each(TO_THE_RIGHT)('%s may not import %s', async (file, specifier, reason) => {
  expect(await lint(file, value(specifier))).toEqual([expect.stringContaining(reason)]);
});

test('a type import is an import all the same: the law is about who knows whom', async () => {
  expect(await lint('src/cfg/x.ts', typeOnly('../rules/x.ts'))).toEqual([
    expect.stringContaining('Layer law (ast < cfg < dataflow < resources < analysis < report'),
  ]);
});

const ALLOWED: readonly (readonly [file: string, specifier: string])[] = [
  ['src/cfg/x.ts', '../ast/functions.ts'],
  ['src/cfg/x.ts', './index.ts'],
  ['src/analysis/x.ts', '../resources/index.ts'],
  ['src/analysis/x.ts', '../dataflow/solve.ts'],
  ['src/resources/x.ts', '../ast/callees.ts'],
  ['src/resources/builtin/x.ts', '../index.ts'],
  ['src/rules/x.ts', '@typescript-eslint/utils/eslint-utils'],
  ['src/ast/x.ts', '@typescript-eslint/utils/ast-utils'],
  ['src/index.ts', './rules/no-lost-cancel.ts'],
  ['src/index.ts', 'node:module'],
  ['src/cfg-api.ts', './dataflow/solve.ts'],
  ['src/resources-api.ts', './resources/define.ts'],
  ['src/cli/main.ts', 'eslint'],
  ['src/cli/main.ts', 'node:fs'],
  ['src/cli/main.ts', '../rules/no-lost-cancel.ts'],
];

test.each(ALLOWED)('%s may import %s', async (file, specifier) => {
  expect(await lint(file, value(specifier))).toEqual([]);
});

const PEER = 'Importing the plugin must load neither eslint nor typescript';

/** Packages whose values a layer must not load; what they export as types is welcome everywhere. */
const PACKAGES: readonly (readonly [file: string, specifier: string, reason: string])[] = [
  ['src/ast/x.ts', '@typescript-eslint/utils', PEER],
  ['src/rules/x.ts', '@typescript-eslint/utils', PEER],
  ['src/rules/x.ts', 'eslint', PEER],
  ['src/index.ts', 'eslint', PEER],
  ['src/analysis/x.ts', 'typescript', 'Reach the compiler through the parser services'],
  ['src/cli/main.ts', 'typescript', 'Reach the compiler through the parser services'],
  ['src/analysis/x.ts', '@typescript-eslint/utils/eslint-utils', 'Only rules speak to ESLint'],
];

test.each(PACKAGES)('%s may import only types from %s', async (file, specifier, reason) => {
  expect(await lint(file, value(specifier))).toEqual([expect.stringContaining(reason)]);
  expect(await lint(file, typeOnly(specifier))).toEqual([]);
});

test('a rule reads no disk and brings no parser', async () => {
  expect(await lint('src/rules/x.ts', value('node:fs'))).toEqual([
    expect.stringContaining('no disk, no process'),
  ]);
  expect(await lint('src/rules/x.ts', value('@typescript-eslint/parser'))).toEqual([
    expect.stringContaining('only the CLI brings one'),
  ]);
});

test('a dynamic import cannot evade the law', async () => {
  const code = `export const load = (): Promise<unknown> => import('../rules/x.ts');\n`;
  expect(await lint('src/cfg/x.ts', code)).toEqual([
    expect.stringContaining('A dynamic import hides a dependency'),
  ]);
  expect(await lint('src/cli/x.ts', code)).toEqual([]);
});
