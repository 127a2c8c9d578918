/**
 * docs/comparison.md is written from recorded results. Those of other linters are measured by `npm run compare` only;
 * ours are measured here, so that the page cannot claim what is no longer so.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ourVerdicts, snippets } from '../comparison/ours.mjs';
import plugin from '../src/index.ts';
import { repository } from './cli/support.ts';
import { readResults } from './support/comparison.ts';

test('each mistake has a cure beside it, and each kind of mistake more than one', () => {
  const counts = new Map<string, number>();
  for (const file of snippets.filter((it) => it.endsWith('.mistake.ts'))) {
    expect(snippets).toContain(file.replace('.mistake.', '.cure.'));
    const kind = path.dirname(file);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  expect(snippets.length % 2).toBe(0);
  expect([...counts].filter(([, count]) => count < 2)).toEqual([]);
});

test('what the page says of this plugin is so, and every cure is silent', async () => {
  const ours = await ourVerdicts(plugin);
  expect(ours).toEqual(readResults().ours);
  const spoken = Object.values(ours).flatMap((verdicts) => Object.keys(verdicts));
  expect(spoken.filter((file) => file.includes('.cure.'))).toEqual([]);
});

test('the linters were measured in the versions that would be installed', () => {
  const text = readFileSync(path.join(repository, 'comparison/package.json'), 'utf8');
  const { devDependencies } = JSON.parse(text) as { devDependencies: Record<string, string> };
  const measured = readResults().peers.map((peer) => [peer.package, peer.version]);
  expect(measured).toEqual(measured.map(([name = '']) => [name, devDependencies[name]]));
});
