/**
 * The documents cannot lie: what a program can write is as it would write it (tests/support/pages.ts), every code fence
 * is linted with every rule, and every link leads somewhere.
 *
 * The words after the language of a fence say what must come of it:
 *
 * - `ts good`, or nothing: it parses and no rule speaks.
 * - `ts bad no-lost-cancel`: it parses and this rule speaks, no other. On the page of a rule, docs/rules/<id>.md, the
 *   name may be left out. A rule that does not exist yet must be silent, of course.
 * - `ts bad planned no-lost-cancel`: the same, but the rule cannot see it yet and must be silent.
 * - `options={"throws":"call"}`: the option of that rule for this fence, without spaces. All others have their defaults.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as typescriptParser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import { describe, expect, test } from 'vitest';
import plugin from '../src/index.ts';
import { cancelTuple } from '../src/resources/builtin/cancel-tuple.ts';
import { repository } from './cli/support.ts';
import {
  at,
  fencesOf,
  optionsOf,
  pages,
  regenerate,
  ruleOf,
  textOf,
  type Fence,
} from './support/pages.ts';

const rules = Object.keys(plugin.rules);
const TYPESCRIPT = new Set(['ts', 'tsx', 'mts', 'cts']);
const JAVASCRIPT = new Set(['js', 'jsx', 'mjs', 'cjs']);
const OTHERS = new Set(['text', 'sh', 'yaml', 'diff', 'dot', 'mermaid', '']);

/** The rules that must speak. */
function expectedOf(fence: Fence): readonly string[] {
  const [verdict, ...named] = fence.words.filter((word) => !word.includes('='));
  if (verdict !== 'bad') {
    expect([undefined, 'good']).toContain(verdict);
    return [];
  }
  if (named[0] === 'planned') return [];
  const speaking = named.length > 0 ? named : [ruleOf(fence.page) ?? `${at(fence)} names no rule`];
  return speaking.filter((rule) => rules.includes(rule) || rule.includes(' '));
}

function lint(fence: Fence): readonly Linter.LintMessage[] {
  const options = optionsOf(fence);
  const settings = rules.map((rule): [string, Linter.RuleEntry] => {
    const own = options?.rule === rule ? [JSON.parse(options.json) as object] : [];
    return [`lostcancel/${rule}`, ['error', ...own]];
  });
  const config: Linter.Config = {
    files: ['**/fence.*'],
    plugins: { lostcancel: plugin },
    rules: Object.fromEntries(settings),
    languageOptions: {
      parserOptions: { ecmaFeatures: { jsx: true } },
      ...(TYPESCRIPT.has(fence.language) ? { parser: typescriptParser } : {}),
    },
  };
  return new Linter().verify(fence.code, [config], { filename: `fence.${fence.language}` });
}

function check(fence: Fence): void {
  if (fence.language === 'json') {
    expect(() => JSON.parse(fence.code) as unknown).not.toThrow();
    return;
  }
  if (!TYPESCRIPT.has(fence.language) && !JAVASCRIPT.has(fence.language)) {
    expect(OTHERS).toContain(fence.language);
    return;
  }
  const messages = lint(fence);
  expect(messages.filter(({ fatal }) => fatal)).toEqual([]);
  const speaking = new Set(messages.map(({ ruleId }) => ruleId?.replace('lostcancel/', '')));
  expect([...speaking].sort()).toEqual([...expectedOf(fence)].sort());
}

function headingsOf(page: string): readonly string[] {
  return [...textOf(page).matchAll(/^#+ (?<heading>.+)$/gmu)].map(({ groups }) =>
    (groups?.['heading'] ?? '')
      .toLowerCase()
      .replaceAll(/[^\w\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Why a link of the page leads nowhere. */
function broken(page: string, link: string): readonly string[] {
  if (/^[a-z]+:/u.test(link)) return [];
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
  if (!existsSync(path.join(repository, target))) return [`${link}: no such file`];
  if (anchor === undefined || headingsOf(target).includes(anchor)) return [];
  return [`${link}: no such heading`];
}

describe.each(pages)('%s', (page) => {
  test('holds what would be generated now (npm run docs:update writes it)', async () => {
    await expect(regenerate(page)).toMatchFileSnapshot(path.join(repository, page));
  });

  test.for(fencesOf(page).map((fence) => [`line ${fence.line}`, fence] as const))(
    '%s is as it says',
    ([, fence]) => {
      check(fence);
    },
  );

  test('has links that lead somewhere', () => {
    const links = [...textOf(page).matchAll(/\]\((?<link>[^)\s]+)\)/gu)];
    expect(links.flatMap(({ groups }) => broken(page, groups?.['link'] ?? ''))).toEqual([]);
  });
});

test('the protocol in CONTRIBUTING.md has the fields that a protocol has', () => {
  const code = fencesOf('CONTRIBUTING.md').find(({ language }) => language === 'ts')?.code ?? '';
  const fields = [...code.matchAll(/^ {2}(?<field>\w+): /gmu)].map(
    ({ groups }) => groups?.['field'],
  );
  expect(fields).toEqual(Object.keys(cancelTuple));
});

test('the README leads to every page, and docs/precision.md to those of its parts', () => {
  const linked = [
    ...textOf('README.md').matchAll(/\]\((?<file>docs\/[^)#]+)/gu),
    ...textOf('docs/precision.md').matchAll(/\]\((?<file>precision\/[^)#]+)/gu),
  ];
  const files = new Set(
    linked.map(({ groups }) => groups?.['file']?.replace(/^precision\//, 'docs/precision/')),
  );
  expect(pages.filter((page) => page.startsWith('docs/') && !files.has(page))).toEqual([]);
});

test('docs/how-it-works.md names limits that are there', () => {
  const limits = [
    ...textOf('docs/how-it-works.md').matchAll(/`(?<name>\w+)` in `(?<file>[^`]+)`/gu),
  ];
  const missing = limits.filter(({ groups }) => {
    const { name = '', file = '' } = groups ?? {};
    return !new RegExp(`\\b(?:const|function) ${name}\\b`, 'u').test(textOf(`src/${file}`));
  });
  expect(limits.length).toBeGreaterThan(0);
  expect(missing.map(([words]) => words)).toEqual([]);
});

describe.each(rules)('the page of %s', (rule) => {
  const page = `docs/rules/${rule}.md`;

  test('is there and has the sections that a page of a rule has', () => {
    expect(pages).toContain(page);
    const headings = headingsOf(page);
    const options = plugin.rules[rule as keyof typeof plugin.rules].meta?.schema;
    const expected = [
      'how-it-decides',
      ...(Array.isArray(options) && options.length > 0 ? ['options'] : []),
      'known-limits',
      'when-not-to-use-it',
      'related',
    ];
    expect(headings.filter((heading) => expected.includes(heading))).toEqual(expected);
    expect(textOf(page)).toContain('<!-- begin known limits -->');
    expect(textOf(page)).toContain('\n```text output\n');
  });

  test('has a rule that the changelog names', () => {
    expect(textOf('CHANGELOG.md')).toContain(`\n- \`${rule}\`: `);
  });

  test('shows a mistake and its cure', () => {
    const verdicts = fencesOf(page).map(({ words }) => words[0]);
    expect(verdicts).toContain('bad');
    expect(verdicts).toContain('good');
  });
});
