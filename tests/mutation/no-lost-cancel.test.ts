/**
 * The rule's own mutation test (SPEC 2.3, 2.11): in every correct function of its fixtures each release is deleted, one
 * at a time, and each `finally` that releases is moved to where the `try` ends normally. What then leaks must be
 * reported.
 *
 * Where nothing but a release shows that there is something to release, and the mutant has none left that some path
 * comes by, it counts as no mutant.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as parser from '@typescript-eslint/parser';
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { Linter, type Rule } from 'eslint';
import { expect, test } from 'vitest';
import {
  accountForCancels,
  type NoLostCancelOptions,
} from '../../src/analysis/handles/lost-cancels.ts';
import rule from '../../src/rules/no-lost-cancel.ts';
import { listFixtures } from '../support/want.ts';
import { EXCEPTIONS } from './exceptions.ts';

const root = path.join(import.meta.dirname, '../rules/no-lost-cancel/fixtures');

interface Edit {
  readonly range: readonly [number, number];
  readonly text: string;
}

interface Scene {
  readonly linter: Linter;
  readonly options: NoLostCancelOptions;
  readonly filename: string;
}

/** The file is linted whole, less the other functions that state a verdict. */
function lint(text: string, { linter, options, filename }: Scene): number {
  const reports = linter.verify(
    text,
    {
      files: ['**/*.ts', '**/*.tsx'],
      languageOptions: { parser },
      linterOptions: { noInlineConfig: true },
      plugins: { own: { rules: { rule: rule as unknown as Rule.RuleModule } } },
      rules: { 'own/rule': ['error', options] },
    },
    { filename },
  );
  const fatal = reports.find((it) => it.fatal === true);
  if (fatal) throw new Error(`${filename}:${String(fatal.line)}: ${fatal.message}\n${text}`);
  return reports.length;
}

function accountsIn({ linter, options }: Scene): ReturnType<typeof accountForCancels> {
  return accountForCancels(linter.getSourceCode() as unknown as TSESLint.SourceCode, options);
}

function optionsOf(text: string): NoLostCancelOptions {
  const options = /^\/\/ options: (.*)$/m.exec(text)?.[1];
  return {
    throws: 'await',
    helpers: 'can-release',
    ...(JSON.parse(options ?? '{}') as Partial<NoLostCancelOptions>),
  };
}

function nameOf(node: TSESTree.Node): string | undefined {
  return 'id' in node && node.id?.type === 'Identifier'
    ? node.id.name
    : 'key' in node && node.key.type === 'Identifier'
      ? node.key.name
      : undefined;
}

/** The innermost function, method or class around a node that states a verdict. */
function verdictAround(node: TSESTree.Node): string {
  for (let at = node.parent; at; at = at.parent) {
    const name = nameOf(at);
    if (name !== undefined && /(?:Ok|Bad)$/.test(name)) return name;
  }
  return '';
}

/** Each top-level statement that states a verdict, with all those that state none. */
function extracts(text: string, filename: string): readonly string[] {
  const { body } = parser.parse(text, {
    range: true,
    filePath: filename,
  }) as unknown as TSESTree.Program;
  const inner = (it: TSESTree.Node): TSESTree.Node =>
    'declaration' in it && it.declaration ? it.declaration : it;
  const states = (it: TSESTree.Node): boolean =>
    /^(?:FN_|FP_)|(?:Ok|Bad)$/.test(nameOf(inner(it)) ?? '');
  const own = body.filter((it) => !states(it) || inner(it).type.startsWith('Class'));
  return body
    .filter((it) => inner(it).type.startsWith('Class') || (nameOf(inner(it)) ?? '').endsWith('Ok'))
    .map((it) => [...new Set([...own, it])].map(({ range }) => text.slice(...range)).join('\n'));
}

/** Takes a release away: the call, or the function that would be called. */
function deletion({ range, parent }: TSESTree.Node): Edit {
  return { range, text: parent?.type === 'ExpressionStatement' ? '' : 'undefined' };
}

/** `try { a } finally { b }` becomes `{ a b }`, where something may leave `a` before its end. */
function movement(release: TSESTree.Node, text: string): readonly Edit[] | undefined {
  for (let at = release; at.parent; at = at.parent) {
    const { parent } = at;
    if (parent.type !== 'TryStatement' || parent.finalizer !== at || parent.handler) continue;
    const { block } = parent;
    const leaves = /\b(?:await|return|throw|yield|continue|break)\b/.test(
      text.slice(...block.range),
    );
    return leaves
      ? [
          { range: [parent.range[0], block.range[0]], text: '' },
          { range: [block.range[1] - 1, at.range[0] + 1], text: '' },
        ]
      : undefined;
  }
  return undefined;
}

function edited(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { range, text: by } of [...edits].reverse()) {
    result = result.slice(0, range[0]) + by + result.slice(range[1]);
  }
  return result;
}

/** The mutants of one extract that the rule lets pass, by name. */
function survivors(text: string, scene: Scene, count: { mutants: number }): readonly string[] {
  const before = lint(text, scene);
  const survived: string[] = [];
  for (const { acquire, silence } of accountsIn(scene)) {
    const name = verdictAround(acquire);
    if (silence?.kind !== 'ended' || !name.endsWith('Ok')) continue;
    const releases = silence.endings.filter(({ how }) => how === 'release');
    for (const { node } of releases) {
      const moved = movement(node, text);
      for (const [kind, edits] of [
        ['deleted', [deletion(node)]] as const,
        ['moved', moved] as const,
      ]) {
        if (!edits) continue;
        const after = lint(edited(text, edits), scene);
        // Without the release nothing shows that there was something to release.
        const left = accountsIn(scene).find((it) => it.acquire.range[0] === acquire.range[0]);
        if (!left || left.silence?.kind === 'exempt') continue;
        count.mutants += 1;
        if (after <= before)
          survived.push(`${scene.filename} ${name}: ${text.slice(...node.range)} ${kind}`);
      }
    }
  }
  return survived;
}

test('every release that is missing is missed', () => {
  const count = { mutants: 0 };
  const found = listFixtures(root).flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const filename = path.relative(root, file);
    const scene: Scene = { linter: new Linter(), options: optionsOf(text), filename };
    return extracts(text, filename).flatMap((extract) => survivors(extract, scene, count));
  });
  expect(count.mutants).toBeGreaterThan(500);
  expect([...new Set(found)].toSorted()).toEqual(Object.keys(EXCEPTIONS).toSorted());
}, 600_000);
