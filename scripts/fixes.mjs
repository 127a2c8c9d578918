// @ts-check
/**
 * Asks a rule about real fixes: it should report the version before each of them, and be silent about the one after.
 *
 *     node scripts/fixes.mjs fixes/no-leaked-timer.json <directory>
 *
 * The directory has a git repository, bare or not, under `<owner>/<name>` for each that is named in the manifest; what
 * is missing is skipped. Exit code 1 when a verdict is not the one that the manifest remembers.
 *
 * In the version before, a report counts when it stands on the line of the manifest. In the version after, it counts
 * when it stands where that line has gone, or on a line that the fix has written.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `line` is where the report stands, or ought to stand, in `file` of `before`. `reported` and `silent` are the verdicts;
 * `note` says why one of them is false. `first`: the verdicts before anything was done about them, where they were others.
 *
 * @typedef {{
 *   repository: string, before: string, after: string, file: string, fileAfter?: string, line: number,
 *   reported: boolean, silent: boolean, note?: string,
 *   first?: { reported: boolean, silent: boolean }
 * }} Fix
 */
/**
 * `heldOut`: the fixes were chosen from repositories that had no part in making the rule, before it was asked.
 *
 * @typedef {{ rule: string, heldOut?: boolean, fixes: readonly Fix[] }} Manifest
 */
/** @typedef {{ path: string, line: number, rule: string }} Report */
/** @typedef {{ reports: readonly Report[], problems: readonly { path?: string, message: string }[] }} Result */

const MOST_OUTPUT = 1024 * 1024 * 1024;
const cli = path.resolve(fileURLToPath(import.meta.url), '../../dist/cli/main.js');
const [manifestFile, clones] = process.argv.slice(2);
if (manifestFile === undefined || clones === undefined || !existsSync(cli)) {
  console.error(
    'usage: node scripts/fixes.mjs <manifest> <directory of repositories>, after a build',
  );
  process.exit(2);
}
/** @type {Manifest} */
const { rule, heldOut = false, fixes } = JSON.parse(readFileSync(manifestFile, 'utf8'));

/**
 * @param {Fix} fix
 * @param {readonly string[]} words
 */
function git({ repository }, words) {
  const options = { cwd: path.join(String(clones), repository), maxBuffer: MOST_OUTPUT };
  const { status, stdout } = spawnSync('git', words, { ...options, encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

/** @param {Fix} fix */
function objectsOf({ before, after, file, fileAfter = file }) {
  return { before: `${before}:${file}`, after: `${after}:${fileAfter}` };
}

/**
 * For a line of the version after: does it come from `line`, or was it written by the fix?
 *
 * @param {Fix} fix
 * @returns {(line: number) => boolean}
 */
function touchedBy(fix) {
  const { before, after } = objectsOf(fix);
  const diff = git(fix, ['diff', '--no-ext-diff', '-U0', before, after]) ?? '';
  const hunks = [...diff.matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm)].map(
    ([, oldStart, oldCount = '1', newStart, newCount = '1']) => ({
      // A hunk without lines is numbered by the line before it.
      oldEnd: Number(oldStart) + Math.max(Number(oldCount), 1),
      start: Number(newStart),
      end: Number(newStart) + Number(newCount),
      grown: Number(newCount) - Number(oldCount),
    }),
  );
  return (line) => {
    if (hunks.some(({ start, end }) => line >= start && line < end)) return true;
    const above = hunks.filter(({ oldEnd }) => oldEnd <= fix.line);
    return line === above.reduce((at, { grown }) => at + grown, fix.line);
  };
}

/**
 * One run over both versions of every fix, each version in a directory of its own.
 *
 * @param {ReadonlyMap<string, { name: string, text: string }>} versions
 * @returns {Result}
 */
function check(versions) {
  const directory = mkdtempSync(path.join(tmpdir(), 'fixes-'));
  try {
    for (const [key, { name, text }] of versions) {
      mkdirSync(path.join(directory, key), { recursive: true });
      writeFileSync(path.join(directory, key, name), text);
    }
    const words = [cli, '--format', 'json', '--rule', `${rule}:error`, '.'];
    const { stdout, stderr } = spawnSync(process.execPath, words, {
      cwd: directory,
      encoding: 'utf8',
      maxBuffer: MOST_OUTPUT,
    });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** @type {Map<string, { name: string, text: string }>} */
const versions = new Map();
const present = fixes.filter((fix, index) => {
  const { before, after } = objectsOf(fix);
  const texts = [git(fix, ['show', before]), git(fix, ['show', after])];
  for (const [version, text] of texts.entries()) {
    if (text === undefined) return false;
    const key = `${String(index)}/${version === 0 ? 'before' : 'after'}`;
    versions.set(key, { name: path.basename(fix.file), text });
  }
  return true;
});
const { reports, problems } = check(versions);
for (const { path: file = '', message } of problems) console.log(`${file}: ${message}`);

/** @param {string} key */
function linesOf(key) {
  return reports
    .filter((it) => it.rule === rule && path.dirname(it.path).split(path.sep).join('/') === key)
    .map(({ line }) => line);
}

let changed = 0;
let found = 0;
let quiet = 0;
for (const fix of present) {
  const key = String(fixes.indexOf(fix));
  const reported = linesOf(`${key}/before`).includes(fix.line);
  const isTouched = touchedBy(fix);
  const alarms = linesOf(`${key}/after`).filter(isTouched);
  const silent = alarms.length === 0;
  found += Number(reported);
  quiet += Number(silent);
  const verdict = `${reported ? 'reported' : 'missed'} before, ${silent ? 'silent' : `reported on line ${alarms.join(', ')}`} after`;
  const isNew = reported !== fix.reported || silent !== fix.silent;
  changed += Number(isNew);
  if (!isNew && reported && silent) continue;
  const place = `${fix.repository} ${fix.after.slice(0, 10)} ${fix.file}:${String(fix.line)}`;
  console.log(`${isNew ? 'CHANGED ' : ''}${place}: ${verdict}`);
}
/** @param {number} count */
const share = (count) =>
  `${String(count)} of ${String(present.length)} (${((100 * count) / present.length).toFixed(1)} %)`;
console.log(`${rule}: ${share(found)} reported before, ${share(quiet)} silent after`);
if (heldOut) {
  const first = present.map((fix) => fix.first ?? fix);
  /** @param {'reported' | 'silent'} verdict */
  const known = (verdict) => share(first.filter((it) => it[verdict]).length);
  console.log(`at first: ${known('reported')} reported before, ${known('silent')} silent after`);
}
if (present.length < fixes.length) {
  console.log(`${String(fixes.length - present.length)} skipped: their commits are not there`);
}
process.exitCode = changed > 0 ? 1 : 0;
