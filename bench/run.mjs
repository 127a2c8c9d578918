// @ts-check
/**
 * npm run bench: prints the tables of docs/performance.md and exits 1 when a target is missed.
 *
 *   --no-gate         print only
 *   --only overhead   one part: overhead or growth
 *   --shape <text>    only the shapes whose name holds the text
 *   --write           put the tables into docs/performance.md
 */
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';

import { measuredGrowth } from './growth.mjs';
import { overheadOfAll } from './overhead.mjs';

const TARGETS = { overhead: 1.05, exponent: 1.2, hundredDeepMs: 50 };

const ROUNDS = 9;

const { values: args } = parseArgs({
  options: {
    'no-gate': { type: 'boolean', default: false },
    only: { type: 'string' },
    shape: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

/** @type {string[]} */
const missed = [];
/** @type {string[]} */
const lines = [];

/** @param {string} line */
function print(line) {
  lines.push(line);
  console.log(line);
}

/** @param {boolean} met @param {string} what */
function judge(met, what) {
  if (!met) missed.push(what);
  return met ? 'yes' : '**no**';
}

const percent = (/** @type {number} */ ratio) =>
  `${ratio >= 1 ? '+' : '−'}${Math.abs((ratio - 1) * 100).toFixed(1)} %`;

async function overhead() {
  print(
    '| package | files | lines | reports | no rules | preset adds | idle rules add | paired median | ≤ 5 % |',
  );
  print('| --- | --: | --: | --: | --: | --: | --: | --: | --- |');
  await overheadOfAll(ROUNDS, (result) => {
    const met = judge(
      result.ratio <= TARGETS.overhead,
      `overhead on ${result.name}: ${percent(result.ratio)}`,
    );
    print(
      `| ${result.name} | ${result.files} | ${result.lines} | ${result.reports} | ${result.baseMs.toFixed(0)} ms | ` +
        `${percent(result.ratio)} | ${percent(result.idle)} | ${percent(result.paired)} | ${met} |`,
    );
  });
}

async function growth() {
  print('| shape | n | findings | analysis | of parsing | exponent | ≤ 1.2 |');
  print('| --- | --: | --: | --: | --: | --: | --- |');
  let hundredDeep = NaN;
  await measuredGrowth(args.shape, ({ name, points, exponent, findings, wrong }) => {
    missed.push(...wrong);
    if (name === 'try/finally, nested') {
      hundredDeep = points.find(({ n }) => n === 100)?.ms ?? NaN;
    }
    const last = points.at(-1);
    if (!last) return;
    const met = judge(exponent <= TARGETS.exponent, `growth of ${name}: n^${exponent.toFixed(2)}`);
    print(
      `| ${name} | ${last.n} | ${findings} | ${last.ms.toFixed(2)} ms | ` +
        `${((last.ms / last.parseMs) * 100).toFixed(0)} % | ${exponent.toFixed(2)} | ${met} |`,
    );
  });
  if (args.shape !== undefined) return;
  const text = `A hundred \`try/finally\`, each in the one before: ${hundredDeep.toFixed(1)} ms`;
  const met = judge(hundredDeep < TARGETS.hundredDeepMs, text);
  print(`\n${text} (under 50 ms: ${met}).`);
}

/** Replaces what stands between the two markers. */
function write() {
  const page = new URL('../docs/performance.md', import.meta.url);
  const text = readFileSync(page, 'utf8');
  const [start, end] = ['<!-- begin results -->', '<!-- end results -->'];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error('docs/performance.md has no place for the results');
  writeFileSync(
    page,
    `${text.slice(0, from + start.length)}\n\n${lines.join('\n')}\n\n${text.slice(to)}`,
  );
}

print(`Node ${process.version}, ${os.cpus().length} × ${os.cpus()[0]?.model ?? 'unknown'}.`);
if (args.only !== 'growth') {
  print('\n### Overhead\n');
  await overhead();
}
if (args.only !== 'overhead') {
  print('\n### Growth\n');
  await growth();
}
if (args.write) write();
for (const miss of missed) console.error(`missed: ${miss}`);
if (missed.length > 0 && !args['no-gate']) process.exitCode = 1;
