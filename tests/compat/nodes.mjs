// @ts-check
/**
 * npm run test:nodes: the same findings under every Node line that package.json promises, oldest and newest release.
 * The binaries come from the npm packages `node-<os>-<cpu>` and stay in node_modules/.cache, so that `npm ci` pays
 * nothing for them.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Oldest and newest release of each line; with Babel 8, and so with its parser for ESLint 10, where that runs. */
const VERSIONS = [
  { version: '20.19.0', babel8: false },
  { version: '22.13.0', babel8: false },
  { version: '22.23.3', babel8: true },
  { version: '24.0.0', babel8: false },
  { version: '24.21.0', babel8: true },
];

const BABEL = ['@babel/core@8.1.2', '@babel/eslint-parser@8.1.2'];

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SMOKE = fileURLToPath(new URL('smoke.mjs', import.meta.url));
const BINARY = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
const PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/** @param {string} name Of a folder in the cache. @param {readonly string[]} packages */
function install(name, packages) {
  const folder = path.join(ROOT, 'node_modules/.cache/compat', name);
  if (existsSync(path.join(folder, 'node_modules'))) return folder;
  mkdirSync(folder, { recursive: true });
  // Keeps npm from walking up to our own package.
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const flags = [
    '--ignore-scripts',
    '--legacy-peer-deps',
    '--no-save',
    '--no-package-lock',
    '--loglevel=error',
  ];
  execFileSync('npm', ['install', ...flags, ...packages], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  return folder;
}

/** @param {string} binary @param {string | undefined} babel8 @returns {Record<string, any>} */
function smoke(binary, babel8) {
  const args = babel8 === undefined ? [SMOKE] : [SMOKE, babel8];
  return JSON.parse(execFileSync(binary, args, { encoding: 'utf8', cwd: ROOT }));
}

const expected = smoke(process.execPath, undefined);
expected['ESLint 10, babel'] = expected['ESLint 9, babel'];

for (const { version, babel8 } of VERSIONS) {
  const binary = path.join(
    install(`node-${version}`, [`${PACKAGE}@${version}`]),
    'node_modules',
    PACKAGE,
    BINARY,
  );
  const running = execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim();
  if (running !== `v${version}`) throw new Error(`${binary} is ${running}`);
  const found = smoke(binary, babel8 ? install('babel-8', BABEL) : undefined);
  const different = Object.keys(found).filter(
    (host) => JSON.stringify(found[host]) !== JSON.stringify(expected[host]),
  );
  const hosts = Object.keys(found).length;
  if (different.length > 0) process.exitCode = 1;
  console.log(
    different.length === 0
      ? `ok   ${running}: ${hosts} hosts, the same findings as ${process.version}`
      : `FAIL ${running}: other findings with ${different.join('; ')}`,
  );
}
