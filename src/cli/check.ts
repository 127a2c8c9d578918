/**
 * `lostcancel [paths...]`: checks the files, prints what was found, and says by the exit code whether that is good.
 */
import plugin from '../index.ts';
import type { CheckCommand } from './args.ts';
import { render } from './formats.ts';
import { createProgress } from './progress.ts';
import { count, plural } from './render.ts';
import { oneLine, type CheckResult, type Problem } from './result.ts';
import { complain, type ExitCode, type Surroundings } from './surroundings.ts';
import type * as Scanner from './scan.ts';

export async function check(command: CheckCommand, around: Surroundings): Promise<ExitCode> {
  const scanner = await loadScanner();
  if (scanner === undefined) {
    complain(around, "the package 'eslint' is not installed (npm install --save-dev eslint)");
    return 2;
  }
  let result: CheckResult;
  try {
    result = await scanner.scan({
      paths: command.paths,
      directory: around.directory,
      settings: command.settings,
      plugin,
      preset: plugin.configs.recommended.rules,
      progress: createProgress(around.error, () => performance.now()),
    });
  } catch (error) {
    if (!(error instanceof scanner.InvalidOptions)) throw error;
    complain(around, error.message);
    return 2;
  }
  around.out(render(result, command.format));
  return conclude(result, command, around);
}

/** ESLint is a peer dependency: the command line must be able to say that it is missing. */
async function loadScanner(): Promise<typeof Scanner | undefined> {
  try {
    return await import('./scan.ts');
  } catch (error) {
    if (oneLine(error).includes("Cannot find package 'eslint'")) return undefined;
    throw error;
  }
}

function conclude(result: CheckResult, command: CheckCommand, around: Surroundings): ExitCode {
  for (const problem of result.problems) complain(around, renderProblem(problem));
  if (result.problems.length > 0) return 2;
  if (result.files === 0) {
    const where = command.paths.join(', ');
    complain(around, `${where}: no JavaScript or TypeScript files to check`);
    return 2;
  }
  const { errors, warnings } = count(result.reports);
  if (command.maxWarnings !== undefined && warnings > command.maxWarnings) {
    const limit = String(command.maxWarnings);
    complain(around, `${plural(warnings, 'warning')}, --max-warnings allows ${limit}`);
    return 1;
  }
  return errors > 0 ? 1 : 0;
}

function renderProblem({ path, line, column, message }: Problem): string {
  if (path === undefined) return message;
  const place = line === undefined ? '' : `:${String(line)}:${String(column ?? 1)}`;
  return `${path}${place}: ${message}`;
}
