/**
 * No shape of code makes the analysis quadratic. A rough guard that runs with every test; the exponents are measured by
 * `npm run bench`.
 */
import { describe, expect, it } from 'vitest';

import { RULE_SHAPES } from '../../bench/rule-shapes.mjs';
import { SHAPES, withoutReleases, type MeasuredRule } from '../../bench/shapes.mjs';
import { findLeakedListeners } from '../../src/analysis/signals/abort-listeners.ts';
import { findLeakedTimers } from '../../src/analysis/timers/leaked-timers.ts';
import { findLoopRaces } from '../../src/analysis/signals/loop-races.ts';
import { findLostCancels } from '../../src/analysis/handles/lost-cancels.ts';
import { findBackgroundSignals } from '../../src/analysis/signals/background.ts';
import { findPrematureCancels } from '../../src/analysis/signals/premature-cancels.ts';
import { findUnstoppableTasks } from '../../src/analysis/tasks/tasks.ts';
import { asTypeScript, parse } from './parsers.ts';

/** Eight times the size: linear takes 8 times as long, n^1.2 takes 12 times, quadratic 64 times. */
const FACTOR = 8;
const MOST = 30;

/** What a garbage collection or the compiler may add to the small one. */
const NOISE_MS = 2;

type SourceCode = ReturnType<typeof asTypeScript>;

const ANALYSES: Readonly<Record<MeasuredRule, (sourceCode: SourceCode) => readonly unknown[]>> = {
  'no-lost-cancel': (code) => findLostCancels(code, { throws: 'await', helpers: 'can-release' }),
  'no-unstoppable-task': (code) =>
    findUnstoppableTasks(code, { moduleLevel: 'allow', foreignIterables: 'allow' }),
  'no-leaked-timer': (code) =>
    findLeakedTimers(code, {
      throws: 'await',
      unref: 'allow',
      sleepHelpers: [],
      timerFunctions: [],
    }),
  'no-leaked-abort-listener': (code) => findLeakedListeners(code, { throws: 'await' }),
  'no-race-in-loop': findLoopRaces,
  'no-premature-cancel': findPrematureCancels,
  'no-request-signal-in-background': findBackgroundSignals,
};

function findingsIn(text: string, rule: MeasuredRule = 'no-lost-cancel'): number {
  const parsed = parse({ path: 'growth.js', text, sourceType: 'module' }, 'espree');
  if (parsed.kind === 'rejected') throw new Error(parsed.message);
  return ANALYSES[rule](asTypeScript(parsed.sourceCode)).length;
}

function time(text: string, rule: MeasuredRule = 'no-lost-cancel'): number {
  const source = { path: 'growth.js', text, sourceType: 'module' } as const;
  let best = Infinity;
  for (let round = 0; round < 5; round += 1) {
    // The analysis of a file is kept with its SourceCode: each round needs a new one.
    const parsed = parse(source, 'espree');
    if (parsed.kind === 'rejected') throw new Error(parsed.message);
    const start = process.cpuUsage();
    ANALYSES[rule](asTypeScript(parsed.sourceCode));
    // The clock would also measure what else the machine does.
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

const sizeOf = (deepest = 800): number => Math.min(deepest, 800);

const CASES = SHAPES.map((shape) => [shape.name, shape] as const);
const ALL = [...SHAPES, ...RULE_SHAPES].map((shape) => [shape.name, shape] as const);

describe('large code has its verdict', () => {
  it.each(ALL)('%s', (_, shape) => {
    const n = sizeOf(shape.deepest);
    expect(findingsIn(shape.source(n), shape.rule)).toBe(shape.findings?.(n) ?? 0);
  });
});

describe('large code without a release has another', () => {
  it.each(CASES)('%s', (_, shape) => {
    // Each handle is followed to the end of the function: half the size takes a quarter of the time.
    const source = shape.source(shape.followed ?? Math.min(sizeOf(shape.deepest), 400));
    const handles = source.split('withCancel(').length - 1;
    expect(findingsIn(withoutReleases(source))).toBe(handles);
  });
});

describe('eight times the code takes no more than thirty times as long', () => {
  it.each(ALL)('%s', (_, shape) => {
    const large = sizeOf(shape.deepest);
    const small = time(shape.source(Math.floor(large / FACTOR)), shape.rule);
    expect(time(shape.source(large), shape.rule)).toBeLessThan(MOST * (small + NOISE_MS));
  });
});
