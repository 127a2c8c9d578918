/**
 * Real runs of the built command line in folders made for the purpose.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { run } from '../../src/cli/run.ts';

export const repository: string = path.resolve(import.meta.dirname, '..', '..');
export const builtCli: string = path.join(repository, 'dist', 'cli', 'main.js');

export interface Run {
  readonly code: number | null;
  readonly out: string;
  /** Standard error, line by line. */
  readonly complaints: readonly string[];
}

export interface RunOptions {
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Another script than the built command line, and what node needs to know for it. */
  readonly script?: readonly string[];
}

export function runCli(words: readonly string[], options: RunOptions): Run {
  const environment = Object.entries(process.env).filter(([name]) => !name.endsWith('_COLOR'));
  const script = options.script ?? [builtCli];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...script, ...words], {
    cwd: options.directory,
    env: { ...Object.fromEntries(environment), ...options.environment },
    encoding: 'utf8',
  });
  return { code: status, out: stdout, complaints: stderr.split('\n').slice(0, -1) };
}

/** The same run without a process of its own, on the sources: cheaper, where streams and the start do not matter. */
export async function runHere(words: readonly string[], directory: string): Promise<Run> {
  const text = { out: '', complaints: '' };
  const ignore = (): boolean => true;
  const code = await run(words, {
    directory,
    out: (part) => (text.out += part),
    error: {
      write: (part: string | Uint8Array) => (text.complaints += String(part)) !== '',
      clearLine: ignore,
      cursorTo: ignore,
      columns: 80,
    },
  });
  return { code, out: text.out, complaints: text.complaints.split('\n').slice(0, -1) };
}

/** A folder with these files, removed at the end of the test. */
export function folder(files: Readonly<Record<string, string>>): string {
  const directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'lostcancel-')));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return directory;
}

/** The mistake that all of these tests look for, in words that every dialect parses. */
export const LEAK = `
export function start(parent, withCancel) {
  const [ctx, cancel] = withCancel(parent);
  return ctx.run();
}
`;

export const CLEAN = `
export function start(parent, withCancel) {
  const [ctx, cancel] = withCancel(parent);
  try {
    return ctx.run();
  } finally {
    cancel();
  }
}
`;
