/**
 * One run of the command line: words in, text and exit code out.
 */
import plugin from '../index.ts';
import { parseCommand } from './args.ts';
import type * as Check from './check.ts';
import type * as Explain from './explain.ts';
import type * as Graph from './graph.ts';
import { HELP } from './help.ts';
import { complain, withEslint, type ExitCode, type Surroundings } from './surroundings.ts';

export async function run(words: readonly string[], around: Surroundings): Promise<ExitCode> {
  const command = parseCommand(words, Object.keys(plugin.rules));
  switch (command.kind) {
    case 'help':
      around.out(HELP);
      return 0;
    case 'version':
      around.out(`${plugin.meta.version}\n`);
      return 0;
    case 'misuse':
      complain(around, `${command.reason} (lostcancel --help lists the options)`);
      return 2;
    case 'check': {
      const load = (): Promise<typeof Check> => import('./check.ts');
      return withEslint(around, load, ({ check }) => check(command, around));
    }
    case 'explain': {
      const load = (): Promise<typeof Explain> => import('./explain.ts');
      return withEslint(around, load, ({ explain }) => explain(command, around));
    }
    case 'graph': {
      const load = (): Promise<typeof Graph> => import('./graph.ts');
      return withEslint(around, load, ({ graph }) => graph(command, around));
    }
  }
}
