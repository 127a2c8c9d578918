// @ts-check
/**
 * The built plugin in every ESLint and with every parser, under the Node that runs this file. Prints the findings as
 * JSON: { "<eslint>, <parser>": { "<file>": [finding …] }, "command line": … }.
 *
 *   node smoke.mjs [folder]
 *
 * Babel's parser of version 7 asks for ESLint 9. Its version 8, for ESLint 10, needs Node 22.18, so it is no dependency
 * of ours: `folder` says where one is installed.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import * as babelParser from '@babel/eslint-parser';
import { Linter as Linter10 } from 'eslint';
import { Linter as Linter9 } from 'eslint9';
import * as espree from 'espree';
import tseslint from 'typescript-eslint';

import plugin from '../../dist/index.js';

const FIXTURES = fileURLToPath(new URL('fixtures/', import.meta.url));
const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

const JAVASCRIPT = ['cures.js', 'mistakes.js'];
const ALL = [...JAVASCRIPT, 'typed.ts'];

const babelOptions = (/** @type {string[]} */ plugins) => ({
  requireConfigFile: false,
  babelOptions: { configFile: false, babelrc: false, parserOpts: { plugins } },
});

const TYPESCRIPT = { parser: tseslint.parser, parserOptions: {}, files: ALL };
const ESPREE = { parser: espree, parserOptions: {}, files: JAVASCRIPT };

/** @param {unknown} parser */
const babel = (parser) => ({ parser, parserOptions: babelOptions(['typescript']), files: ALL });

/** @type {[string, unknown, { parser: unknown, parserOptions: object, files: string[] }][]} */
const HOSTS = [
  ['ESLint 10, typescript-eslint', Linter10, TYPESCRIPT],
  ['ESLint 10, espree', Linter10, ESPREE],
  ['ESLint 9, typescript-eslint', Linter9, TYPESCRIPT],
  ['ESLint 9, espree', Linter9, ESPREE],
  ['ESLint 9, babel', Linter9, babel(babelParser)],
];

const babel8 = process.argv[2];
if (babel8 !== undefined) {
  const parser = createRequire(path.join(babel8, 'package.json'))('@babel/eslint-parser');
  HOSTS.push(['ESLint 10, babel', Linter10, babel(parser)]);
}

/** @param {any} Linter @param {any} options @param {string} file */
function findings(Linter, { parser, parserOptions }, file) {
  const text = readFileSync(path.join(FIXTURES, file), 'utf8');
  const config = [
    { files: ['**'], languageOptions: { parser, parserOptions } },
    plugin.configs.recommended,
  ];
  return new Linter({ configType: 'flat' })
    .verify(text, config, { filename: file })
    .map((/** @type {any} */ { ruleId, messageId, line, column, endColumn, message }) => ({
      ruleId,
      messageId,
      line,
      column,
      endColumn,
      message,
    }));
}

/** Exit code and what a user sees, minus what differs from run to run. */
function commandLine() {
  try {
    execFileSync(process.execPath, [CLI, '.'], { cwd: FIXTURES, encoding: 'utf8', stdio: 'pipe' });
    return { code: 0, output: '' };
  } catch (error) {
    const { status, stdout } = /** @type {{ status: number, stdout: string }} */ (error);
    return { code: status, output: stdout.replace(/\d+(\.\d+)? m?s\b/g, '<time>') };
  }
}

/** @type {Record<string, unknown>} */
const result = { 'command line': commandLine() };
for (const [host, Linter, { files, ...options }] of HOSTS) {
  result[host] = Object.fromEntries(files.map((file) => [file, findings(Linter, options, file)]));
}
console.log(JSON.stringify(result, null, 2));
