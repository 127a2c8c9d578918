/**
 * A message of ESLint -> the path on which the handle is lost.
 *
 * ESLint's messages have one place only, so the flagged file is looked at again.
 */
import type { Linter } from 'eslint';
import type { TSESLint } from '@typescript-eslint/utils';
import { toDot } from '../cfg/draw.ts';
import type { Step } from '../report/description.ts';
import { descriptionsOf, inspect, type FlaggedFile } from './inspect.ts';
import { pictureOfPath, subjectsOf } from './picture.ts';
import type { PathGraph, Report, ReportStep } from './result.ts';

type Message = Pick<Linter.LintMessage, 'ruleId' | 'line' | 'column'>;

export type StepsAt = (message: Message) => Report['steps'];

export function stepsIn(flagged: FlaggedFile): StepsAt {
  const steps = new Map<string, Report['steps']>();
  inspect(flagged, (rule, sourceCode, options) => {
    for (const { loc, steps: found } of descriptionsOf(rule, sourceCode, options)) {
      steps.set(keyAt(flagged, rule, loc.start), found.map(toReportStep));
    }
  });
  return (message) => steps.get(keyOf(message)) ?? [];
}

/** The graph around each path, for a picture. */
export function graphsIn(flagged: FlaggedFile): (message: Message) => PathGraph | undefined {
  const graphs = new Map<string, PathGraph>();
  inspect(flagged, (rule, sourceCode, options) => {
    for (const subject of subjectsOf(rule, sourceCode, options)) {
      if (!subject.report) continue;
      const picture = pictureOfPath(subject, sourceCode);
      if (!picture) continue;
      const { cfg, marks } = picture;
      const graph = { blocks: cfg.blocks.length, dot: toDot(cfg, sourceCode, marks) };
      graphs.set(keyAt(flagged, rule, subject.report.loc.start), graph);
    }
  });
  return (message) => graphs.get(keyOf(message));
}

function keyAt(
  { plugin }: FlaggedFile,
  rule: string,
  { line, column }: TSESLint.SourceCode['ast']['loc']['start'],
): string {
  return keyOf({ ruleId: `${plugin.name}/${rule}`, line, column: column + 1 });
}

function keyOf({ ruleId, line, column }: Message): string {
  return `${ruleId ?? ''} ${String(line)}:${String(column)}`;
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
