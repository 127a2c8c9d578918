// @ts-check
/**
 * What the recommended preset adds to ESLint with the same parser and no rules, on the TypeScript sources of published
 * packages; and what as many rules add that do nothing at all. All run in this process over the same files, file by
 * file in turn.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { ESLint } from 'eslint';

import plugin from '../dist/index.js';
import { interleave, median } from './measure.mjs';
import { PARSE_ONLY } from './parsing.mjs';

const PACKAGES = ['effect', 'ethers', 'openai', 'rxjs', 'viem'];

/** Files of one package at most, evenly spaced over all of them. */
const FILES = 160;

/** Passes over all files before anything is measured: V8 compiles what it has seen often. */
const WARM_UP = 3;

/**
 * @typedef {object} Overhead
 * @property {string} name
 * @property {number} files
 * @property {number} lines
 * @property {number} reports
 * @property {number} baseMs ESLint without rules, all files.
 * @property {number} ratio Time with the preset / time without rules, of the quickest round of each file.
 * @property {number} idle The same for rules that do nothing: what ESLint itself takes for having rules.
 * @property {number} paired Median over the rounds of the same ratio within one round: how steady the machine is.
 */

/** @param {string} name */
function sourcesOf(name) {
  const root = new URL(`node_modules/${name}/`, import.meta.url);
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.d)\.tsx?$/.test(entry.name))
    .map((entry) => path.relative(fileURLToPath(root), path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.split(path.sep).includes('node_modules'))
    .sort();
  const step = Math.max(1, paths.length / FILES);
  const chosen = Array.from(
    { length: Math.min(FILES, paths.length) },
    (_, i) => paths[Math.floor(i * step)] ?? '',
  );
  return chosen.map((file) => ({
    filename: `${name}/${file}`,
    text: readFileSync(new URL(file, root), 'utf8'),
  }));
}

/** The rules of the preset, doing nothing. */
function idlePreset() {
  const { rules = {} } = plugin.configs.recommended;
  const names = Object.keys(rules).map((name) => name.replace(/^.*\//, ''));
  return {
    plugins: {
      idle: { rules: Object.fromEntries(names.map((name) => [name, { create: () => ({}) }])) },
    },
    rules: Object.fromEntries(
      names.map((name) => [`idle/${name}`, /** @type {const} */ ('error')]),
    ),
  };
}

/** ESLint as its command line runs it: the configuration is read and checked once, not for every file. */
function lintWith(/** @type {import('eslint').Linter.Config[]} */ config) {
  const eslint = new ESLint({
    overrideConfigFile: true,
    baseConfig: config,
    allowInlineConfig: false,
  });
  return async (/** @type {readonly { filename: string, text: string }[]} */ files) => {
    let reports = 0;
    for (const { filename, text } of files) {
      for (const { messages } of await eslint.lintText(text, { filePath: filename })) {
        const fatal = messages.find((message) => message.fatal || message.ruleId === null);
        if (fatal) throw new Error(`${filename}: ${fatal.message}`);
        reports += messages.length;
      }
    }
    return reports;
  };
}

/** @param {string} name @param {number} rounds @returns {Promise<Overhead>} */
async function overheadOn(name, rounds) {
  const files = sourcesOf(name);
  if (files.length === 0) throw new Error(`${name} ships no TypeScript sources`);
  const base = lintWith([PARSE_ONLY]);
  const preset = lintWith([PARSE_ONLY, plugin.configs.recommended]);
  const idle = lintWith([PARSE_ONLY, idlePreset()]);
  let reports = 0;
  for (let pass = 0; pass < WARM_UP; pass += 1) {
    reports = await preset(files);
    await base(files);
    await idle(files);
  }

  const sums = () => new Array(rounds).fill(0);
  const all = { base: sums(), preset: sums(), idle: sums() };
  const best = { base: 0, preset: 0, idle: 0 };
  for (const file of files) {
    // Declared `async`: tinybench calls any other function once more, at the same time, to see whether it is.
    const times = await interleave(
      {
        base: async () => void (await base([file])),
        preset: async () => void (await preset([file])),
        idle: async () => void (await idle([file])),
      },
      rounds,
    );
    for (const variant of /** @type {const} */ (['base', 'preset', 'idle'])) {
      const measured = times[variant] ?? [];
      best[variant] += Math.min(...measured);
      measured.forEach((ms, round) => (all[variant][round] += ms));
    }
  }
  return {
    name,
    files: files.length,
    lines: files.reduce((sum, { text }) => sum + text.split('\n').length, 0),
    reports,
    baseMs: best.base,
    ratio: best.preset / best.base,
    idle: best.idle / best.base,
    paired: median(all.base.map((ms, round) => all.preset[round] / ms)),
  };
}

/** @param {number} rounds @param {(overhead: Overhead) => void} done */
export async function overheadOfAll(rounds, done) {
  for (const name of PACKAGES) done(await overheadOn(name, rounds));
}
