#!/usr/bin/env node
import { oneLine } from './result.ts';

// `lostcancel | head` closes the pipe early: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  const { run } = await import('./run.ts');
  process.exitCode = await run(process.argv.slice(2), {
    directory: process.cwd(),
    out: (text) => process.stdout.write(text),
    error: process.stderr,
  });
} catch (error) {
  process.stderr.write(`lostcancel: internal error, please report it: ${oneLine(error)}\n`);
  process.exitCode = 2;
}
