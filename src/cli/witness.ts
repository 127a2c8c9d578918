/**
 * A message of ESLint -> the steps of the path on which the handle is lost.
 *
 * ESLint's messages have one place only. The flagged file is parsed again by ESLint itself, with stand-ins under the
 * names of the rules that see the same source and the same options (comments in the file included); then the same
 * engine runs as in the rules.
 */
import path from 'node:path';
import { Linter, type ESLint, type Rule } from 'eslint';
import type { TSESLint } from '@typescript-eslint/utils';
import type { Description, Step } from '../report/description.ts';
import type { Account } from '../analysis/finding.ts';
import { accountants, describers } from '../report/index.ts';
import type { Report, ReportStep } from './result.ts';

type Engine = (sourceCode: TSESLint.SourceCode, options: never) => readonly Description[];

const ENGINES: ReadonlyMap<string, Engine> = new Map(Object.entries(describers));

type Accountant = (sourceCode: TSESLint.SourceCode, options: never) => readonly Account[];

const ACCOUNTANTS: ReadonlyMap<string, Accountant> = new Map(Object.entries(accountants));

type StepsAt = (message: Pick<Linter.LintMessage, 'ruleId' | 'line' | 'column'>) => Report['steps'];

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

export function stepsIn(flagged: FlaggedFile): StepsAt {
  const steps = new Map<string, Report['steps']>();
  inspect(flagged, (rule, sourceCode, options) => {
    for (const { loc, steps: found } of descriptionsOf(rule, sourceCode, options)) {
      const { line, column } = loc.start;
      const key = keyOf(`${flagged.plugin.name}/${rule}`, line, column + 1);
      steps.set(key, found.map(toReportStep));
    }
  });
  return ({ ruleId, line, column }) => steps.get(keyOf(ruleId ?? '', line, column)) ?? [];
}

function keyOf(ruleId: string, line: number, column: number): string {
  return `${ruleId} ${String(line)}:${String(column)}`;
}

export function toReportStep({ loc, words }: Step): ReportStep {
  return {
    line: loc.start.line,
    column: loc.start.column + 1,
    endLine: loc.end.line,
    endColumn: loc.end.column + 1,
    message: words,
  };
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
