/**
 * The proofs: programs that show a leak happen, and gone after the cure. Each ends by itself within ten seconds, and the
 * page of its rule quotes what it prints.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { repository } from './cli/support.ts';

const proofs = path.join(repository, 'docs/proofs');
const rules = readdirSync(proofs)
  .filter((file) => file.startsWith('no-') && file.endsWith('.mjs'))
  .map((file) => path.basename(file, '.mjs'));

test('there are proofs', () => {
  expect(rules.length).toBeGreaterThan(0);
});

test.each(rules)('%s: the page quotes what its proof prints', (rule) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(proofs, `${rule}.mjs`)],
    { encoding: 'utf8', timeout: 10_000 },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const page = readFileSync(path.join(repository, `docs/rules/${rule}.md`), 'utf8');
  expect(page).toContain(`\`\`\`text\n${stdout}\`\`\``);
});
