// @ts-check
/**
 * npm run compare: every linter of peers.mjs over snippets/, each mistake beside its cure, into results.json.
 * docs/comparison.md is written from that (npm run docs:update), and tests/comparison.test.ts measures our part again.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import * as parser from '@typescript-eslint/parser';
import lostcancel from '../dist/index.js';

import { byFile, ourVerdicts, snippets, TYPED, withEslint } from './ours.mjs';
import { peers } from './peers.mjs';

/** @typedef {import('./peers.mjs').Peer} Peer */

const here = import.meta.dirname;

/** @param {Peer} peer */
function entriesOf({ prefix, rules }) {
  const entries = Object.entries(rules).map(([rule, options]) => [
    `${prefix}/${rule}`,
    options ? ['error', options] : 'error',
  ]);
  return Object.fromEntries(entries);
}

/** @param {Peer} peer */
async function inEslint(peer) {
  const loaded = await import(peer.package);
  const plugin = loaded.plugin ?? loaded.default ?? loaded;
  const languageOptions = { parser, parserOptions: peer.typed ? TYPED : {} };
  return withEslint(
    { plugins: { [peer.prefix]: plugin }, languageOptions, rules: entriesOf(peer) },
    peer.prefix,
  );
}

/**
 * @param {string} command
 * @param {readonly string[]} words
 * @returns {{ diagnostics: any[] }}
 */
function jsonOf(command, words) {
  const { stdout, stderr } = spawnSync(path.join(here, 'node_modules/.bin', command), words, {
    cwd: here,
    encoding: 'utf8',
  });
  if (!stdout.includes('{')) throw new Error(`${command}: ${stderr}`);
  return JSON.parse(stdout.slice(stdout.indexOf('{')));
}

/** @param {Peer} peer */
function inBiome({ rules }) {
  const known = Object.keys(rules);
  const only = known.map((rule) => `--only=nursery/${rule}`);
  const words = ['lint', '--reporter=json', '--max-diagnostics=none', ...only, ...snippets];
  return byFile(
    jsonOf('biome', words).diagnostics.map(({ category, location }) => [
      location.path,
      category.split('/').at(-1),
    ]),
  );
}

/** @param {Peer} peer */
function inOxlint(peer) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'comparison-'));
  try {
    const config = path.join(folder, 'oxlint.json');
    const settings = {
      plugins: [peer.prefix],
      categories: { correctness: 'off' },
      rules: entriesOf(peer),
    };
    writeFileSync(config, JSON.stringify(settings));
    const words = ['-c', config, '--type-aware', '--format=json', ...snippets];
    return byFile(
      jsonOf('oxlint', words).diagnostics.map(({ code, filename }) => [
        filename,
        /\((?<rule>.+)\)/u.exec(code)?.groups?.['rule'] ?? code,
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {string} name */
function versionOf(name) {
  const file = path.join(here, 'node_modules', name, 'package.json');
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

const RUNNERS = { eslint: inEslint, biome: inBiome, oxlint: inOxlint };

const measured = [];
for (const peer of peers) {
  measured.push({
    name: peer.name,
    package: peer.package,
    version: versionOf(peer.package),
    typed: peer.typed,
    rules: Object.keys(peer.rules),
    verdicts: await RUNNERS[peer.runner](peer),
  });
}
const results = { ours: await ourVerdicts(lostcancel), peers: measured };
writeFileSync(path.join(here, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
