import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { builtCli, CLEAN, folder, LEAK, runCli } from './cli/support.ts';

test('a folder without mistakes: exit code 0 and a summary', () => {
  const directory = folder({ 'src/a.ts': CLEAN, 'src/deep/b.ts': CLEAN });
  const run = runCli(['src'], { directory });
  expect(run).toEqual({ code: 0, out: '2 files checked, nothing found\n', complaints: [] });
});

test('a mistake: exit code 1, message, code frames of the path, summary', () => {
  const directory = folder({ 'src/a.ts': LEAK, 'src/b.ts': CLEAN });
  const run = runCli(['src'], { directory });
  expect(run.code).toBe(1);
  expect(run.complaints).toEqual([]);
  const lines = run.out.split('\n');
  expect(lines[0]).toBe('src/a.ts');
  expect(lines[1]).toMatch(/^ {2}3:15 {2}error {2}`cancel` .+ {2}lostcancel\/no-lost-cancel$/u);
  expect(lines[3]).toBe('    > 3 |   const [ctx, cancel] = withCancel(parent);');
  expect(lines[4]).toMatch(/^ {8}\| +\^+ \S/u);
  expect(lines[5]).toBe('    > 4 |   return ctx.run();');
  expect(lines.at(-2)).toBe('2 files checked, 1 error in 1 file');
});

test('without paths the current directory is checked', () => {
  const directory = folder({ 'a.ts': LEAK });
  expect(runCli([], { directory })).toEqual(runCli(['.'], { directory }));
  expect(runCli([], { directory }).code).toBe(1);
});

test('a path may lie outside of the working directory', () => {
  const directory = folder({ 'here/a.ts': CLEAN, 'there/node_modules/pkg/b.ts': LEAK });
  const run = runCli(['../there/node_modules/pkg'], { directory: path.join(directory, 'here') });
  expect(run.code).toBe(1);
  expect(run.out).toContain('../there/node_modules/pkg/b.ts\n');
});

test('a file that is named twice is checked once', () => {
  const directory = folder({ 'src/a.ts': LEAK });
  const run = runCli(['src', 'src/a.ts', './src/'], { directory });
  expect(run.out).toContain('1 file checked, 1 error in 1 file\n');
});

test('every dialect is checked', () => {
  const jsx = `${LEAK}export const element = <p title="x">{start}</p>;\n`;
  const typed = `${LEAK}export const identity = <const T,>(value: T): T => value satisfies T;\n`;
  const directory = folder({
    'a.ts': typed,
    'b.mts': typed,
    'c.cts': typed,
    'd.tsx': jsx + typed.replaceAll('start', 'begin'),
    'e.js': LEAK,
    'f.mjs': LEAK,
    'g.cjs': `with (console) log(1);\nreturn;\n${LEAK.replace('export ', '')}`,
    'h.jsx': jsx,
    'script.js': `with (console) log(1);\n${LEAK.replace('export ', '')}`,
  });
  const run = runCli(['.'], { directory });
  expect(run.complaints).toEqual([]);
  expect(run.out).toContain('9 files checked, 10 errors in 9 files\n');
});

test('dependencies, build output and declaration files are left out, unless they are named', () => {
  const directory = folder({
    'src/a.ts': CLEAN,
    'src/types.d.ts': 'export declare function start(): void;\n',
    'src/vendored.min.js': LEAK,
    'node_modules/pkg/index.js': LEAK,
    'packages/one/dist/index.js': LEAK,
    '.next/page.js': LEAK,
    'build/index.js': LEAK,
    'coverage/index.js': LEAK,
  });
  expect(runCli([], { directory }).out).toBe('1 file checked, nothing found\n');
  const named = runCli(['packages/one/dist', 'node_modules/pkg/index.js'], { directory });
  expect(named.out).toContain('2 files checked, 2 errors in 2 files\n');
});

