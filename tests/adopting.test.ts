/**
 * The recipes of docs/adopting.md, as they stand there, on a small repository: what it takes is installed, nothing is
 * fetched. What the machine has no tools for (GitHub, Nx, Turborepo, pre-commit) is not run.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { ESLint } from 'eslint';
import type { Log } from 'sarif';
import { expect, test } from 'vitest';
import { CLEAN, folder, LEAK, repository } from './cli/support.ts';
import { fencesOf, textOf } from './support/pages.ts';

const PAGE = 'docs/adopting.md';

/** The file of this name on the page. */
function fileOnPage(name: string): string {
  const fence = fencesOf(PAGE).find(({ words }) => words.includes(`name=${name}`));
  if (!fence) throw new Error(`${PAGE} has no ${name}`);
  return fence.code;
}

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly problems: string;
}

/** Runs a command that the page has, with what is installed here for what npx would find. */
function run(directory: string, command: string, ...words: string[]): Ran {
  expect(textOf(PAGE)).toContain(command);
  return shell(directory, [command, ...words].join(' '));
}

function shell(directory: string, command: string): Ran {
  const bin = path.join(directory, 'node_modules', '.bin');
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command.replaceAll('npx ', '')], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` },
  });
  // Colours are off for a pipe, but oxlint turns them on wherever `CI` is set, whatever `NO_COLOR` says.
  return { code: status, out: stripVTControlCharacters(stdout), problems: stderr };
}

const eslint = process.env['ESLINT'] === '9' ? 'eslint9' : 'eslint';

const BINARIES: Readonly<Record<string, string>> = {
  eslint: `${eslint}/bin/eslint.js`,
  oxlint: 'oxlint/bin/oxlint',
};

/** A repository that has installed the plugin. */
function project(files: Readonly<Record<string, string>>): string {
  const directory = folder({ 'package.json': '{ "type": "module" }', ...files });
  const modules = path.join(directory, 'node_modules');
  const bin = path.join(modules, '.bin');
  mkdirSync(path.join(modules, '@typescript-eslint'), { recursive: true });
  mkdirSync(bin);
  const ours = path.join(repository, 'node_modules');
  symlinkSync(repository, path.join(modules, 'eslint-plugin-lostcancel'));
  symlinkSync(path.join(ours, eslint), path.join(modules, 'eslint'));
  const parser = '@typescript-eslint/parser';
  symlinkSync(path.join(ours, parser), path.join(modules, parser));
  for (const [name, file] of Object.entries(BINARIES))
    symlinkSync(path.join(ours, file), path.join(bin, name));
  const cli = path.join(bin, 'lostcancel');
  writeFileSync(cli, `#!/bin/sh\nexec node ${path.join(repository, 'dist/cli/main.js')} "$@"\n`);
  chmodSync(cli, 0o755);
  return directory;
}

