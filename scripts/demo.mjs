// @ts-check
/**
 * Runs the built command line over examples/, prints what users see, and says whether that is what must be seen:
 * every mistake reported in its place, every cure silent. Exit code 0 when it is, else 1.
 *
 * examples/expected.json names the mistakes. `planned` ones wait for a rule, or a part of one, that does not exist
 * yet: those files must be silent, so that the list has to be brought up to date when the rule arrives. `strict` ones
 * are silent too, until the rules get the options of the preset `strict`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** @typedef {{ rule: string, line: number, at: string, planned?: true, strict?: true }} Expectation */
/** @typedef {{ path: string, rule: string, line: number, column: number }} Report */

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const cli = path.join(root, 'dist', 'cli', 'main.js');
const examples = path.resolve(process.argv[2] ?? path.join(root, 'examples'));

if (!existsSync(cli)) {
  console.error('dist/ is missing: run `npm ci` first, it builds');
  process.exit(1);
}

/** @param {readonly string[]} options */
function lint(options, /** @type {'inherit' | 'pipe'} */ stdout) {
  const words = [cli, ...options, path.basename(examples)];
  return spawnSync(process.execPath, words, {
    cwd: path.dirname(examples),
    encoding: 'utf8',
    stdio: ['ignore', stdout, 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  });
}

console.log(`$ npx lostcancel ${path.basename(examples)}\n`);
lint([], 'inherit');

/**
 * @param {readonly string[]} options
 * @returns {{ reports: readonly Report[], problems: readonly unknown[] }}
 */
function reportsUnder(options) {
  return JSON.parse(lint(['--format', 'json', ...options], 'pipe').stdout);
}

const { reports, problems } = reportsUnder([]);
const { default: lostcancel } = await import('../dist/index.js');
const strictly = reportsUnder(
  Object.entries(lostcancel.configs.strict.rules).flatMap(([id, entry]) => [
    '--rule',
    `${id.replace('lostcancel/', '')}:${JSON.stringify(entry)}`,
  ]),
);
/** @type {Readonly<Record<string, readonly Expectation[]>>} */
const expected = JSON.parse(readFileSync(path.join(examples, 'expected.json'), 'utf8'));

/** @param {string} file */
function sourceLines(file) {
  return readFileSync(path.join(examples, file), 'utf8').split('\n');
}

const programs = readdirSync(examples, { encoding: 'utf8', recursive: true })
  .map((file) => file.replaceAll(path.sep, '/'))
  .filter((file) => file.endsWith('.ts'))
  .sort();

/** @type {string[]} */
const differences = problems.map((problem) => `could not be checked: ${JSON.stringify(problem)}`);
const count = { reported: 0, planned: 0, strict: 0, silent: 0 };

/**
 * The position of the report that an expectation asks for.
 *
 * @param {readonly Report[]} found
 * @param {string} file
 * @param {Expectation} expectation
 */
function positionOf(found, file, { rule, line, at }) {
  const text = sourceLines(file)[line - 1] ?? '';
  return found.findIndex(
    (report) =>
      report.rule === rule && report.line === line && text.slice(report.column - 1).startsWith(at),
  );
}

/**
 * @param {readonly Report[]} all
 * @param {string} file
 */
function reportsIn(all, file) {
  return all.filter((report) => report.path === `${path.basename(examples)}/${file}`);
}

for (const file of new Set([...programs, ...Object.keys(expected)])) {
  const expectations = expected[file] ?? [];
  const found = reportsIn(reports, file);
  if (path.basename(file).startsWith('mistake') !== expectations.length > 0) {
    differences.push(`${file}: only the mistakes, and all of them, belong into expected.json`);
    continue;
  }
  for (const expectation of expectations) {
    const { rule, line, at, planned, strict } = expectation;
    const when = planned ? 'planned' : strict ? 'strict' : 'reported';
    const here = positionOf(found, file, expectation);
    if (here !== -1) found.splice(here, 1);
    const missing =
      when === 'strict' ? positionOf(reportsIn(strictly.reports, file), file, expectation) : here;
    if (when !== 'reported' && here !== -1) {
      differences.push(`${file}:${line}: ${rule} is reported now, it is no longer ${when}`);
    } else if (when !== 'planned' && missing === -1) {
      differences.push(`${file}:${line}: ${rule} must be reported at \`${at}\``);
    }
    count[when] += 1;
  }
  for (const { rule, line } of found) {
    differences.push(`${file}:${line}: ${rule} must not be reported here`);
  }
  if (expectations.length === 0) count.silent += 1;
}

if (differences.length > 0) {
  console.log(`\nNot as it must be:\n${differences.map((line) => `  ${line}\n`).join('')}`);
  process.exitCode = 1;
} else {
  const others = [
    count.strict > 0 ? `${count.strict} more with the options of the preset \`strict\`` : '',
    count.planned > 0 ? `${count.planned} planned` : '',
  ].filter((words) => words !== '');
  console.log(
    `\nAs it must be: ${count.reported} mistakes are reported, ${count.silent} correct files are silent` +
      `${others.length > 0 ? ` (${others.join(', ')})` : ''}.`,
  );
}
