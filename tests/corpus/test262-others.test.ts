/**
 * The programs of test262-parser-tests by Babel, and in their second spelling (more parentheses and semicolons, the same
 * code, so no handles are put in) by all three parsers.
 */
import { describe, expect, it, vi } from 'vitest';

import { programs, run } from './test262.ts';

// One test is thousands of programs.
vi.setConfig({ testTimeout: 300_000 });

describe('test262-parser-tests/pass', () => {
  it('by babel', () => {
    const tally = run(programs('pass'), 'babel', 'with handles');
    expect(tally.broken).toEqual([]);
    expect(tally.flaws).toEqual([]);
    expect(tally.incomplete).toEqual([]);
    expect(tally.rejected).toEqual([]);
    expect(tally.findings).toBeGreaterThan(5_000);
  });
});

describe('test262-parser-tests/pass-explicit', () => {
  it.each([
    ['espree', 0],
    ['typescript-eslint', 10],
    ['babel', 0],
  ] as const)('by %s, which rejects %i', (parser, rejected) => {
    const tally = run(programs('pass-explicit'), parser, 'as it is');
    expect(tally.broken).toEqual([]);
    expect(tally.incomplete).toEqual([]);
    expect(tally.rejected.length).toBe(rejected);
  });
});
