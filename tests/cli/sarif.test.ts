/**
 * SARIF is what the OASIS schema says it is, has the path of each report, and names a report the same after an edit
 * somewhere else, both from the command line and from ESLint with the formatter.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Log, Result, Run } from 'sarif';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/cli/result.ts';
import { sarifProblems } from './sarif-schema.ts';
import { folder, LEAK, repository, runHere } from './support.ts';

const require = createRequire(import.meta.url);

function runOf(text: string): Run {
  const log = JSON.parse(text) as Log;
  expect(sarifProblems(log)).toEqual([]);
  expect(log.runs).toHaveLength(1);
  return log.runs[0]!;
}

type Files = Readonly<Record<string, string>>;

async function sarifOf(directory: string): Promise<Run> {
  return runOf((await runHere(['--format', 'sarif'], directory)).out);
}

async function resultsOf(files: Files): Promise<readonly Result[]> {
  return (await sarifOf(folder(files))).results!;
}

async function fingerprintsOf(files: Files): Promise<readonly (string | undefined)[]> {
  const results = await resultsOf(files);
  return results.map((result) => result.partialFingerprints?.['lostcancelPath/v1']);
}

/** The places of the path: line, column, words. */
function pathOf({ codeFlows }: Result): readonly unknown[] {
  return (codeFlows?.[0]?.threadFlows[0]?.locations ?? []).map(({ location }) => {
    const { startLine, startColumn } = location?.physicalLocation?.region ?? {};
    return [startLine, startColumn, location?.message?.text];
  });
}

test('the schema is one that refuses', () => {
  expect(sarifProblems({ version: '2.1.0', runs: [{}] })).not.toEqual([]);
});

describe('lostcancel --format sarif', () => {
  test('has the reports, with their paths', async () => {
    const directory = folder({ 'a b/c#.ts': LEAK });
    const { reports } = JSON.parse((await runHere(['--format', 'json'], directory)).out) as {
      reports: readonly Report[];
    };
    const { tool, results = [], invocations } = await sarifOf(directory);
    const [result] = results;
    const [report] = reports;
    expect(results).toHaveLength(reports.length);
    expect(result).toMatchObject({
      ruleId: 'lostcancel/no-lost-cancel',
      level: 'error',
      message: { text: report!.message },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'a%20b/c%23.ts', uriBaseId: '%SRCROOT%' },
            region: { startLine: 3, startColumn: 15, endLine: 3, endColumn: 21 },
          },
        },
      ],
    });
    expect(pathOf(result!)).toEqual(report!.steps.map((it) => [it.line, it.column, it.message]));
    expect(invocations).toEqual([{ executionSuccessful: true, toolExecutionNotifications: [] }]);
    const rule = tool.driver.rules?.[result!.ruleIndex!];
    expect(rule).toMatchObject({ id: result!.ruleId });
    expect(rule?.helpUri).toMatch(/\/docs\/rules\/no-lost-cancel\.md$/u);
    expect(rule?.help?.markdown).toContain(rule?.helpUri);
    expect(rule?.help?.markdown).toContain('\n```ts\n');
    expect(rule?.help?.markdown).not.toMatch(/\]\((?!https:)|^#|<!--/mu);
    expect(rule?.shortDescription?.text).toMatch(/^[A-Z].*\.$/u);
  });

  test('names what could not be checked', async () => {
    const directory = folder({ 'bad.ts': 'let = ;', 'good.ts': LEAK });
    const run = await runHere(['--format', 'sarif', '.', 'no-such.ts'], directory);
    expect(run.code).toBe(2);
    const { invocations, results } = runOf(run.out);
    expect(results).toHaveLength(1);
    expect(invocations?.[0]?.executionSuccessful).toBe(false);
    expect(invocations?.[0]?.toolExecutionNotifications).toHaveLength(2);
  });

  test('is valid when there is nothing to say', async () => {
    expect(await resultsOf({ 'a.ts': '' })).toEqual([]);
    expect((await sarifOf(folder({}))).results).toEqual([]);
  });
});

