/**
 * Deeply nested code: a verdict or a give-up, never a stack overflow that the parser and ESLint do not have themselves.
 * Each shape is tried as deep as ESLint gets without any rule, from 3,000 downwards. What ESLint can do alone is found
 * with two thirds of the default stack, for how much of it a parser needs differs from run to run.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { afterAll, describe, expect, it } from 'vitest';

import { DEEP_SHAPES, DEEP_TYPESCRIPT_SHAPES, type DeepShape } from './deep-shapes.ts';
import { checkGraphs } from './graphs.ts';
import { parse, type ParserName } from './parsers.ts';

const DEPTHS = [3000, 2000, 1500, 1000, 700, 500, 300, 200, 100, 50] as const;

/** The default is 984 KB. */
const SMALL_STACK_KB = 656;

/** Far above what any of them takes: a hang, not a slow machine. */
const SLOWEST_MS = 20_000;

const CHILD = fileURLToPath(new URL('depth-child.mjs', import.meta.url));

interface Job {
  readonly parser: ParserName;
  readonly file: string;
  readonly text: string;
}

interface Answer {
  readonly outcome: string;
  readonly ms: number;
}

interface Worker {
  readonly lint: (job: Job) => Promise<Answer>;
  readonly stop: () => void;
}

/** A child process that is started again whenever a job takes it down. */
function createWorker(mode: 'alone' | 'rules', execArgv: readonly string[]): Worker {
  let child: ChildProcess | undefined;
  const lint = (job: Job): Promise<Answer> =>
    new Promise((resolve, reject) => {
      child ??= fork(CHILD, [mode], {
        execArgv: [...execArgv],
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      const running = child;
      const onExit = (code: number | null, signal: string | null): void => {
        child = undefined;
        running.removeAllListeners();
        resolve({ outcome: `the process died (${signal ?? String(code)})`, ms: 0 });
      };
      running.once('exit', onExit);
      running.once('error', reject);
      running.once('message', (answer) => {
        running.removeAllListeners();
        resolve(answer as Answer);
      });
      running.send(job);
    });
  return { lint, stop: () => child?.kill() };
}

function sourceOf(shape: DeepShape, n: number): string {
  return `async function outer(p, xs, a, b) {\nconst [ctx, cancel] = withCancel(p);\n${shape(n)}\n}\n`;
}

const alone = createWorker('alone', [`--stack-size=${SMALL_STACK_KB}`]);
const withRules = createWorker('rules', []);

afterAll(() => {
  alone.stop();
  withRules.stop();
});

/** With the same stack a parser gets less deep in a process whose code V8 has not optimised yet. */
function isParsers({ outcome }: Answer): boolean {
  return outcome.startsWith('Parsing error');
}

/** The answer for the deepest code that the parser and ESLint get through by themselves. */
async function lintDeepest(shape: DeepShape, file: string, parser: ParserName): Promise<Answer> {
  for (const depth of DEPTHS) {
    const job = { parser, file, text: sourceOf(shape, depth) };
    if ((await alone.lint(job)).outcome !== 'ok') continue;
    const answer = await withRules.lint(job);
    if (!isParsers(answer)) return answer;
  }
  throw new Error('ESLint does not get through even the shallowest nesting');
}

async function check(shape: DeepShape, file: string, parser: ParserName): Promise<void> {
  const { outcome, ms } = await lintDeepest(shape, file, parser);
  expect(outcome).toBe('ok');
  expect(ms).toBeLessThan(SLOWEST_MS);
}

describe.each(['espree', 'typescript-eslint'] as const)('as deep as %s goes', (parser) => {
  it.each(Object.entries(DEEP_SHAPES))('%s', async (_, shape) => {
    await check(shape, 'deep.js', parser);
  });
});

describe('TypeScript, as deep as typescript-eslint goes', () => {
  it.each(Object.entries(DEEP_TYPESCRIPT_SHAPES))('%s', async (_, shape) => {
    await check(shape, 'deep.ts', 'typescript-eslint');
  });
});

describe('graphs of deep code', () => {
  it.each(Object.entries(DEEP_SHAPES))('%s', (name, shape) => {
    const source = { path: 'deep.js', text: sourceOf(shape, 200), sourceType: 'module' } as const;
    const parsed = parse(source, 'espree');
    if (parsed.kind === 'rejected') throw new Error(parsed.message);
    expect(checkGraphs(name, parsed.sourceCode).broken).toEqual([]);
  });
});
