/**
 * No rule can be half there: what a rule needs besides its source is checked here, for every rule of the plugin.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Linter } from 'eslint';
import { describe, expect, test } from 'vitest';
import plugin from '../src/index.ts';
import type { RuleDocs } from '../src/rules/create-rule.ts';
import { findGaps, listFixtures } from './support/want.ts';

const root = path.join(import.meta.dirname, '..');
const ids = Object.keys(plugin.rules);

/** SPEC, first table. A rule that is planned and not there yet is missing from the plugin, never a stub. */
const RECOMMENDED: ReadonlySet<string> = new Set([
  'no-lost-cancel',
  'no-leaked-timer',
  'no-unstoppable-task',
  'no-leaked-abort-listener',
  'no-race-in-loop',
  'no-premature-cancel',
]);
const STRICT_ONLY: ReadonlySet<string> = new Set(['no-request-signal-in-background']);

function severity(entry: Linter.RuleEntry | undefined): unknown {
  return Array.isArray(entry) ? entry[0] : entry;
}

test('the plugin says its name and the version of the package', () => {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  expect(plugin.meta).toEqual({ name: manifest.name, version: manifest.version });
});

test('the rules are the modules of src/rules, each under its file name', () => {
  const files = readdirSync(path.join(root, 'src/rules'))
    .map((file) => path.basename(file, '.ts'))
    .filter((name) => name !== 'create-rule');
  expect(ids.toSorted()).toEqual(files.toSorted());
});

describe.each(ids)('%s', (id) => {
  const { meta } = plugin.rules[id as keyof typeof plugin.rules];
  const docs = meta?.docs as (RuleDocs & { readonly url?: string }) | undefined;

  test('is one of the rules of the specification, with its default', () => {
    expect(RECOMMENDED.has(id) || STRICT_ONLY.has(id)).toBe(true);
    expect(docs?.recommended).toBe(RECOMMENDED.has(id));
  });

  test('has a description in the form of the others, and the address of its page', () => {
    expect(docs?.description).toMatch(/^(?:require|disallow) [^.]+[^.]$/);
    expect(docs?.url).toMatch(new RegExp(`^https://.*/docs/rules/${id}\\.md$`));
    expect(meta?.type).toMatch(/^(?:problem|suggestion)$/);
  });

  test('has messages that are sentences', () => {
    const messages = Object.values(meta?.messages ?? {});
    expect(messages).not.toEqual([]);
    for (const message of messages) expect(message).toMatch(/^[`A-Z{].*\.$/s);
  });

  test('has a schema that refuses what it does not know and describes every option', () => {
    const [schema, ...others] = meta?.schema as readonly {
      additionalProperties: boolean;
      properties: Record<string, { description?: string }>;
    }[];
    expect(others).toEqual([]);
    // An empty list of schemas refuses every option.
    expect(schema?.additionalProperties ?? false).toBe(false);
    for (const [option, { description }] of Object.entries(schema?.properties ?? {})) {
      expect(description, option).toMatch(/\.$/);
    }
    const [defaults] = (meta?.defaultOptions ?? [{}]) as readonly object[];
    expect(Object.keys(defaults ?? {})).toEqual(Object.keys(schema?.properties ?? {}));
  });

  test('has a test and fixtures', () => {
    const tests = path.join(root, 'tests/rules');
    expect(existsSync(path.join(tests, `${id}.test.ts`))).toBe(true);
    expect(listFixtures(path.join(tests, id, 'fixtures'))).not.toEqual([]);
  });

  test('has a page that names its options and lists its known gaps', () => {
    const page = readFileSync(path.join(root, `docs/rules/${id}.md`), 'utf8');
    const [schema] = meta?.schema as readonly { properties: object }[];
    for (const option of Object.keys(schema?.properties ?? {})) {
      expect(page).toContain(`\`${option}\``);
    }
    for (const { doc } of findGaps(path.join(root, 'tests/rules', id, 'fixtures'))) {
      expect(page).toContain(doc);
    }
  });
});

describe('presets', () => {
  const { recommended, strict, all, off } = plugin.configs;

  test('are four flat configs that register the plugin itself', () => {
    expect(Object.keys(plugin.configs)).toEqual(['recommended', 'strict', 'all', 'off']);
    for (const [name, config] of Object.entries(plugin.configs)) {
      expect(config.name).toBe(`lostcancel/${name}`);
      expect(config.plugins['lostcancel']?.rules).toBe(plugin.rules);
      for (const rule of Object.keys(config.rules)) {
        expect(ids).toContain(rule.replace('lostcancel/', ''));
      }
    }
  });

  test('recommended: the recommended rules, all "error", at their defaults', () => {
    const expected = ids
      .filter((id) => RECOMMENDED.has(id))
      .map((id) => [`lostcancel/${id}`, 'error']);
    expect(Object.entries(recommended.rules)).toEqual(expected);
  });

  test('strict: every rule, "error", with its stricter options', () => {
    expect(Object.keys(strict.rules)).toEqual(ids.map((id) => `lostcancel/${id}`));
    for (const entry of Object.values(strict.rules)) expect(severity(entry)).toBe('error');
    expect(strict.rules['lostcancel/no-lost-cancel']).toEqual([
      'error',
      { helpers: 'all-paths', overwrittenFields: 'report' },
    ]);
  });

  test('all: every rule, "error"; off: every rule, "off"', () => {
    expect(Object.entries(all.rules)).toEqual(ids.map((id) => [`lostcancel/${id}`, 'error']));
    expect(Object.entries(off.rules)).toEqual(ids.map((id) => [`lostcancel/${id}`, 'off']));
  });

  test('none of them sets `throws: "call"` (SPEC 11)', () => {
    expect(JSON.stringify([recommended.rules, strict.rules, all.rules])).not.toContain('"call"');
  });

  test('each is accepted by ESLint as it is and does what it says', () => {
    const lint = (config: Linter.Config): readonly (string | null)[] =>
      new Linter()
        .verify('function f(p) { const [c] = withCancel(p); return c; }', config)
        .map(({ ruleId }) => ruleId);
    expect(lint(recommended)).toEqual(['lostcancel/no-lost-cancel']);
    expect(lint(strict)).toEqual(['lostcancel/no-lost-cancel']);
    expect(lint(all)).toEqual(['lostcancel/no-lost-cancel']);
    expect(lint(off)).toEqual([]);
  });

  test('strict options are at least as strict', () => {
    const lint = (config: Linter.Config): number =>
      new Linter().verify(
        `function stopIf(force, cancel) { if (force) cancel(); }
         function f(p, force) { const [c, cancel] = withCancel(p); stopIf(force, cancel); }`,
        config,
      ).length;
    expect([lint(recommended), lint(strict)]).toEqual([0, 1]);
  });
});
