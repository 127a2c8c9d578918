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
import { describers } from '../report/index.ts';
import type { Report, ReportStep } from './result.ts';

type Engine = (sourceCode: TSESLint.SourceCode, options: never) => readonly Description[];

const ENGINES: ReadonlyMap<string, Engine> = new Map(Object.entries(describers));

type StepsAt = (message: Pick<Linter.LintMessage, 'ruleId' | 'line' | 'column'>) => Report['steps'];

export interface FlaggedFile {
  readonly file: string;
  readonly text: string;
  /** Our plugin, by the name that the configuration has for it. */
  readonly plugin: { readonly name: string; readonly module: ESLint.Plugin };
  /** The configuration that the file was checked with, with another plugin in the place of ours. */
  readonly configWith: (plugin: ESLint.Plugin) => Linter.Config[];
}

export function stepsIn({ file, text, plugin, configWith }: FlaggedFile): StepsAt {
  const steps = new Map<string, Report['steps']>();
  const seen: Seen = (rule, sourceCode, options) => {
    for (const description of ENGINES.get(rule)?.(sourceCode, options as never) ?? []) {
      const { line, column } = description.loc.start;
      const key = keyOf(`${plugin.name}/${rule}`, line, column + 1);
      steps.set(key, description.steps.map(toReportStep));
    }
  };
  const linter = new Linter({ cwd: path.parse(file).root, configType: 'flat' });
  linter.verify(text, configWith(standIns(plugin.module, seen)), { filename: file });
  return ({ ruleId, line, column }) => steps.get(keyOf(ruleId ?? '', line, column)) ?? [];
}

function keyOf(ruleId: string, line: number, column: number): string {
  return `${ruleId} ${String(line)}:${String(column)}`;
}

function toReportStep({ loc, words }: Step): ReportStep {
  return {
    line: loc.start.line,
    column: loc.start.column + 1,
    endLine: loc.end.line,
    endColumn: loc.end.column + 1,
    message: words,
  };
}

type Seen = (rule: string, sourceCode: TSESLint.SourceCode, options: unknown) => void;

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
