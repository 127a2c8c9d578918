// @ts-check
import { existsSync } from 'node:fs';

import js from '@eslint/js';
import eslintPlugin from 'eslint-plugin-eslint-plugin';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

import { layers } from './eslint.layers.js';

const TYPED = ['src/**/*.ts', 'tests/**/*.ts', 'vitest.config.ts'];

export default defineConfig(
  globalIgnores([
    'dist/',
    'coverage/',
    // Mistakes on purpose: these files are what the plugin is tried on.
    'examples/',
    'comparison/snippets/',
    'tests/**/fixtures/',
    // Have a package.json of their own, whose dependencies are installed by the scripts that need them.
    'bench/node_modules/',
    'comparison/node_modules/',
  ]),

  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [js.configs.recommended],
    languageOptions: {
      globals: {
        console: 'readonly',
        performance: 'readonly',
        process: 'readonly',
        URL: 'readonly',
      },
    },
  },

  {
    files: TYPED,
    extends: [
      js.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // `node.type === 'CallExpression'` narrows and a misspelt literal is a type error, while
      // importing the enum as a value would load the package at run time.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      // Line numbers and counts belong in messages.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `while (true)` with a `return` inside states a worklist better than a flag does.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Ends every switch over a union in `default: assertNever(…)`. A switch over node types needs it
      // in any case: this rule takes string literals for other values than the enum's.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      'max-lines': ['error', { max: 400 }],
    },
  },

  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },

  { files: ['src/rules/**/*.ts'], extends: [eslintPlugin.configs.recommended] },

  {
    files: ['tests/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 600 }],
      // A test that is wrong about what is there fails at that line: just what it is for.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Generated programs and fake hosts need functions that do nothing.
      '@typescript-eslint/no-empty-function': 'off',
      // Stubs of asynchronous interfaces have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
    },
  },

  layers,
  await selfLint(),
);

/** The plugin's own findings on its own sources: absent before the first build. */
async function selfLint() {
  if (!existsSync(new URL('./dist/index.js', import.meta.url))) return [];
  const { default: lostcancel } = await import('./dist/index.js');
  const { recommended } = lostcancel.configs;
  return recommended === undefined ? [] : [{ files: TYPED, extends: [recommended] }];
}
