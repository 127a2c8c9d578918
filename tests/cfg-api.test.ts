/**
 * `eslint-plugin-lostcancel/cfg` as others use it: the rules of docs/cfg.md, imported through the package's own name,
 * and the page itself, which must name all that there is.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as parser from '@typescript-eslint/parser';
import { Linter, type Rule } from 'eslint';
import { describe, expect, test } from 'vitest';
import { fencesOf, textOf } from './support/pages.ts';

async function importRule(name: string): Promise<Rule.RuleModule> {
  const file = path.join(import.meta.dirname, 'cfg-api', `${name}.js`);
  const { default: rule } = (await import(file)) as { default: Rule.RuleModule };
  return rule;
}

/** Each report as `line: message`. */
async function lint(name: string, code: string): Promise<readonly string[]> {
  const config: Linter.Config = {
    files: ['**/*.ts'],
    languageOptions: { parser },
    plugins: { own: { rules: { rule: await importRule(name) } } },
    rules: { 'own/rule': 'error' },
  };
  const reports = new Linter().verify(code, config, 'a.ts');
  return reports.map(({ line, message }) => `${line}: ${message}`);
}

/** What the rule says of these statements in a function. */
function verdict(name: string, lines: readonly string[]): Promise<readonly string[]> {
  return lint(name, ['async function f(p, q) {', ...lines, '}'].join('\n'));
}

describe('no-dead-code', () => {
  test.each([
    ['a call that never returns', ["fail('x');", 'p();'], ['3: No path leads here.']],
    ['in an expression', ["const v = p ?? fail('x');", 'q(v);'], []],
    ['on both arms', ["if (p) fail('x');", 'else return;', 'q();'], ['4: No path leads here.']],
    ['a loop that nothing leaves', ['while (true) await p();', 'q();'], ['3: No path leads here.']],
    ['a loop with a break', ['while (true) if (await p()) break;', 'q();'], []],
    [
      'behind a finally that returns',
      ['try { p(); } finally { return; }', 'q();'],
      ['3: No path leads here.'],
    ],
  ])('%s', async (_, lines, expected) => {
    expect(await verdict('no-dead-code', lines)).toEqual(expected);
  });
});

describe('no-held-lock', () => {
  test.each([
    ['never unlocked', ['lock();', 'p();'], ['2: Still locked at the end: straight on.']],
    ['unlocked', ['lock();', 'p();', 'unlock();'], []],
    [
      'an early return',
      ['lock();', 'if (p) return;', 'unlock();'],
      ['2: Still locked at the end: true on line 3.'],
    ],
    [
      'a rejection',
      ['lock();', 'await p();', 'unlock();'],
      ['2: Still locked at the end: throw on line 3.'],
    ],
    ['finally', ['lock();', 'try { await p(); } finally { unlock(); }'], []],
    ['an await before the lock', ['await p();', 'lock();', 'unlock();'], []],
    ['a lock that fails', ['try { lock(); } catch { return; }', 'unlock();'], []],
    [
      'a lock in a try that fails later',
      ['try { lock(); p(); } catch { return; }', 'unlock();'],
      ['2: Still locked at the end: throw on line 2.'],
    ],
    [
      'a function inside is a function of its own',
      ['const g = () => { unlock(); };', 'lock();', 'g();'],
      ['3: Still locked at the end: straight on.'],
    ],
  ])('%s', async (_, lines, expected) => {
    expect(await verdict('no-held-lock', lines)).toEqual(expected);
  });
});

describe('what docs/cfg.md says of its examples', () => {
  const [dead = '', locked = ''] = fencesOf('docs/cfg.md')
    .filter(({ language }) => language === 'ts')
    .map(({ code }) => code);

  test('code that is never reached', async () => {
    expect(await lint('no-dead-code', dead)).toEqual([
      '4: No path leads here.',
      '9: No path leads here.',
    ]);
  });

  test('the path on which the lock is held', async () => {
    expect(await lint('no-held-lock', locked)).toEqual([
      '2: Still locked at the end: true on line 3.',
    ]);
    const shorter = locked.replace('  if (p.isEmpty) return;\n', '');
    expect(await lint('no-held-lock', shorter)).toEqual([
      '2: Still locked at the end: throw on line 3.',
    ]);
  });
});

describe('the interface', () => {
  const source = readFileSync(path.join(import.meta.dirname, '..', 'src', 'cfg-api.ts'), 'utf8');
  const exported = (keyword: string): readonly string[] =>
    [...source.matchAll(new RegExp(`export ${keyword}\\{(?<names>[^}]*)\\}`, 'gu'))]
      .flatMap(({ groups }) => (groups?.['names'] ?? '').split(','))
      .map((name) => name.trim())
      .filter((name) => name !== '');

  test('has the values that the page says, each under a heading of its own', async () => {
    const built = await import('eslint-plugin-lostcancel/cfg');
    const headings = [...textOf('docs/cfg.md').matchAll(/^### `(?<name>\w+)\(/gmu)];
    const names = headings.map(({ groups }) => groups?.['name'] ?? '');
    expect(Object.keys(built).sort()).toEqual(names.toSorted());
    expect(exported('').toSorted()).toEqual(names.toSorted());
  });

  test.each(exported('type '))('the page explains the type %s', (name) => {
    expect(textOf('docs/cfg.md')).toContain(`\`${name}\``);
  });
});
