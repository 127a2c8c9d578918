/**
 * The command line in installations in which something is missing or broken: a copy of dist/ with its own node_modules.
 */
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CLEAN, folder, LEAK, repository, runCli, type RunOptions } from './support.ts';

/** Every package but one. Links are kept as they are, so that packages look for their dependencies here. */
function installWithout(missing: string | undefined): string {
  const directory = folder({});
  cpSync(path.join(repository, 'dist'), path.join(directory, 'dist'), { recursive: true });
  cpSync(path.join(repository, 'package.json'), path.join(directory, 'package.json'));
  const modules = path.join(directory, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(path.join(repository, 'node_modules'))) {
    if (name.startsWith('.') || name === missing) continue;
    symlinkSync(path.join(repository, 'node_modules', name), path.join(modules, name));
  }
  return directory;
}

function optionsFor(installation: string, directory: string): RunOptions {
  const links = ['--preserve-symlinks', '--preserve-symlinks-main'];
  return { directory, script: [...links, path.join(installation, 'dist', 'cli', 'main.js')] };
}

test('without eslint: one line', () => {
  const run = runCli([], optionsFor(installWithout('eslint'), folder({ 'a.ts': CLEAN })));
  expect(run).toEqual({
    code: 2,
    out: '',
    complaints: [
      "lostcancel: the package 'eslint' is not installed (npm install --save-dev eslint)",
    ],
  });
});

test('without typescript: one line, and JavaScript is checked', () => {
  const directory = folder({ 'a.ts': CLEAN, 'b.mts': CLEAN, 'c.js': LEAK });
  const run = runCli([], optionsFor(installWithout('typescript'), directory));
  expect(run.code).toBe(2);
  expect(run.out).toContain('1 file checked, 1 error in 1 file; 1 path could not be checked\n');
  expect(run.complaints).toEqual([
    "lostcancel: 2 TypeScript files were not checked: the package 'typescript' is not installed " +
      '(npm install --save-dev typescript)',
  ]);
});

test('with ESLint 9: the same reports', () => {
  const directory = folder({ 'a.ts': LEAK, 'b.js': LEAK });
  const installation = installWithout('eslint');
  const modules = path.join(installation, 'node_modules');
  symlinkSync(path.join(modules, 'eslint9'), path.join(modules, 'eslint'));
  expect(runCli([], optionsFor(installation, directory))).toEqual(runCli([], { directory }));
  const wrong = runCli(
    ['--rule', 'no-lost-cancel:{"trows":1}'],
    optionsFor(installation, directory),
  );
  expect(wrong).toMatchObject({
    code: 2,
    complaints: [expect.stringContaining('--rule no-lost-cancel: ') as string],
  });
  expect(wrong.complaints[0]).toContain('trows');
});

test('a rule that crashes on a file: one line for that file, and the rest is checked', () => {
  const installation = installWithout(undefined);
  const entry = path.join(installation, 'dist', 'index.js');
  cpSync(entry, path.join(installation, 'dist', 'real.js'));
  writeFileSync(
    entry,
    `import plugin from './real.js';
     const rule = plugin.rules['no-lost-cancel'];
     const { create } = rule;
     rule.create = (context) => {
       if (context.sourceCode.text.includes('crash')) throw new Error('out of\\ncheese');
       return create(context);
     };
     export default plugin;`,
  );
  const directory = folder({ 'a.ts': '// crash\n', 'b.ts': LEAK });
  const run = runCli([], optionsFor(installation, directory));
  expect(run.code).toBe(2);
  expect(run.out).toContain('1 file checked, 1 error in 1 file; 1 path could not be checked\n');
  expect(run.complaints).toEqual([
    'lostcancel: a.ts: internal error, please report it: ' +
      "Error while loading rule 'lostcancel/no-lost-cancel': out of",
  ]);
});
