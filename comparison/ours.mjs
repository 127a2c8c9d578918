// @ts-check
/** What this plugin says of the snippets, under three settings. */
import { readdirSync } from 'node:fs';
import path from 'node:path';

import * as parser from '@typescript-eslint/parser';
import { ESLint } from 'eslint';

/** @typedef {Readonly<Record<string, readonly string[]>>} Verdicts  rules that speak, by file */

const here = import.meta.dirname;

/** Relative to this folder. */
export const snippets = readdirSync(path.join(here, 'snippets'), {
  encoding: 'utf8',
  recursive: true,
})
  .filter((file) => /\.(?:mistake|cure)\.ts$/u.test(file))
  .map((file) => `snippets/${file.replaceAll(path.sep, '/')}`)
  .sort();

/** @param {readonly [file: string, rule: string][]} spoken */
export function byFile(spoken) {
  /** @type {Record<string, string[]>} */
  const verdicts = {};
  for (const [file, rule] of spoken.toSorted()) {
    const rules = (verdicts[file] ??= []);
    if (!rules.includes(rule)) rules.push(rule);
  }
  return verdicts;
}

/**
 * @param {import('eslint').Linter.Config} config
 * @param {string} prefix
 */
export async function withEslint(config, prefix) {
  const eslint = new ESLint({
    cwd: here,
    overrideConfigFile: true,
    overrideConfig: { files: ['**/*.ts'], ...config },
  });
  const results = await eslint.lintFiles([...snippets]);
  return byFile(
    results.flatMap(({ filePath, messages }) =>
      messages.map(({ ruleId, message }) => {
        if (ruleId === null) throw new Error(`${filePath}: ${message}`);
        const file = path.relative(here, filePath).replaceAll(path.sep, '/');
        return /** @type {[string, string]} */ ([file, ruleId.slice(prefix.length + 1)]);
      }),
    ),
  );
}

const HANDLES = 'lostcancel/no-lost-cancel';

export const TYPED = { projectService: true, tsconfigRootDir: here };

/**
 * @param {import('eslint').ESLint.Plugin & { configs: Record<'recommended' | 'strict', { rules: import('eslint').Linter.RulesRecord }> }} plugin
 * @returns {Promise<Readonly<Record<'recommended' | 'strict' | 'typed', Verdicts>>>}
 */
export async function ourVerdicts(plugin) {
  const { recommended, strict } = plugin.configs;
  const under = (/** @type {object} */ rules, parserOptions = {}) => {
    const languageOptions = { parser, parserOptions };
    return withEslint({ plugins: { lostcancel: plugin }, languageOptions, rules }, 'lostcancel');
  };
  const [severity, options] = /** @type {[string, object]} */ (strict.rules[HANDLES]);
  const allTypes = { [HANDLES]: [severity, { ...options, disposableTypes: 'all' }] };
  return {
    recommended: await under(recommended.rules),
    strict: await under(strict.rules),
    typed: await under({ ...strict.rules, ...allTypes }, TYPED),
  };
}
