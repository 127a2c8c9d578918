/** What a run of the command line has around it. */
import type { ProgressStream } from './progress.ts';

export type ExitCode = 0 | 1 | 2;

export interface Surroundings {
  readonly directory: string;
  readonly out: (text: string) => void;
  readonly error: ProgressStream;
}

export function complain(around: Surroundings, line: string): void {
  around.error.write(`lostcancel: ${line}\n`);
}
