/** What a run of the command line has around it. */
import type { ProgressStream } from './progress.ts';
import { oneLine, type Problem } from './result.ts';

export type ExitCode = 0 | 1 | 2;

export interface Surroundings {
  readonly directory: string;
  readonly out: (text: string) => void;
  readonly error: ProgressStream;
}

export function complain(around: Surroundings, line: string): void {
  around.error.write(`lostcancel: ${line}\n`);
}

export function complainOf(around: Surroundings, { path, line, column, message }: Problem): void {
  const place = line === undefined ? '' : `:${String(line)}:${String(column ?? 1)}`;
  complain(around, path === undefined ? message : `${path}${place}: ${message}`);
}

/** ESLint is a peer dependency: the command line must be able to say that it is missing. */
export async function withEslint<Module>(
  around: Surroundings,
  load: () => Promise<Module>,
  use: (module: Module) => Promise<ExitCode>,
): Promise<ExitCode> {
  let loaded: Module;
  try {
    loaded = await load();
  } catch (error) {
    if (!oneLine(error).includes("Cannot find package 'eslint'")) throw error;
    complain(around, "the package 'eslint' is not installed (npm install --save-dev eslint)");
    return 2;
  }
  return use(loaded);
}
