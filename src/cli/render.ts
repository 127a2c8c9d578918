/**
 * A result -> the text on standard output.
 */
import { styleText } from 'node:util';
import { codeFrameColumns } from '@babel/code-frame';
import type { CheckResult, Report, ReportStep } from './result.ts';
import { linesOf } from './source.ts';

export function renderJson(result: CheckResult): string {
  const { files, reports, problems } = result;
  return `${JSON.stringify({ files, ...count(reports), reports, problems }, null, 2)}\n`;
}

interface Count {
  readonly errors: number;
  readonly warnings: number;
}

export function count(reports: readonly Report[]): Count {
  const errors = reports.filter(({ severity }) => severity === 'error').length;
  return { errors, warnings: reports.length - errors };
}

/** Colours are used when `node:util` would use them on standard output (terminal, NO_COLOR, FORCE_COLOR). */
export function renderStylish(result: CheckResult): string {
  const sections = [...result.sources].map(([path, source]) => {
    const reports = result.reports.filter((report) => report.path === path);
    const parts = reports.map((report) => renderReport(report, source));
    return `${styleText('underline', path)}\n${parts.join('\n')}`;
  });
  return [...sections, renderSummary(result)].join('\n');
}

function renderReport(report: Report, source: string): string {
  const place = styleText('dim', `${String(report.line)}:${String(report.column)}`);
  const severity = styleText(report.severity === 'error' ? 'red' : 'yellow', report.severity);
  const rule = styleText('dim', `lostcancel/${report.rule}`);
  const head = `  ${place}  ${severity}  ${report.message}  ${rule}\n`;
  if (report.steps.length === 0) return head;
  const digits = Math.max(...report.steps.map(({ line }) => String(line).length));
  const frames = report.steps.map((step) => renderStep(step, lineOf(source, step), digits));
  return `${head}\n${frames.join('\n')}\n`;
}

const LONGEST_LINE = 140;
const BEFORE_STEP = 50;

/** The line of a step with a marker below it, and what it says, if that is not said already. */
export function renderStep(step: ReportStep, line: string, digits: number): string {
  // Of the one long line of a minified file only the surroundings of the step are shown.
  const cut = line.length > LONGEST_LINE ? Math.max(0, step.column - 1 - BEFORE_STEP) : 0;
  const shown = line.slice(cut, cut + LONGEST_LINE);
  const start = { line: step.line, column: step.column - cut };
  const endColumn = Math.min(step.endColumn - cut, shown.length + 1);
  const oneLine = step.endLine === step.line && endColumn > start.column;
  const frame = codeFrameColumns(
    '\n'.repeat(step.line - 1) + shown,
    oneLine ? { start, end: { line: step.line, column: endColumn } } : { start },
    { linesAbove: 0, linesBelow: 0, message: step.message, forceColor: usesColour() },
  );
  const indent = ' '.repeat(4 + digits - String(step.line).length);
  return frame.replaceAll(/^/gmu, indent);
}

export function lineOf(source: string, { line }: ReportStep): string {
  return linesOf(source)[line - 1] ?? '';
}

/** Colours are decided in one place: by node itself. */
function usesColour(): boolean {
  return styleText('bold', 'x') !== 'x';
}

function renderSummary({ files, reports, problems }: CheckResult): string {
  const checked = `${plural(files, 'file')} checked, ${renderFound(reports)}`;
  if (problems.length === 0) return `${checked}\n`;
  return `${checked}; ${plural(problems.length, 'path')} could not be checked\n`;
}

function renderFound(reports: readonly Report[]): string {
  if (reports.length === 0) return 'nothing found';
  const { errors, warnings } = count(reports);
  const where = plural(new Set(reports.map(({ path }) => path)).size, 'file');
  const found = [
    ...(errors > 0 ? [plural(errors, 'error')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
  ].join(' and ');
  return styleText(errors > 0 ? 'red' : 'yellow', `${found} in ${where}`);
}

export function plural(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? '' : 's'}`;
}
