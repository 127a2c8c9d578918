/**
 * One run of the command line: words in, text and exit code out.
 */
import plugin from '../index.ts';
import { HELP, parseCommand } from './args.ts';
import { check } from './check.ts';
import { complain, type ExitCode, type Surroundings } from './surroundings.ts';

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
    case 'check':
      return check(command, around);
  }
}
