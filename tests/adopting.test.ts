/**
 * The recipes of docs/adopting.md, as they stand there, on a small repository: what it takes is installed, nothing is
 * fetched. Of what runs elsewhere (GitHub, the tool pre-commit), the commands are run that it would run.
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
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { ESLint } from 'eslint';
import type { Log } from 'sarif';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { sarifProblems } from './cli/sarif-schema.ts';
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
  return shell(directory, [command, ...words].join(' ').replaceAll('npx ', ''));
}

/** Nobody is told, nothing is fetched, and no process is left behind. */
const ALONE = {
  npm_config_offline: 'true',
  npm_config_audit: 'false',
  DO_NOT_TRACK: '1',
  NX_DAEMON: 'false',
  NX_ISOLATE_PLUGINS: 'false',
  NX_NO_CLOUD: 'true',
  TURBO_TELEMETRY_DISABLED: '1',
};

function shell(directory: string, command: string): Ran {
  const bin = path.join(directory, 'node_modules', '.bin');
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, ...ALONE, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` },
  });
  // Colours are off for a pipe, but oxlint turns them on wherever `CI` is set, whatever `NO_COLOR` says.
  return { code: status, out: stripVTControlCharacters(stdout), problems: stderr };
}

const eslint = process.env['ESLINT'] === '9' ? 'eslint9' : 'eslint';

const BINARIES: Readonly<Record<string, string>> = {
  eslint: `${eslint}/bin/eslint.js`,
  nx: 'nx/dist/bin/nx.js',
  oxlint: 'oxlint/bin/oxlint',
  turbo: 'turbo/bin/turbo',
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
  for (const name of ['@typescript-eslint/parser', 'nx', 'turbo'])
    symlinkSync(path.join(ours, name), path.join(modules, name));
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

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly steps: readonly {
          readonly run?: string;
          readonly uses?: string;
          readonly with?: Readonly<Record<string, string>>;
        }[];
      }
    >
  >;
}

/** A repository of which `npm ci` makes an installation, from a folder in place of the registry. */
function installable(files: Readonly<Record<string, string>>): string {
  const name = 'eslint-plugin-lostcancel';
  const version = '1.0.0';
  const bin = { lostcancel: 'cli.js' };
  const devDependencies = { [name]: 'file:vendor' };
  const packages = {
    '': { devDependencies },
    [`node_modules/${name}`]: { resolved: 'vendor', link: true },
    vendor: { name, version, dev: true, bin },
  };
  const cli = pathToFileURL(path.join(repository, 'dist/cli/main.js')).href;
  return folder({
    'package.json': JSON.stringify({ devDependencies }),
    'package-lock.json': JSON.stringify({ lockfileVersion: 3, requires: true, packages }),
    'vendor/package.json': JSON.stringify({ name, version, bin, type: 'module' }),
    'vendor/cli.js': `#!/usr/bin/env node\nimport '${cli}';\n`,
    ...files,
  });
}

test('the workflow installs, leaves the SARIF file that it uploads, and fails for its own failures only', () => {
  const { jobs } = parse(fileOnPage('.github/workflows/lostcancel.yml')) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const commands = steps.flatMap((step) => step.run ?? []);
  const directory = installable({ 'src/a.ts': LEAK });
  const codes = commands.map((command) => [command, shell(directory, command).code]);
  expect(codes).toEqual([
    ['npm ci', 0],
    [expect.stringMatching(/^npx lostcancel /u), 0],
  ]);
  const upload = steps.find(({ uses }) => uses?.includes('/upload-sarif@'));
  const file = path.join(directory, upload?.with?.['sarif_file'] ?? '');
  const log = JSON.parse(readFileSync(file, 'utf8')) as Log;
  expect(sarifProblems(log)).toEqual([]);
  expect(log.runs[0]?.results?.[0]?.codeFlows).toHaveLength(1);
  writeFileSync(path.join(directory, 'src/b.ts'), 'let = ;');
  expect(shell(directory, commands.at(-1) ?? '').code).not.toBe(0);
});

