import { expect, test } from 'vitest';
import { renderGithub } from '../../src/cli/github.ts';
import type { Report } from '../../src/cli/result.ts';
import { folder, LEAK, runHere } from './support.ts';

test('lostcancel --format github annotates the line', async () => {
  const run = await runHere(['--format', 'github'], folder({ 'src/a.ts': LEAK }));
  expect(run.code).toBe(1);
  expect(run.out).toMatch(
    /^::error title=lostcancel\/no-lost-cancel,file=src\/a\.ts,line=3,endLine=3,col=15,endColumn=21::`cancel` is never called: .*\n$/u,
  );
});

test('what would end a command or a property is escaped', () => {
  const range = { line: 1, column: 2, endLine: 3, endColumn: 4 };
  const report: Report = {
    ...{ path: 'a,b:c%.ts', ...range, rule: 'no-x', messageId: undefined, steps: [] },
    ...{ severity: 'warning', message: 'half %\nof a:line' },
  };
  const text = renderGithub({ files: 1, reports: [report], problems: [], sources: new Map() });
  expect(text).toBe(
    '::warning title=lostcancel/no-x,file=a%2Cb%3Ac%25.ts,line=1,endLine=3::half %25%0Aof a:line\n',
  );
});
