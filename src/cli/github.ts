/**
 * Reports -> workflow commands of GitHub Actions, which become annotations on the lines of a pull request.
 *
 * ```text
 * ::error title=lostcancel/no-lost-cancel,file=src/a.ts,line=3,endLine=3,col=14,endColumn=20::`cancel` is not called …
 * ```
 */
import type { CheckResult, Report } from './result.ts';

export function renderGithub({ reports }: CheckResult): string {
  return reports.map((report) => `${toCommand(report)}\n`).join('');
}

function toCommand(report: Report): string {
  const { severity, rule, path, line, endLine, column, endColumn, message } = report;
  const properties = {
    title: `lostcancel/${rule}`,
    file: path,
    line,
    endLine,
    // GitHub takes columns for a range within one line only.
    ...(line === endLine ? { col: column, endColumn } : {}),
  };
  const words = Object.entries(properties).map(([name, value]) => `${name}=${property(value)}`);
  return `::${severity} ${words.join(',')}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(value: string | number): string {
  return data(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