describe('fingerprints', () => {
  const elsewhere = `${LEAK}\nfunction other() {\n  return 1;\n}\n`;

  test('stay when code moves, and when the file is renamed', async () => {
    const [print] = await fingerprintsOf({ 'a.ts': LEAK });
    expect(print).toMatch(/^[0-9a-f]{32}:1$/u);
    const shifted = `// one\n// two\nimport 'x';\n${elsewhere}`;
    expect(await fingerprintsOf({ 'a.ts': shifted })).toEqual([print]);
    expect(await fingerprintsOf({ 'b.ts': LEAK.replaceAll('\n  ', '\n\t') })).toEqual([print]);
  });

  test('change when the path does, and tell equal ones apart', async () => {
    const [print] = await fingerprintsOf({ 'a.ts': LEAK });
    expect(await fingerprintsOf({ 'a.ts': LEAK.replace('ctx.run()', 'ctx.walk()') })).not.toEqual([
      print,
    ]);
    const twice = LEAK + LEAK.replace('start', 'restart');
    expect(await fingerprintsOf({ 'a.ts': twice, 'b.ts': LEAK })).toEqual([
      print,
      print?.replace(':1', ':2'),
      print,
    ]);
  });
});

describe('the formatter for ESLint', () => {
  const config = `
    import lostcancel from ${JSON.stringify(pathToFileURL(path.join(repository, 'dist/index.js')).href)};
    import * as parser from ${JSON.stringify(pathToFileURL(require.resolve('@typescript-eslint/parser')).href)};
    export default [{
      files: ['**/*.ts'],
      plugins: { lost: lostcancel },
      languageOptions: { parser },
      rules: { 'lost/no-lost-cancel': ['warn', { throws: 'call' }], 'no-var': 'error' },
    }];
  `;
  const code = `
    export function start(parent: Context, withCancel: WithCancel): void {
      const [ctx, cancel] = withCancel(parent);
      publish(ctx);
      cancel();
      var done = true;
    }
  `;

  function eslint(directory: string, ...words: string[]): Run {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        path.join(
          repository,
          'node_modules',
          process.env['ESLINT'] === '9' ? 'eslint9' : 'eslint',
          'bin',
          'eslint.js',
        ),
        ...['--format', path.join(repository, 'dist', 'cli', 'sarif-formatter.js')],
        ...words,
      ],
      { cwd: directory, encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    return runOf(stdout);
  }

  test('gives the path under the options and the name that the configuration has', () => {
    const directory = folder({
      'eslint.config.mjs': config,
      'src/a.ts': code,
      'src/b.ts': 'let = ;',
    });
    const { tool, results = [], invocations } = eslint(directory, 'src');
    expect(tool.driver.name).toBe('ESLint');
    expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ['lost/no-lost-cancel', 'warning'],
      ['no-var', 'error'],
    ]);
    expect(pathOf(results[0]!)).toEqual([
      [3, 29, 'from here on, `cancel` must be called'],
      [4, 7, '`publish()` on line 4 throws'],
    ]);
    expect(pathOf(results[1]!)).toEqual([]);
    expect(tool.driver.rules?.[results[0]!.ruleIndex!]?.helpUri).toContain('no-lost-cancel.md');
    expect(invocations?.[0]?.toolExecutionNotifications).toHaveLength(1);
  });

  test('has the path under a configuration of another name, and after --fix', () => {
    const directory = folder({ 'other.mjs': config, 'src/a.ts': code });
    for (const words of [['--config', 'other.mjs'], ['-c', 'other.mjs'], ['--config=other.mjs']]) {
      const { results = [] } = eslint(directory, ...words, 'src');
      expect(results.map((result) => pathOf(result).length)).toEqual([2, 0]);
    }
    writeFileSync(path.join(directory, 'eslint.config.mjs'), config);
    const fixed = eslint(directory, '--fix', 'src').results!;
    expect(fixed.map(({ ruleId }) => ruleId)).toEqual(['lost/no-lost-cancel']);
    expect(pathOf(fixed[0]!)).toHaveLength(2);
  });
});
