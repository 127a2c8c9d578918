/**
 * scripts/demo.mjs as the README's first command runs it, and that it notices when something is not as it must be.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { folder, repository, runCli, type Run } from './support.ts';

function demo(...words: string[]): Run {
  const script = [path.join(repository, 'scripts', 'demo.mjs')];
  return runCli(words, { directory: repository, script });
}

function demoWith(change: (file: (name: string) => Edited) => void): Run {
  const examples = path.join(folder({}), 'examples');
  cpSync(path.join(repository, 'examples'), examples, { recursive: true });
  change((name) => {
    const file = path.join(examples, name);
    return {
      replace(from, to) {
        const text = readFileSync(file, 'utf8');
        expect(text).toContain(from);
        writeFileSync(file, text.replace(from, to));
      },
    };
  });
  return demo(examples);
}

interface Edited {
  replace(from: string, to: string): void;
}

test('every mistake is reported, every cure is silent', () => {
  const run = demo();
  expect(run).toMatchObject({ code: 0, complaints: [] });
  expect(run.out).toMatch(
    /\nAs it must be: \d+ mistakes are reported, \d+ correct files are silent/u,
  );
});

test('a mistake that is no longer reported fails the demo', () => {
  const run = demoWith((file) => {
    file('01-forgotten-cancel/mistake.ts').replace('} catch (error) {', '} finally {');
    file('01-forgotten-cancel/mistake.ts').replace('    throw error;\n', '');
  });
  expect(run.code).toBe(1);
  expect(run.out).toContain(
    '  01-forgotten-cancel/mistake.ts:8: no-lost-cancel must be reported at `cancel`\n',
  );
});

test('a cure that is reported fails the demo', () => {
  const run = demoWith((file) => {
    file('01-forgotten-cancel/cure.ts').replace('    cancel();', '');
  });
  expect(run.code).toBe(1);
  expect(run.out).toContain(
    '  01-forgotten-cancel/cure.ts:7: no-lost-cancel must not be reported here\n',
  );
});

test('a planned report that has become true fails the demo, until the list is brought up to date', () => {
  const run = demoWith((file) => {
    file('expected.json').replace('"at": "cancel" }', '"at": "cancel", "planned": true }');
  });
  expect(run.code).toBe(1);
  expect(run.out).toContain(
    '  01-forgotten-cancel/mistake.ts:8: no-lost-cancel is reported now, it is no longer planned\n',
  );
});

test('an example that cannot be checked, or that nobody has listed, fails the demo', () => {
  const run = demoWith((file) => {
    file('05-deadline/cure.ts').replace('import {', 'import }');
    file('expected.json').replace('"05-deadline/mistake.ts"', '"05-deadline/other.ts"');
  });
  expect(run.code).toBe(1);
  expect(run.out).toContain('does not parse');
  expect(run.out).toContain('  05-deadline/mistake.ts: only the mistakes, and all of them, belong');
});
