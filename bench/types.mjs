// @ts-check
/**
 * node bench/types.mjs DIRECTORY...: the tables of docs/types.md, for checkouts with a tsconfig.json whose dependencies
 * are installed.
 *
 * Each way of linting is a process of its own, as it is for users: types that one run has computed are no gift to the
 * next. Times are processor time; of each way the quickest of a few runs counts.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const RUNS = 2;

/** @typedef {{ typed: boolean, rules?: 'preset' | 'disposables', other?: true }} Way */
/** @typedef {{ ms: number, files: number, reports: readonly string[] }} Outcome */

/**
 * `other`: with a typed rule of typescript-eslint, as most projects that give types to ESLint have some. The first one
 * that asks for types pays for the type checker.
 *
 * @type {Readonly<Record<string, Way>>}
 */
const WAYS = {
  plain: { typed: false },
  preset: { typed: false, rules: 'preset' },
  types: { typed: true },
  typesPreset: { typed: true, rules: 'preset' },
  other: { typed: true, other: true },
  otherPreset: { typed: true, other: true, rules: 'preset' },
  allTypes: { typed: true, rules: 'disposables' },
};

/** @param {string} directory */
function filesOf(directory) {
  return readdirSync(path.join(directory, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/u.test(file) && !file.endsWith('.d.ts'))
    .map((file) => path.join('src', file))
    .sort();
}

/** @param {string} directory @param {Way} way @returns {Promise<Outcome>} */
async function lint(directory, { typed, rules, other }) {
  const { ESLint } = await import('eslint');
  const parser = await import('@typescript-eslint/parser');
  const { plugin: typescript } = await import('typescript-eslint');
  const { default: lostcancel } = await import('../dist/index.js');
  const preset = { ...lostcancel.configs.recommended.rules };
  if (rules === 'disposables') {
    preset['lostcancel/no-lost-cancel'] = ['error', { disposableTypes: 'all' }];
  }
  const eslint = new ESLint({
    cwd: directory,
    overrideConfigFile: true,
    overrideConfig: {
      files: ['**/*.ts', '**/*.tsx'],
      plugins: {
        lostcancel: /** @type {any} */ (lostcancel),
        '@typescript-eslint': /** @type {any} */ (typescript),
      },
      linterOptions: { reportUnusedDisableDirectives: 'off' },
      languageOptions: {
        parser,
        parserOptions: typed ? { projectService: true, tsconfigRootDir: directory } : {},
      },
      rules: {
        ...(rules && preset),
        ...(other && { '@typescript-eslint/no-floating-promises': 'error' }),
      },
    },
  });
  const files = filesOf(directory);
  const before = process.cpuUsage();
  const results = await eslint.lintFiles(files);
  const { user, system } = process.cpuUsage(before);
  const reports = results.flatMap(({ filePath, messages }) =>
    messages
      .filter(({ ruleId }) => ruleId?.startsWith('lostcancel/'))
      .map(
        ({ ruleId, messageId, line }) =>
          `${path.relative(directory, filePath)}:${line} ${ruleId?.slice(11)} ${messageId}`,
      ),
  );
  return { ms: (user + system) / 1000, files: files.length, reports };
}

/** @param {string} directory @param {string} way @returns {Outcome} */
function measured(directory, way) {
  const script = fileURLToPath(import.meta.url);
  const runs = Array.from({ length: RUNS }, () => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--max-old-space-size=4096', script, '--way', way, directory],
      { encoding: 'utf8', maxBuffer: 1 << 28 },
    );
    if (!stdout.startsWith('{')) throw new Error(`${directory}: ${stderr}`);
    return /** @type {Outcome} */ (JSON.parse(stdout));
  });
  const [quickest] = runs.sort((a, b) => a.ms - b.ms);
  if (!quickest) throw new Error('no run');
  return quickest;
}

/** @param {Outcome} one @param {Outcome} other */
const added = (one, other) => `${((one.ms / other.ms - 1) * 100).toFixed(0)} %`;

/** @param {readonly string[]} directories */
function compare(directories) {
  console.log(
    '| repository | files | types take | preset adds | with types | beside a typed rule |\n' +
      '| --- | --: | --: | --: | --: | --: |',
  );
  /** @type {string[]} */
  const details = [];
  for (const directory of directories) {
    const name = path.basename(directory);
    const [plain, preset, types, typesPreset, other, otherPreset, all] = Object.keys(WAYS).map(
      (way) => measured(directory, way),
    );
    if (!plain || !preset || !types || !typesPreset || !other || !otherPreset || !all) return;
    const cells = [
      ...[name, plain.files, `× ${(types.ms / plain.ms).toFixed(1)}`],
      ...[added(preset, plain), added(typesPreset, types), added(otherPreset, other)],
    ];
    console.log(`| ${cells.join(' | ')} |`);
    const ways = { plain, preset, types, typesPreset, other, otherPreset, all };
    details.push(
      `${name}: ${Object.entries(ways)
        .map(
          ([way, { ms, reports }]) =>
            `${way} ${(ms / 1000).toFixed(1)} s ${reports.length} reports`,
        )
        .join(', ')}`,
      ...typesPreset.reports.filter((it) => !preset.reports.includes(it)).map((it) => `  + ${it}`),
      ...preset.reports.filter((it) => !typesPreset.reports.includes(it)).map((it) => `  - ${it}`),
      ...all.reports.filter((it) => !typesPreset.reports.includes(it)).map((it) => `  all: ${it}`),
    );
  }
  console.log(`\n${details.join('\n')}`);
}

const [first, way, directory] = process.argv.slice(2);
if (first === '--way' && way !== undefined && directory !== undefined) {
  const chosen = WAYS[way];
  if (!chosen) throw new Error(`no such way: ${way}`);
  console.log(JSON.stringify(await lint(directory, chosen)));
} else compare(process.argv.slice(2).map((it) => path.resolve(it)));