test('the hook keeps a leak out of the repository', () => {
  const directory = project({ 'a b.ts': LEAK, 'c.md': 'text' });
  const git = (command: string): Ran =>
    shell(directory, `git -c user.name=a -c user.email=a@b.c ${command}`);
  git('init -q');
  const hook = path.join(directory, '.git/hooks/pre-commit');
  mkdirSync(path.dirname(hook), { recursive: true });
  writeFileSync(hook, fileOnPage('.git/hooks/pre-commit').replaceAll('npx ', ''));
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

test('the hook of pre-commit is a command that takes the files', () => {
  const { repos } = parse(fileOnPage('.pre-commit-config.yaml')) as {
    readonly repos: readonly { readonly hooks: readonly { readonly entry: string }[] }[];
  };
  const entries = repos.flatMap(({ hooks }) => hooks.map(({ entry }) => entry));
  const directory = installable({ 'a.ts': LEAK, 'b.ts': CLEAN });
  expect(shell(directory, 'npm ci').code).toBe(0);
  const codes = (files: string): readonly (number | null)[] =>
    entries.map((entry) => shell(directory, `${entry} ${files}`).code);
  expect(codes('a.ts b.ts')).toEqual([1]);
  expect(codes('b.ts')).toEqual([0]);
});

interface Engine {
  readonly name: string;
  readonly file: string;
  readonly command: string;
  /** What makes it print what a task has printed, be it from the cache. */
  readonly words: readonly string[];
  /** How it says that the result of a package was found in the cache. */
  readonly hit: (name: string) => string;
}

const ENGINES: readonly Engine[] = [
  {
    name: 'Turborepo',
    file: 'turbo.json',
    command: 'npx turbo run lint --continue',
    words: [],
    hit: (name) => `${name}:lint: cache hit`,
  },
  {
    name: 'Nx',
    file: 'nx.json',
    command: 'npx nx run-many -t lint',
    words: ['--output-style=static'],
    hit: (name) => `nx run ${name}:lint  [existing outputs match the cache`,
  },
];

/** Two packages with their own task: one has a mistake, the other something that its configuration only warns of. */
function monorepo(file: string): string {
  const config = fileOnPage('eslint.config.js');
  const rules = `{ rules: { 'lostcancel/no-leaked-timer': 'warn' } }`;
  const directory = project({
    'package.json': JSON.stringify({
      type: 'module',
      workspaces: ['packages/*'],
      packageManager: 'npm@10.0.0',
    }),
    'eslint.config.js': config.replace(']', `, ${rules}]`),
    [file]: fileOnPage(file),
    '.gitignore': 'node_modules\n.nx\n.turbo\n',
    ...Object.fromEntries(
      ['left', 'right'].map((name) => [
        `packages/${name}/package.json`,
        JSON.stringify({ name, type: 'module', scripts: { lint: 'eslint .' } }),
      ]),
    ),
    'packages/left/a.js': LEAK,
    'packages/right/b.js': TIMER,
  });
  expect(shell(directory, 'git init -q').code).toBe(0);
  return directory;
}

describe.each(ENGINES)('$name', ({ file, command, words, hit }) => {
  const title = 'runs the task of a package again when something that it depends on has changed';
  test(title, { timeout: 120_000 }, () => {
    const directory = monorepo(file);
    const write = (name: string, text: string): void => {
      writeFileSync(path.join(directory, name), text);
    };
    const round = (): unknown => {
      const { code, out } = run(directory, command, ...words);
      return {
        code,
        cached: ['left', 'right'].filter((name) => out.includes(hit(name))),
        found: [...out.matchAll(/(\d+:\d+) +(error|warning) .*(lostcancel\/\S+)/gu)]
          .map(([, ...parts]) => parts.join(' '))
          .sort(),
      };
    };
    const leak = '3:15 error lostcancel/no-lost-cancel';
    const warning = '3:9 warning lostcancel/no-leaked-timer';
    expect(round()).toEqual({ code: 1, cached: [], found: [warning, leak].sort() });
    // A task that has failed runs again, one that has not is not: what it said is said again.
    expect(round()).toEqual({ code: 1, cached: ['right'], found: [warning, leak].sort() });
    write('packages/left/a.js', CLEAN);
    expect(round()).toEqual({ code: 0, cached: ['right'], found: [warning] });
    expect(round()).toEqual({ code: 0, cached: ['left', 'right'], found: [warning] });
    write('packages/right/c.js', LEAK);
    expect(round()).toEqual({ code: 1, cached: ['left'], found: [warning, leak].sort() });
    write('packages/right/c.js', CLEAN);
    write('eslint.config.js', fileOnPage('eslint.config.js'));
    const error = warning.replace('warning', 'error');
    expect(round()).toEqual({ code: 1, cached: [], found: [error] });
  });
});
