/** Every valid program of test262-parser-tests by the two parsers that most users have. */
import { describe, expect, it, vi } from 'vitest';

import { programs, run } from './test262.ts';

// One test is thousands of programs.
vi.setConfig({ testTimeout: 300_000 });

describe('test262-parser-tests/pass', () => {
  const sources = programs('pass');

  it.each([
    ['espree', 0],
    // Legacy octals, HTML-like comments and the like, for which TypeScript reports an error.
    ['typescript-eslint', 47],
  ] as const)('by %s, which rejects %i', (parser, rejected) => {
    const tally = run(sources, parser, 'with handles');
    expect(tally.broken).toEqual([]);
    expect(tally.flaws).toEqual([]);
    expect(tally.incomplete).toEqual([]);
    expect(tally.rejected.length).toBe(rejected);
    expect(tally.graphs).toBeGreaterThan(10_000);
    expect(tally.findings).toBeGreaterThan(5_000);
  });
});
