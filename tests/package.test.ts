import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';
import plugin from '../src/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly main: string;
  readonly types: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as Manifest;

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

describe('what npm pack ships', () => {
  const packed = run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts']);
  const [tarball] = JSON.parse(packed) as [{ files: { path: string; mode: number }[] }];
  const paths = tarball.files.map(({ path }) => path);

  test('code and types, the four documents and the pages of the rules, nothing else', () => {
    const others = paths.filter((path) => !/^dist\/[\w/-]+\.(?:js|d\.ts)$/.test(path));
    const pages = Object.keys(plugin.rules).map((rule) => `docs/rules/${rule}.md`);
    const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', ...pages, 'package.json'];
    expect(others.sort()).toEqual(documents.sort());
  });

  test('every file that package.json points to', () => {
    const targets = [
      manifest.main,
      manifest.types,
      ...Object.values(manifest.bin),
      ...Object.values(manifest.exports).flatMap((target) =>
        typeof target === 'string' ? [target] : Object.values(target),
      ),
    ].map((target) => target.replace('./', ''));
    expect(targets.filter((target) => !paths.includes(target))).toEqual([]);
  });

  test('the command starts as a script', () => {
    expect(readFileSync(`${root}${manifest.bin['lostcancel']!}`, 'utf8')).toMatch(
      /^#!\/usr\/bin\/env node\n/,
    );
  });
});

describe('what importing the plugin costs', () => {
  /** Packages under node_modules of which importing the specifier loads at least one CommonJS module. */
  function packagesLoadedBy(specifier: string): string[] {
    const script = `
      import { createRequire } from 'node:module';
      await import(${JSON.stringify(specifier)});
      console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache)));
    `;
    const files = JSON.parse(
      run(process.execPath, ['--input-type=module', '-e', script]),
    ) as string[];
    const names = files.map(
      (file) => /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1],
    );
    return [...new Set(names.filter((name) => name !== undefined))];
  }

  // eslint and typescript are CommonJS packages, so the module cache shows them: this case proves it.
  test('the main entry of @typescript-eslint/utils loads eslint and its parser typescript: the probe sees them', () => {
    expect(packagesLoadedBy('@typescript-eslint/utils')).toContain('eslint');
    expect(packagesLoadedBy('@typescript-eslint/parser')).toContain('typescript');
  });

  test.each(['./dist/index.js', './dist/cfg-api.js'])('%s loads neither', (specifier) => {
    const loaded = packagesLoadedBy(specifier);
    expect(loaded).not.toContain('eslint');
    expect(loaded).not.toContain('typescript');
  });
});

test('the plugin names itself as its package does', async () => {
  const { default: plugin } = (await import(manifest.name)) as {
    default: { meta: { name: string; version: string } };
  };
  expect(plugin.meta).toMatchObject({ name: manifest.name, version: manifest.version });
});

test('ESLINT=9 really tests ESLint 9', () => {
  expect(ESLint.version.split('.')[0]).toBe(process.env['ESLINT'] ?? '10');
});
