/** The parser for TypeScript, where `typescript` is installed. */
import type { Linter } from 'eslint';
import { oneLine } from './result.ts';

export type TypescriptParser =
  | { readonly parser: Linter.Parser; readonly reason?: never }
  | { readonly parser: undefined; readonly reason: string };

export function isTypescript(file: string): boolean {
  return /\.[cm]?tsx?$/u.test(file);
}

/** May the file be either a module or a script? */
export function mayBeScript(file: string): boolean {
  return /\.jsx?$/u.test(file);
}

export async function loadTypescriptParser(): Promise<TypescriptParser> {
  try {
    return { parser: await import('@typescript-eslint/parser') };
  } catch (error) {
    const missing = oneLine(error);
    const reason = /Cannot find (?:module|package) 'typescript'/u.test(missing)
      ? "the package 'typescript' is not installed (npm install --save-dev typescript)"
      : `their parser cannot be loaded: ${missing}`;
    return { parser: undefined, reason };
  }
}
