/**
 * `lostcancel [paths...]`: checks the files, prints what was found, and says by the exit code whether that is good.
 */
import plugin from '../index.ts';
import type { CheckCommand } from './args.ts';
import { render } from './formats.ts';
import { createProgress } from './progress.ts';
import { count, plural } from './render.ts';
import type { CheckResult } from './result.ts';
import { InvalidOptions, scan } from './scan.ts';
import { complain, complainOf, type ExitCode, type Surroundings } from './surroundings.ts';

export async function check(command: CheckCommand, around: Surroundings): Promise<ExitCode> {
  let result: CheckResult;
  try {
    result = await scan({
      paths: command.paths,
      directory: around.directory,
      settings: command.settings,
      plugin,
      preset: plugin.configs.recommended.rules,
      graphs: command.format === 'html',
      progress: createProgress(around.error, () => performance.now()),
    });
  } catch (error) {
    if (!(error instanceof InvalidOptions)) throw error;
    complain(around, error.message);
    return 2;
  }
  around.out(await render(result, command.format));
  return conclude(result, command, around);
}

function conclude(result: CheckResult, command: CheckCommand, around: Surroundings): ExitCode {
  for (const problem of result.problems) complainOf(around, problem);
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