/** What was found, by file; files are sorted, messages as they come. */
function found(json: string): readonly (readonly [string, readonly string[]])[] {
  return (JSON.parse(json) as ESLint.LintResult[])
    .map(({ filePath, messages }): readonly [string, readonly string[]] => [
      path.basename(filePath),
      messages.map(
        ({ ruleId, line, column, message }) => `${line}:${column} ${ruleId ?? ''} ${message}`,
      ),
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

const TIMER = `
export async function wait(work) {
  const timer = setTimeout(log, 500);
  await work();
  clearTimeout(timer);
}
`;

test('three lines, a cache, threads, another order: the same findings', () => {
  const files = {
    'src/a.js': LEAK,
    'src/b.js': TIMER,
    'src/c.js': CLEAN,
    'src/d.js': LEAK + TIMER,
  };
  const config = fileOnPage('eslint.config.js');
  const directory = project({ ...files, 'eslint.config.js': config });
  const command = 'npx eslint --cache --concurrency 2 .';
  const first = run(directory, command, '--format', 'json');
  const cached = run(directory, command, '--format', 'json');
  const alone = shell(directory, 'eslint --format json src/d.js src/c.js src/b.js src/a.js');
  expect([first.code, cached.code, alone.code]).toEqual([1, 1, 1]);
  const findings = found(alone.out);
  expect(findings.map(([name, messages]) => [name, messages.length])).toEqual([
    ...[
      ['a.js', 1],
      ['b.js', 1],
    ],
    ...[
      ['c.js', 0],
      ['d.js', 2],
    ],
  ]);
  const ofSources = (json: string): unknown =>
    found(json).filter(([name]) => name !== 'eslint.config.js');
  expect(ofSources(first.out)).toEqual(findings);
  expect(ofSources(cached.out)).toEqual(findings);
});

test('old findings are suppressed, new ones fail, fixed ones are pruned', () => {
  const config = fileOnPage('eslint.config.typescript.js');
  const directory = project({ 'a.ts': LEAK, 'b.ts': CLEAN, 'eslint.config.js': config });
  expect(run(directory, 'npx eslint --suppress-all .').code).toBe(0);
  const suppressions = path.join(directory, 'eslint-suppressions.json');
  expect(readFileSync(suppressions, 'utf8')).toContain('lostcancel/no-lost-cancel');
  writeFileSync(path.join(directory, 'b.ts'), LEAK);
  const withNew = shell(directory, 'eslint .');
  expect(withNew.code).toBe(1);
  expect(withNew.out).toContain('✖ 1 problem (1 error');
  writeFileSync(path.join(directory, 'a.ts'), CLEAN);
  writeFileSync(path.join(directory, 'b.ts'), CLEAN);
  expect(run(directory, 'npx eslint --prune-suppressions .').code).toBe(0);
  expect(existsSync(suppressions) ? JSON.parse(readFileSync(suppressions, 'utf8')) : {}).toEqual(
    {},
  );
});

test('oxlint', () => {
  const directory = project({
    'src/a.ts': LEAK,
    'src/b.ts': CLEAN,
    '.oxlintrc.json': fileOnPage('.oxlintrc.json'),
  });
  const { code, out } = run(directory, 'npx oxlint', 'src');
  expect(code).toBe(1);
  expect(out).toContain('lostcancel(no-lost-cancel)');
  expect(out).toContain('a.ts:3:15');
  expect(out).not.toContain('b.ts');
});

test('the command of the workflow leaves a SARIF file and fails for its own failures only', () => {
  const directory = project({ 'src/a.ts': LEAK });
  const [, command = ''] =
    /- run: (npx lostcancel .*)/u.exec(fileOnPage('.github/workflows/lostcancel.yml')) ?? [];
  expect(run(directory, command).code).toBe(0);
  const log = JSON.parse(readFileSync(path.join(directory, 'lostcancel.sarif'), 'utf8')) as Log;
  expect(log.runs[0]?.results?.[0]?.codeFlows).toHaveLength(1);
  writeFileSync(path.join(directory, 'src/b.ts'), 'let = ;');
  expect(run(directory, command).code).not.toBe(0);
});

test('the hook keeps a leak out of the repository', () => {
  const directory = project({ 'a b.ts': LEAK, 'c.md': 'text' });
  const git = (command: string): Ran =>
    shell(directory, `git -c user.name=a -c user.email=a@b.c ${command}`);
  git('init -q');
  const hook = path.join(directory, '.git/hooks/pre-commit');
  mkdirSync(path.dirname(hook), { recursive: true });
  writeFileSync(hook, fileOnPage('.git/hooks/pre-commit').replace('npx ', ''));
  chmodSync(hook, 0o755);
  git('add c.md');
  expect(git('commit -qm text').code).toBe(0);
  git('add "a b.ts"');
  const refused = git('commit -qm leak');
  expect(refused.code).not.toBe(0);
  expect(refused.out + refused.problems).toContain('lostcancel/no-lost-cancel');
  writeFileSync(path.join(directory, 'a b.ts'), CLEAN);
  git('add "a b.ts"');
  expect(git('commit -qm cure').code).toBe(0);
});
