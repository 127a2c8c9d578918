// @ts-check
/**
 * Runs one rule of the built command line over checkouts of other projects and prints a table row for each: the
 * figures of docs/precision.md before anybody has judged them. With `--list` also every report, to be read.
 *
 *     node scripts/precision.mjs [--rule <name>] [--list] <directory>...
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** @typedef {{ path: string, line: number, rule: string, messageId: string, message: string }} Report */
/** @typedef {{ files: number, reports: readonly Report[], problems: readonly unknown[] }} Result */

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const cli = path.join(root, 'dist', 'cli', 'main.js');
if (!existsSync(cli)) {
  console.error('dist/ is missing: run `npm ci` first, it builds');
  process.exit(1);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rule: { type: 'string', default: 'no-lost-cancel' },
    list: { type: 'boolean', default: false },
  },
});

/** @param {string} directory */
function commitOf(directory) {
  const words = ['-C', directory, 'rev-parse', '--short=10', 'HEAD'];
  const { status, stdout } = spawnSync('git', words, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}

/**
 * @param {string} directory
 * @returns {Result}
 */
function check(directory) {
  const words = [cli, '--format', 'json', '.'];
  const { stdout, stderr, error } = spawnSync(process.execPath, words, {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 1024 * 1024 * 1024,
  });
  if (error || stdout === '') throw new Error(`${directory}: ${error?.message ?? stderr}`);
  return JSON.parse(stdout);
}

console.log('| project | commit | files | not parsed | reports | seconds |');
console.log('| --- | --- | ---: | ---: | ---: | ---: |');
for (const directory of positionals) {
  const start = performance.now();
  const { files, reports, problems } = check(directory);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const found = reports.filter(({ rule }) => rule === values.rule);
  const row = [
    path.basename(path.resolve(directory)),
    commitOf(directory),
    files,
    problems.length,
    found.length,
    seconds,
  ];
  console.log(`| ${row.join(' | ')} |`);
  if (!values.list) continue;
  for (const { path: file, line, messageId, message } of found) {
    console.log(`${file}:${String(line)} ${messageId} ${message}`);
  }
}