test('eslint-disable comments work; those of other plugins, or without effect, are no matter', () => {
  const disable = '// eslint-disable-next-line';
  const directory = folder({
    'a.ts': LEAK.replace('  const', `${disable} lostcancel/no-lost-cancel -- ends with p\n  const`),
    'b.ts': `${disable} some-plugin/some-rule, no-undef\n${CLEAN}`,
    'c.ts': `/* eslint some-plugin/some-rule: error, no-undef: error */\n${CLEAN}`,
    'd.ts': `/* eslint lostcancel/no-lost-cancel: off */\n${LEAK}`,
  });
  expect(runCli([], { directory })).toEqual({
    code: 0,
    out: '4 files checked, nothing found\n',
    complaints: [],
  });
});

test('a comment that ESLint has given up keeps no file from being checked', () => {
  const directory = folder({ 'a.js': `/* eslint-env mocha */\n${LEAK}` });
  const { code, out, complaints } = runCli([], { directory });
  expect({ code, complaints }).toEqual({ code: 1, complaints: [] });
  expect(out).toContain('1 file checked, 1 error in 1 file');
});

test('--rule changes the severity, and warnings fail only past --max-warnings', () => {
  const directory = folder({ 'a.ts': LEAK, 'b.ts': LEAK });
  const warn = ['--rule', 'no-lost-cancel:warn'];
  const run = runCli(warn, { directory });
  expect(run.code).toBe(0);
  expect(run.out).toContain('2 files checked, 2 warnings in 2 files\n');
  expect(runCli([...warn, '--max-warnings', '2'], { directory }).code).toBe(0);
  expect(runCli([...warn, '--max-warnings=1'], { directory })).toMatchObject({
    code: 1,
    complaints: ['lostcancel: 2 warnings, --max-warnings allows 1'],
  });
  expect(runCli(['--rule', 'lostcancel/no-lost-cancel:off'], { directory }).code).toBe(0);
});

test('--rule gives options, which the shown path obeys as well', () => {
  const text = `
export function start(parent, withCancel) {
  const [ctx, cancel] = withCancel(parent);
  ctx.run();
  cancel();
}
`;
  const directory = folder({ 'a.ts': text });
  expect(runCli([], { directory }).code).toBe(0);
  const run = runCli(['--rule', 'no-lost-cancel:["warn", {"throws":"call"}]'], { directory });
  expect(run.code).toBe(0);
  expect(run.out).toContain('1 warning in 1 file\n');
  expect(run.out).toContain('    > 4 |   ctx.run();\n');
});

test('--format json: reports with their paths, and what could not be checked', () => {
  const directory = folder({ 'a.ts': LEAK, 'b.mjs': 'let x = ;\n' });
  const run = runCli(['--format', 'json'], { directory });
  expect(run.code).toBe(2);
  const result: unknown = JSON.parse(run.out);
  const place = { line: 3, column: 15, endLine: 3, endColumn: 21 };
  const step = (line: number): unknown => ({
    line,
    column: expect.any(Number) as number,
    endLine: line,
    endColumn: expect.any(Number) as number,
    message: expect.any(String) as string,
  });
  expect(result).toMatchObject({ files: 1, errors: 1, warnings: 0 });
  expect(result).toHaveProperty('reports', [
    {
      path: 'a.ts',
      ...place,
      rule: 'no-lost-cancel',
      messageId: 'neverReleased',
      severity: 'error',
      message: expect.stringContaining('`cancel`') as string,
      steps: [step(3), step(4)],
    },
  ]);
  expect(result).toHaveProperty('problems', [
    {
      path: 'b.mjs',
      line: 1,
      column: 9,
      message: 'does not parse: Unexpected token ;',
    },
  ]);
});

