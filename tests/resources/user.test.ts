/** The option `resources`: what people see who write it wrong, and the helper for those who write it in TypeScript. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Linter, type Rule } from 'eslint';
import { describe, expect, test } from 'vitest';
import { defineResources } from '../../src/resources-api.ts';
import { presets } from '../../src/resources/presets/index.ts';
import { configured } from '../../src/resources/user.ts';
import rule from '../../src/rules/no-lost-cancel.ts';
import { listFixtures } from '../support/want.ts';

function lint(resources: unknown): readonly Linter.LintMessage[] {
  return new Linter().verify('', {
    plugins: { lostcancel: { rules: { 'no-lost-cancel': rule as unknown as Rule.RuleModule } } },
    rules: { 'lostcancel/no-lost-cancel': ['error', { resources }] },
  });
}

/** What ESLint prints below the name of the rule. */
function refusal(resources: unknown): readonly string[] {
  try {
    lint(resources);
    return [];
  } catch (error) {
    const [, ...lines] = (error as Error).message.trim().split('\n');
    return lines.map((line) => line.trim());
  }
}

const lease = { name: 'lease', acquire: { call: 'lease' }, release: 'call' } as const;
const head = 'Value {"name":"lease"';

describe('a wrong entry is named, with what was expected', () => {
  const presetNames = Object.keys(presets).join('|');

  test.each<[string, unknown, readonly string[]]>([
    ['no array', 'pg', ['Value "pg" should be array.']],
    ['no preset', ['pgg'], [`Value "pgg" should match pattern "^(?:${presetNames})$".`]],
    ['no entry', [7], ['Value 7 should be string,object.']],
    [
      'a part is missing',
      [{ name: 'lease', acquire: { call: 'lease' } }],
      [
        `${head},"acquire":{"call":"lease"}} should have required property 'release'.`,
        `${head},"acquire":{"call":"lease"}} should match some schema in anyOf.`,
      ],
    ],
    [
      'a misspelt part of the entry',
      [{ ...lease, relase: 'call' }],
      [
        `${head},"acquire":{"call":"lease"},"release":"call","relase":"call"} should NOT have additional properties.`,
        'Unexpected property "relase". Expected properties: "name", "acquire", "handle", "release", "discardedOk".',
        `${head},"acquire":{"call":"lease"},"release":"call","relase":"call"} should match some schema in anyOf.`,
      ],
    ],
    [
      'a misspelt part of a matcher',
      [{ ...lease, acquire: { metod: 'lease' } }],
      [
        'Value {"metod":"lease"} should NOT have additional properties.',
        'Unexpected property "metod". Expected properties: "call", "new", "method", "of", "from".',
        `${head},"acquire":{"metod":"lease"},"release":"call"} should match some schema in anyOf.`,
      ],
    ],
    [
      'a matcher that says nothing',
      [{ ...lease, acquire: { from: 'leases' } }],
      [
        'Value {"from":"leases"} should have required property \'.call\'.',
        'Value {"from":"leases"} should have required property \'.new\'.',
        'Value {"from":"leases"} should have required property \'.method\'.',
        'Value {"from":"leases"} should match exactly one schema in oneOf.',
        `${head},"acquire":{"from":"leases"},"release":"call"} should match some schema in anyOf.`,
      ],
    ],
    [
      'a class without a method',
      [{ ...lease, acquire: { call: 'lease', of: 'Leases' } }],
      [
        'Value {"call":"lease","of":"Leases"} should have property method when property of is present.',
        `${head},"acquire":{"call":"lease","of":"Leases"},"release":"call"} should match some schema in anyOf.`,
      ],
    ],
    [
      'a release by another word',
      [{ ...lease, release: 'close' }],
      [
        'Value "close" should match pattern "^call$".',
        `${head},"acquire":{"call":"lease"},"release":"close"} should match some schema in anyOf.`,
      ],
    ],
    [
      'a position below zero',
      [{ ...lease, handle: -1 }],
      [
        'Value -1 should be >= 0.',
        `${head},"acquire":{"call":"lease"},"release":"call","handle":-1} should match some schema in anyOf.`,
      ],
    ],
  ])('%s', (_, resources, lines) => {
    expect(refusal(resources)).toEqual(lines);
  });

  test('what is right is taken', () => {
    const pools = { name: 'pool', acquire: { new: ['Pool'], from: 'pools' } };
    const release = { method: ['end', 'destroy'], argument: 0 };
    expect(refusal(defineResources('pg', lease))).toEqual([]);
    expect(refusal([{ ...pools, handle: 0, release, discardedOk: true }])).toEqual([]);
  });
});

test('defineResources gives what it is given', () => {
  expect(defineResources('pg', lease)).toEqual(['pg', lease]);
});

describe('presets', () => {
  const fixtures = path.join(import.meta.dirname, '../rules/no-lost-cancel/fixtures/presets');
  const nameOf = (file: string): string => path.basename(file, '.ts');

  // The fixtures import the library and are type-checked: its published types have what the preset names.
  test.each(Object.keys(presets))('%s has a fixture', (name) => {
    expect(listFixtures(fixtures).map(nameOf)).toContain(name.replace(':', '-'));
  });

  test('each file of a preset is in the index', () => {
    const files = readdirSync(path.join(import.meta.dirname, '../../src/resources/presets'));
    expect(Object.keys(presets)).toHaveLength(files.length - 1);
  });

  test.each(Object.entries(presets))('%s fits into the messages', (_, entries) => {
    for (const entry of entries) {
      const { noun, cure, consequence } = configured(entry);
      expect(noun).toMatch(/^[a-z ]+$/);
      expect(cure).toMatch(/^(?:call|pass) .*`finally` block$/);
      expect(consequence).toMatch(/^[a-z][^.]+$/);
    }
  });
});
