/**
 * The examples are programs: they type-check, they run to their end, and what they print is what they say they show.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { afterAll, expect, test } from 'vitest';
import { repository } from './support.ts';

const examples = path.join(repository, 'examples');
const files = readdirSync(examples, { encoding: 'utf8', recursive: true })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll(path.sep, '/'));

/** Node 20 runs no TypeScript: the programs run as JavaScript in a folder of their own. */
const compiled = mkdtempSync(path.join(tmpdir(), 'lostcancel-examples-'));
afterAll(() => {
  rmSync(compiled, { recursive: true, force: true });
});

writeFileSync(path.join(compiled, 'package.json'), '{ "type": "module" }\n');
for (const file of files) {
  const target = path.join(compiled, file.replace(/\.ts$/u, '.js'));
  mkdirSync(path.dirname(target), { recursive: true });
  const { outputText } = ts.transpileModule(readFileSync(path.join(examples, file), 'utf8'), {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      rewriteRelativeImportExtensions: true,
    },
  });
  writeFileSync(target, outputText);
}

/** Standard output, line by line. */
function run(program: string): readonly string[] {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(compiled, `${program}.js`)],
    { encoding: 'utf8', timeout: 20_000 },
  );
  expect({ program, status, stderr }).toEqual({ program, status: 0, stderr: '' });
  return stdout.split('\n').slice(0, -1);
}

function lastLine(program: string): string | undefined {
  return run(program).at(-1);
}

test('they type-check', () => {
  const tsc = path.join(repository, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', examples], { encoding: 'utf8' });
  expect(stdout).toBe('');
});

test('1: timers and registrations that stay, and that do not', () => {
  expect(lastLine('01-forgotten-cancel/mistake')).toBe('all items are done; timers still armed: 3');
  expect(lastLine('01-forgotten-cancel/cure')).toBe('all items are done; timers still armed: 0');
  expect(lastLine('01-forgotten-cancel/mistake-in-loop')).toMatch(/timers still armed: 2$/u);
  expect(lastLine('01-forgotten-cancel/cure-in-loop')).toMatch(/timers still armed: 0$/u);
  expect(lastLine('01-forgotten-cancel/mistake-endless')).toMatch(/timers still armed: 3$/u);
  expect(lastLine('01-forgotten-cancel/cure-endless')).toMatch(/timers still armed: 0$/u);
});

test('2: the first child stops the others', () => {
  expect(run('02-shared-cancel/mistake')).toEqual([
    'child 0 is done',
    '2 of 3 children were stopped before they were done',
  ]);
  expect(run('02-shared-cancel/cure')).toEqual([
    'child 0 is done',
    'child 1 is done',
    'child 2 is done',
    '0 of 3 children were stopped before they were done',
  ]);
  expect(run('02-shared-cancel/cure-first-error')).toEqual([
    'child 0 is done',
    'stopped because: Error: child 1 has failed',
  ]);
});

test('3 and 4: contexts that the parent still knows', () => {
  const still = (number: number): string => `contexts that the parent still knows: ${number}`;
  expect(lastLine('03-child-contexts/mistake')).toBe(still(4));
  expect(lastLine('03-child-contexts/cure')).toBe(still(0));
  expect(lastLine('04-fan-in/mistake')).toBe(still(1));
  expect(lastLine('04-fan-in/cure')).toBe(still(0));
  expect(lastLine('04-fan-in/cure-nested')).toBe(still(0));
});

test('5: a stage that fails keeps its timer', () => {
  expect(lastLine('05-deadline/mistake')).toBe('all stages have ended; timers still armed: 1');
  expect(lastLine('05-deadline/cure')).toBe('all stages have ended; timers still armed: 0');
});

test("6: listeners on the service's signal", () => {
  const listeners = (calls: number, number: number): string =>
    `listeners on the service's signal after ${calls} calls: ${number}`;
  expect(lastLine('06-two-parents/mistake-listeners')).toBe(listeners(5, 5));
  expect(lastLine('06-two-parents/cure-finally')).toBe(listeners(5, 0));
  expect(run('06-two-parents/cure-any')).toEqual([
    listeners(5, 0),
    'a call while its tenant leaves: AbortError: The operation was aborted',
  ]);
  expect(lastLine('06-two-parents/mistake-helper')).toBe(listeners(4, 3));
  expect(lastLine('06-two-parents/cure-helper')).toBe(listeners(4, 0));
  expect(lastLine('06-two-parents/cure-cancel')).toBe('calls left: 0');
});

test('7: the timer outlives the race', () => {
  expect(lastLine('07-timeout-in-race/mistake')).toBe('the race is over; timers still armed: 1');
  expect(run('07-timeout-in-race/cure-clear')).toEqual([
    'answer',
    'Error: timeout',
    'the races are over; timers still armed: 0',
  ]);
  expect(lastLine('07-timeout-in-race/cure-abort-timeout')).toMatch(/timers still armed: 0$/u);
  expect(lastLine('07-timeout-in-race/mistake-reversed')).toMatch(/timers still armed: 1$/u);
  expect(lastLine('07-timeout-in-race/cure-timers-promises')).toMatch(/timers still armed: 0$/u);
});

test('8: workers end when they are told to, or not at all', () => {
  expect(lastLine('08-stopping-workers/mistake-discarded')).toMatch(/still knows: 3$/u);
  expect(lastLine('08-stopping-workers/cure')).toMatch(/still knows: 0$/u);
  expect(run('08-stopping-workers/mistake-unstoppable')).toEqual([
    'interrupted, the workers have made many rounds and go on',
  ]);
  expect(run('08-stopping-workers/cure-promises')).toHaveLength(10);
  expect(run('08-stopping-workers/cure-counter')).toEqual([
    'running workers: 10',
    'running workers: 0',
  ]);
});

test('9: a monitor that stops, and two that do not', () => {
  expect(lastLine('09-monitor/mistake-never-stops')).toMatch(/and cannot be stopped$/u);
  expect(lastLine('09-monitor/mistake-kept')).toBe('the monitor has ended; timers still armed: 1');
  expect(run('09-monitor/cure')).toEqual([
    'the loop has ended',
    'contexts that the parent still knows: 0',
  ]);
});

test('10: work without an owner, and work with the wrong one', () => {
  expect(lastLine('10-no-owner/mistake-watcher')).toMatch(/and cannot be closed$/u);
  expect(lastLine('10-no-owner/cure-watcher')).toBe('the watcher is closed');
  expect(lastLine('10-no-owner/mistake-consumer')).toMatch(/the consumer is still waiting$/u);
  expect(lastLine('10-no-owner/cure-consumer')).toBe('the consumer has ended');
  expect(lastLine('10-no-owner/mistake-request-signal')).toMatch(/^not published: /u);
  expect(lastLine('10-no-owner/cure-detached')).toBe('published: order of request 42');
  expect(run('10-no-owner/cure-awaited')).toEqual(['published: order of request 42', 'published']);
});
