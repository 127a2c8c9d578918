import { expect, test } from 'vitest';
import { applySettings } from '../../src/cli/config.ts';
import { createProgress } from '../../src/cli/progress.ts';
import { renderStylish } from '../../src/cli/render.ts';
import type { Report } from '../../src/cli/result.ts';

function reportAt(column: number, line: number): Report {
  const range = { line, column, endLine: line, endColumn: column + 6 };
  return {
    path: 'a.js',
    ...range,
    rule: 'no-lost-cancel',
    messageId: 'missed',
    severity: 'warning',
    message: 'lost',
    steps: [{ ...range, message: 'here' }],
  };
}

function render(source: string, reports: readonly Report[]): readonly string[] {
  const sources = new Map([['a.js', source]]);
  return renderStylish({ files: 1, reports, problems: [], sources }).split('\n');
}

test('of a very long line only the surroundings of the step are shown', () => {
  const source = `${'before();'.repeat(5000)}cancel();${'after();'.repeat(5000)}`;
  const lines = render(source, [reportAt(45_001, 1)]);
  const code = lines[3] ?? '';
  const marker = lines[4] ?? '';
  expect(code.length).toBeLessThan(160);
  expect(code.slice(marker.indexOf('^'), marker.lastIndexOf('^') + 1)).toBe('cancel');
});

test('a step past the end of its line, or on a line with a carriage return, has a marker', () => {
  const lines = render('first\r\nreturn;\r\n', [reportAt(1, 2), reportAt(1, 9)]);
  expect(lines.slice(3, 5)).toEqual(['    > 2 | return;', '        | ^^^^^^ here']);
  expect(lines.slice(8, 10)).toEqual(['    > 9 |', '        | ^ here']);
});

test('frames of one path stand below each other', () => {
  const report = reportAt(1, 9);
  const steps = [9, 10].map((line) => ({ ...report, line, endLine: line, message: 'here' }));
  const lines = render('\n'.repeat(8) + 'cancel\ncancel', [{ ...report, steps }]);
  expect(lines.slice(3, 7)).toEqual([
    '     > 9 | cancel',
    '         | ^^^^^^ here',
    '    > 10 | cancel',
    '         | ^^^^^^ here',
  ]);
});

test('progress is one line on a terminal and nothing elsewhere', () => {
  const record = (isTTY: boolean): readonly string[] => {
    const calls: string[] = [];
    const note = (call: string) => (): boolean => calls.push(call) > 0;
    let time = 0;
    const progress = createProgress(
      {
        isTTY,
        columns: 10,
        write: (text: string | Uint8Array) => calls.push(`write ${String(text)}`) > 0,
        clearLine: note('clear'),
        cursorTo: note('home'),
      },
      () => time,
    );
    progress.show('1/3 a/long/name.ts');
    progress.show('2/3 too soon');
    time = 1000;
    progress.show('3/3 c.ts');
    progress.clear();
    return calls;
  };
  expect(record(false)).toEqual([]);
  expect(record(true)).toEqual([
    ...['home', 'clear', 'write 1/3 a/lon'],
    ...['home', 'clear', 'write 3/3 c.ts'],
    ...['home', 'clear'],
  ]);
});

test('settings are laid over the preset: severity and options on their own, the later wins', () => {
  const setting = { rule: 'a', severity: undefined, options: undefined };
  const preset = { 'lostcancel/a': 'error', 'lostcancel/b': ['warn', { x: 1 }] } as const;
  const settings = [
    { ...setting, options: { y: 1 } },
    { ...setting, severity: 'warn' },
    { ...setting, rule: 'b', options: { x: 2 } },
    { ...setting, rule: 'c', options: { z: 1 } },
  ] as const;
  expect(applySettings({ ...preset, 'lostcancel/b': ['warn', { x: 1 }] }, settings)).toEqual({
    'lostcancel/a': ['warn', { y: 1 }],
    'lostcancel/b': ['warn', { x: 2 }],
    'lostcancel/c': ['error', { z: 1 }],
  });
});