test('what cannot be checked is one line each, and the rest is checked', () => {
  const directory = folder({
    'a.ts': LEAK,
    'broken.mjs': 'const x = ;\n',
    'broken.tsx': 'const x = <p>;\n',
    'folder.ts/inside.ts': CLEAN,
    'notes.md': '# notes\n',
  });
  symlinkSync('nowhere', path.join(directory, 'link.ts'));
  const run = runCli(['.', 'missing', 'missing.ts', 'notes.md'], { directory });
  expect(run.code).toBe(2);
  expect(run.out).toContain('a.ts\n  3:15  error');
  expect(run.out).toContain('2 files checked, 1 error in 1 file; 6 paths could not be checked\n');
  expect(run.complaints).toEqual([
    'lostcancel: link.ts: cannot be read: it is a symbolic link that leads nowhere',
    'lostcancel: missing: cannot be read: no such file or directory',
    'lostcancel: missing.ts: cannot be read: no such file or directory',
    'lostcancel: notes.md: is not a JavaScript or TypeScript file',
    'lostcancel: broken.mjs:1:11: does not parse: Unexpected token ;',
    expect.stringMatching(/^lostcancel: broken\.tsx:1:\d+: does not parse: \S.*$/u),
  ]);
});

test('links that form a cycle end the search nowhere', () => {
  const directory = folder({ 'src/a.ts': CLEAN });
  symlinkSync('..', path.join(directory, 'src', 'up'));
  symlinkSync('loop.ts', path.join(directory, 'src', 'loop.ts'));
  expect(runCli([], { directory })).toEqual({
    code: 2,
    out: '1 file checked, nothing found; 1 path could not be checked\n',
    complaints: [
      'lostcancel: src/loop.ts: cannot be read: it is a symbolic link that leads nowhere',
    ],
  });
});

test('a folder without a file to check is a mistake on the command line', () => {
  const directory = folder({ 'notes.md': '# notes\n' });
  expect(runCli([], { directory })).toEqual({
    code: 2,
    out: '',
    complaints: ['lostcancel: .: no JavaScript or TypeScript files to check'],
  });
});

test('a wrong command line is one line, and nothing is checked', () => {
  const directory = folder({ 'a.ts': LEAK });
  const complaint = (...words: string[]): string | undefined => {
    const { code, out, complaints } = runCli(words, { directory });
    expect({ code, out, lines: complaints.length }).toEqual({ code: 2, out: '', lines: 1 });
    return complaints[0];
  };
  expect(complaint('--colour')).toBe(
    "lostcancel: Unknown option '--colour' (lostcancel --help lists the options)",
  );
  expect(complaint('--format', 'xml')).toContain("--format 'xml' is unknown");
  expect(complaint('--rule', 'no-lost-cancel:{"throws":"never"}')).toBe(
    'lostcancel: --rule no-lost-cancel: "throws" is "never", it must be one of "explicit", "await", "call"',
  );
  expect(complaint('--rule', 'no-lost-cancel:{"trows":"call"}')).toMatch(
    /^lostcancel: --rule no-lost-cancel: .*Unexpected property "trows"/u,
  );
});

test('--help and --version', () => {
  const directory = folder({});
  const help = runCli(['--help', 'missing'], { directory });
  expect(help).toMatchObject({ code: 0, complaints: [] });
  for (const option of ['--format', '--rule', '--max-warnings', '--help', '--version']) {
    expect(help.out).toContain(`  ${option}`);
  }
  expect(runCli(['--version'], { directory }).out).toMatch(/^\d+\.\d+\.\d+\n$/u);
});

test('colours only where they are wanted', () => {
  const directory = folder({ 'a.ts': LEAK });
  const out = (environment: Readonly<Record<string, string>>): string =>
    runCli([], { directory, environment }).out;
  expect(out({})).not.toContain('\u001B');
  expect(out({ NO_COLOR: '1' })).not.toContain('\u001B');
  expect(out({ FORCE_COLOR: '1' })).toContain('\u001B[31merror\u001B[39m');
});

test('a reader that closes the pipe early is no failure', () => {
  const directory = folder(
    Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`${String(i)}.ts`, LEAK])),
  );
  const pipe = `const { spawnSync } = require('node:child_process');
    const { stderr } = spawnSync('sh', ['-c', '"$0" "$1" | head -1', process.execPath, ${JSON.stringify(builtCli)}]);
    process.stderr.write(stderr);`;
  expect(runCli([], { directory, script: ['-e', pipe] }).complaints).toEqual([]);
});
