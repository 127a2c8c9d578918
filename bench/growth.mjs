// @ts-check
/**
 * How the analysis grows with the size of one function: one exponent for each shape, as a line of JSON.
 *
 *   node --expose-gc … growth.mjs [text in the name of the shape]
 *
 * The work is measured, not the collection of its garbage: a small run never meets the collector, a large one always
 * does, and the difference would look like growth. So `measuredGrowth` starts this file in a process of its own, with
 * room for all that one run allocates.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { findLeakedListeners } from '../dist/analysis/signals/abort-listeners.js';
import { findLeakedTimers } from '../dist/analysis/timers/leaked-timers.js';
import { findLoopRaces } from '../dist/analysis/signals/loop-races.js';
import { findLostCancels } from '../dist/analysis/handles/lost-cancels.js';
import { findBackgroundSignals } from '../dist/analysis/signals/background.js';
import { findPrematureCancels } from '../dist/analysis/signals/premature-cancels.js';
import { findUnstoppableTasks } from '../dist/analysis/tasks/tasks.js';
import plugin from '../dist/index.js';
import { exponent, timeOf } from './measure.mjs';
import { fresh, parse } from './parsing.mjs';
import { RULE_SHAPES } from './rule-shapes.mjs';
import { SHAPES, sizesOf } from './shapes.mjs';

/** Small sizes are ruled by fixed costs, which would flatter the exponent. */
const FITTED = 4;

const SAMPLES = 25;

const ROOM = ['--min-semi-space-size=256', '--max-semi-space-size=256', '--single-threaded-gc'];

/** @typedef {{ readonly n: number, readonly ms: number, readonly parseMs: number }} Point */

/**
 * @typedef {object} Growth
 * @property {string} name
 * @property {readonly Point[]} points
 * @property {number} exponent
 * @property {number} findings At the largest size.
 * @property {readonly string[]} wrong Verdicts that are not what the shape says: an analysis that gives up is fast.
 */

/** @type {Readonly<Record<import('./shapes.mjs').MeasuredRule, (sourceCode: any, options: any) => readonly unknown[]>>} */
const ANALYSES = {
  'no-lost-cancel': findLostCancels,
  'no-unstoppable-task': findUnstoppableTasks,
  'no-leaked-timer': findLeakedTimers,
  'no-leaked-abort-listener': findLeakedListeners,
  'no-race-in-loop': findLoopRaces,
  'no-premature-cancel': findPrematureCancels,
  'no-request-signal-in-background': findBackgroundSignals,
};

function collectGarbage() {
  if (!globalThis.gc) throw new Error('needs --expose-gc');
  globalThis.gc({ type: 'minor' });
}

/** @param {string} source @param {import('./shapes.mjs').MeasuredRule} rule */
async function measure(source, rule) {
  const parsed = parse(source);
  const options = plugin.rules[rule]?.meta.defaultOptions?.[0];
  let findings = 0;
  const ms = await timeOf(
    () => {
      const sourceCode = /** @type {any} */ (fresh(parsed));
      collectGarbage();
      return sourceCode;
    },
    (sourceCode) => {
      findings = ANALYSES[rule](sourceCode, options).length;
    },
    SAMPLES,
  );
  const parseMs = await timeOf(collectGarbage, () => void parse(source), 5);
  return { ms, parseMs, findings };
}

/** @param {import('./shapes.mjs').Shape} shape @returns {Promise<Growth>} */
async function growthOf(shape) {
  const { name, source, findings: expected = () => 0, rule = 'no-lost-cancel' } = shape;
  /** @type {Point[]} */
  const points = [];
  const wrong = [];
  let last = 0;
  // From the largest down, so that the small ones run compiled code too.
  for (const n of sizesOf(shape).toReversed()) {
    const { findings, ...point } = await measure(source(n), rule);
    if (points.length === 0) last = findings;
    points.unshift({ n, ...point });
    if (findings !== expected(n)) {
      wrong.push(`${name}, n = ${n}: ${findings} findings instead of ${expected(n)}`);
    }
  }
  return { name, points, exponent: exponent(points.slice(-FITTED)), findings: last, wrong };
}

/** @param {string | undefined} only */
async function printAll(only) {
  for (const shape of [...SHAPES, ...RULE_SHAPES]) {
    if (only === undefined || shape.name.includes(only)) {
      console.log(JSON.stringify(await growthOf(shape)));
    }
  }
}

/** @param {string | undefined} only @param {(growth: Growth) => void} done */
export async function measuredGrowth(only, done) {
  const file = fileURLToPath(import.meta.url);
  const args = ['--expose-gc', ...ROOM, file, ...(only === undefined ? [] : [only])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) done(JSON.parse(line));
  const [code] = await closed;
  if (code !== 0) throw new Error(`the measuring process ended with ${code}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await printAll(process.argv[2]);
