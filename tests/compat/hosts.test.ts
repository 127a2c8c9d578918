/** The built plugin in ESLint 10 and 9, with three parsers, and through its command line: the same findings. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { beforeAll, describe, expect, it } from 'vitest';

interface Reported {
  readonly ruleId: string;
  readonly messageId: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

type Smoke = Readonly<Record<string, Readonly<Record<string, readonly Reported[]>>>> & {
  readonly 'command line': unknown;
};

const SMOKE = fileURLToPath(new URL('smoke.mjs', import.meta.url));

let smoke: Smoke;

beforeAll(() => {
  smoke = JSON.parse(execFileSync(process.execPath, [SMOKE], { encoding: 'utf8' })) as Smoke;
});

const short = (found: readonly Reported[] | undefined): readonly string[] =>
  (found ?? []).map(({ messageId, line }) => `${line} ${messageId}`);

describe('ESLint 10 with typescript-eslint', () => {
  it('reports every mistake', () => {
    expect(short(smoke['ESLint 10, typescript-eslint']?.['mistakes.js'])).toEqual([
      '2 missedOnThrow',
      '8 missed',
      '16 discarded',
      '21 neverReleased',
      '27 overwritten',
      '35 lostInIteration',
      '42 inlineToken',
    ]);
    expect(short(smoke['ESLint 10, typescript-eslint']?.['typed.ts'])).toEqual([
      '16 missedOnThrow',
    ]);
  });

  it('is silent on every cure', () => {
    expect(smoke['ESLint 10, typescript-eslint']?.['cures.js']).toEqual([]);
  });
});

describe.each([
  'ESLint 10, espree',
  'ESLint 9, typescript-eslint',
  'ESLint 9, espree',
  'ESLint 9, babel',
])('%s', (host) => {
  it('gives the same findings', () => {
    const reference = smoke['ESLint 10, typescript-eslint'];
    const found = smoke[host];
    expect(Object.keys(found ?? {})).toContain('mistakes.js');
    for (const [file, reports] of Object.entries(found ?? {})) {
      expect(reports, file).toEqual(reference?.[file]);
    }
  });
});

describe('the command line', () => {
  it('reports the same places', () => {
    const { code, output } = smoke['command line'] as { code: number; output: string };
    expect(code).toBe(1);
    for (const reports of Object.values(smoke['ESLint 10, typescript-eslint'] ?? {})) {
      for (const { line, column, message } of reports) {
        expect(output).toMatch(new RegExp(`\\b${line}:${column}\\b`));
        expect(output).toContain(message.split('. ')[0]);
      }
    }
  });
});
