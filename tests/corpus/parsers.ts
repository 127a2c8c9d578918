/** Source text → `SourceCode`, by each parser that the plugin supports. */
import { createRequire } from 'node:module';

import type { TSESLint } from '@typescript-eslint/utils';
import { Linter, type SourceCode } from 'eslint';
import { Linter as Linter9 } from 'eslint9';
import * as espree from 'espree';
import tseslint from 'typescript-eslint';

// Babel's parser ships no types.
const babelParser = createRequire(import.meta.url)('@babel/eslint-parser') as Linter.Parser;

export type ParserName = 'espree' | 'typescript-eslint' | 'babel';

export type BabelPlugin = string | readonly [string, Readonly<Record<string, unknown>>];

export interface Source {
  /** Its ending decides between JavaScript, TypeScript and JSX. */
  readonly path: string;
  readonly text: string;
  readonly sourceType: 'module' | 'script' | 'commonjs';
  /** Babel syntax plugins beyond those that the ending asks for. */
  readonly babelPlugins?: readonly BabelPlugin[];
}

export const BABEL_STANDARD: readonly BabelPlugin[] = [
  'decorators',
  'decoratorAutoAccessors',
  'explicitResourceManagement',
  'deferredImportEvaluation',
  'sourcePhaseImports',
];

function babelPlugins(source: Source): readonly BabelPlugin[] {
  const typescript = /\.[cm]?tsx?$/.test(source.path);
  return [
    ...(typescript ? [['typescript', { dts: source.path.endsWith('.d.ts') }] as const] : []),
    ...(source.path.endsWith('x') || !typescript ? ['jsx'] : []),
    ...(source.babelPlugins ?? BABEL_STANDARD),
  ];
}

/** A flat config that parses and does nothing else. */
export function parseOnly(source: Source, parser: ParserName): Linter.Config {
  const common = { sourceType: source.sourceType, ecmaVersion: 'latest' } as const;
  switch (parser) {
    case 'espree':
      return {
        files: ['**'],
        languageOptions: {
          ...common,
          parser: espree,
          parserOptions: { ecmaFeatures: { jsx: true } },
        },
      };
    case 'typescript-eslint':
      return {
        files: ['**'],
        languageOptions: {
          ...common,
          parser: tseslint.parser,
          parserOptions: { ecmaFeatures: { jsx: source.path.endsWith('x') } },
        },
      };
    case 'babel':
      return {
        files: ['**'],
        languageOptions: {
          ...common,
          parser: babelParser,
          parserOptions: {
            requireConfigFile: false,
            babelOptions: {
              configFile: false,
              babelrc: false,
              parserOpts: {
                plugins: babelPlugins(source),
              },
            },
          },
        },
      };
  }
}

/** Babel's parser asks for ESLint 9 up to version 7; version 8, for ESLint 10, does not run on Node 20. */
export function createLinter(parser: ParserName): Linter {
  return parser === 'babel'
    ? (new Linter9({ configType: 'flat' }) as unknown as Linter)
    : new Linter({ configType: 'flat' });
}

export type Parsed =
  | { readonly kind: 'parsed'; readonly sourceCode: SourceCode }
  | { readonly kind: 'rejected'; readonly message: string };

/** Parses, analyses scopes and sets parents, as every lint run does before the first rule sees a node. */
export function parse(source: Source, parser: ParserName): Parsed {
  const linter = createLinter(parser);
  const messages = linter.verify(source.text, parseOnly(source, parser), {
    filename: source.path,
    allowInlineConfig: false,
  });
  const fatal = messages.find((message) => message.fatal);
  if (fatal) return { kind: 'rejected', message: fatal.message };
  return { kind: 'parsed', sourceCode: linter.getSourceCode() };
}

/** The same object under the name that the plugin knows it by. */
export function asTypeScript(sourceCode: SourceCode): TSESLint.SourceCode {
  return sourceCode as unknown as TSESLint.SourceCode;
}
