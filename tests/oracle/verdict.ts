/** What the rule says of a lint text: its messages with their lines. */
import { Linter } from 'eslint';
import * as parser from '@typescript-eslint/parser';
import plugin from '../../src/index.ts';
import type { Tier } from './program.ts';

export interface Message {
  readonly line: number;
  readonly text: string;
}

export interface RuleOptions {
  readonly throws: Tier;
  readonly helpers: 'can-release' | 'all-paths';
}

const linter = new Linter();

export function verdict(text: string, options: RuleOptions): readonly Message[] {
  const messages = linter.verify(
    text,
    {
      files: ['**/*.ts'],
      languageOptions: { parser, sourceType: 'module' },
      linterOptions: { reportUnusedDisableDirectives: 'off' },
      plugins: { lostcancel: plugin },
      rules: { 'lostcancel/no-lost-cancel': ['error', options] },
    },
    'program.ts',
  );
  const fatal = messages.find((message) => message.fatal === true);
  if (fatal !== undefined)
    throw new Error(`${fatal.message} (line ${String(fatal.line)})\n${text}`);
  return messages.map(({ line, message }) => ({ line, text: message }));
}
