/**
 * A file and its configuration -> what the rules are given, and what they make of it.
 *
 * The file is parsed by ESLint itself, with stand-ins under the names of the rules that see the same source and the
 * same options (comments in the file included); then the same engine runs as in the rules.
 */
import path from 'node:path';
import { Linter, type ESLint, type Rule } from 'eslint';
import type { TSESLint } from '@typescript-eslint/utils';
import type { Description } from '../report/description.ts';
import type { Account } from '../analysis/finding.ts';
import { accountants, describers } from '../report/index.ts';

type Engine = (sourceCode: TSESLint.SourceCode, options: never) => readonly Description[];

const ENGINES: ReadonlyMap<string, Engine> = new Map(Object.entries(describers));

type Accountant = (sourceCode: TSESLint.SourceCode, options: never) => readonly Account[];

const ACCOUNTANTS: ReadonlyMap<string, Accountant> = new Map(Object.entries(accountants));

export interface FlaggedFile {
  readonly file: string;
  readonly text: string;
  /** Our plugin, by the name that the configuration has for it. */
  readonly plugin: { readonly name: string; readonly module: ESLint.Plugin };
  /** The configuration that the file was checked with, with another plugin in the place of ours. */
  readonly configWith: (plugin: ESLint.Plugin) => Linter.Config[];
}

/** What a rule is given: called for each rule that is on for the file. */
export type Seen = (rule: string, sourceCode: TSESLint.SourceCode, options: unknown) => void;

/** Shows the file to `seen`, rule by rule. Gives what ESLint has to say of the file itself. */
export function inspect(
  { file, text, plugin, configWith }: FlaggedFile,
  seen: Seen,
): readonly Linter.LintMessage[] {
  const linter = new Linter({ cwd: path.parse(file).root, configType: 'flat' });
  return linter.verify(text, configWith(standIns(plugin.module, seen)), { filename: file });
}

/** What the rule says of the file, as it reports it. */
export function descriptionsOf(
  rule: string,
  sourceCode: TSESLint.SourceCode,
  options: unknown,
): readonly Description[] {
  return ENGINES.get(rule)?.(sourceCode, options as never) ?? [];
}

/** What became of everything that the rule knows in the file. */
export function accountsOf(
  rule: string,
  sourceCode: TSESLint.SourceCode,
  options: unknown,
): readonly Account[] {
  return ACCOUNTANTS.get(rule)?.(sourceCode, options as never) ?? [];
}

function standIns(plugin: ESLint.Plugin, seen: Seen): ESLint.Plugin {
  const rules = Object.entries(plugin.rules ?? {}).map(([name, { meta }]) => {
    const rule: Rule.RuleModule = {
      ...(meta === undefined ? {} : { meta }),
      create(context) {
        const sourceCode: unknown = context.sourceCode;
        seen(name, sourceCode as TSESLint.SourceCode, context.options[0] ?? {});
        return {};
      },
    };
    return [name, rule] as const;
  });
  return { ...plugin, rules: Object.fromEntries(rules) };
}
