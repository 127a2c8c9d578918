/**
 * What a run of the command line knows at its end. Lines and columns count from 1.
 */
import type { Linter } from 'eslint';

export interface Range {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface ReportStep extends Range {
  readonly message: string;
}

export interface Report extends Range {
  /** Relative to the working directory, with forward slashes. */
  readonly path: string;
  readonly rule: string;
  readonly messageId: string | undefined;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** The path on which the handle is lost; empty when the rule shows none. */
  readonly steps: readonly ReportStep[];
  /** Where a format wants it. */
  readonly graph?: PathGraph | undefined;
}

/** The graph of a function with the path marked, in Graphviz' language. */
export interface PathGraph {
  readonly dot: string;
  readonly blocks: number;
}

/** Something that could not be checked. */
export interface Problem {
  readonly path: string | undefined;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

export interface CheckResult {
  /** How many files were checked. */
  readonly files: number;
  readonly reports: readonly Report[];
  readonly problems: readonly Problem[];
  /** The text of each file with a report, by its path. */
  readonly sources: ReadonlyMap<string, string>;
}

/** What ESLint says of a file, with the steps of its path. What concerns a file as a whole has no line of its own. */
export function toReport(
  shown: string,
  message: Linter.LintMessage,
  steps: Report['steps'],
): Report {
  const line = Math.max(1, message.line);
  const column = Math.max(1, message.column);
  return {
    path: shown,
    line,
    column,
    endLine: message.endLine ?? line,
    endColumn: message.endColumn ?? column,
    rule: message.ruleId ?? 'eslint',
    messageId: message.messageId,
    severity: message.severity === 2 ? 'error' : 'warning',
    message: message.message,
    steps,
  };
}

/** The first line that says something: what others throw may be long and have a stack in it. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? 'unknown error';
  // eslint-disable-next-line no-control-regex -- the text may come out of a file that is not text at all
  return line.trim().replaceAll(/[\u0000-\u001F\u007F]/gu, ' ');
}
