/** Our own corpus: every node type of typescript-eslint, by every parser that reads the file. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { AST_NODE_TYPES } from '@typescript-eslint/utils';
import { describe, expect, it } from 'vitest';

import { analyse, lint } from './check.ts';
import { checkGraphs } from './graphs.ts';
import { instrument } from './instrument.ts';
import { asTypeScript, parse, type ParserName, type Source } from './parsers.ts';
import { simpleTraverse } from './tree.ts';

const FOLDER = fileURLToPath(new URL('fixtures/syntax/', import.meta.url));

const MODIFIER = 'a modifier, which the parser turns into a property of the node it modifies';

/** Node types that no parser output holds. */
const NEVER_PARSED: Readonly<Record<string, string>> = {
  TSAbstractKeyword: MODIFIER,
  TSAsyncKeyword: MODIFIER,
  TSDeclareKeyword: MODIFIER,
  TSExportKeyword: MODIFIER,
  TSPrivateKeyword: MODIFIER,
  TSProtectedKeyword: MODIFIER,
  TSPublicKeyword: MODIFIER,
  TSReadonlyKeyword: MODIFIER,
  TSStaticKeyword: MODIFIER,
};

const TYPESCRIPT_ERROR = 'TypeScript reports an error for it, so that typescript-eslint does';

/** What each parser rejects. Everything else must parse. */
const REJECTED: Readonly<Partial<Record<`${ParserName}: ${string}`, string>>> = {
  'typescript-eslint: annexb.cjs': `octal literals: ${TYPESCRIPT_ERROR}`,
  'typescript-eslint: private-chains.js': `private names in optional chains: ${TYPESCRIPT_ERROR}`,
  'espree: spread-child.jsx': 'no spread of children in acorn-jsx',
  'babel: parameter-decorators.ts': 'no decorators of parameters beside those of the standard',
};

function sources(): readonly Source[] {
  return readdirSync(FOLDER)
    .sort()
    .map((file) => ({
      path: file,
      text: readFileSync(path.join(FOLDER, file), 'utf8'),
      sourceType: file.endsWith('.cjs') ? 'commonjs' : 'module',
    }));
}

function parsersOf(source: Source): readonly ParserName[] {
  const typescript = /\.[cm]?tsx?$/.test(source.path);
  return typescript ? ['typescript-eslint', 'babel'] : ['espree', 'typescript-eslint', 'babel'];
}

const CASES = sources().flatMap((source) =>
  parsersOf(source).map((parser) => ({ name: source.path, parser, source })),
);

describe.each(CASES)('$name by $parser', ({ name, parser, source }) => {
  const parsed = parse(source, parser);
  const reason = REJECTED[`${parser}: ${name}`];

  it(reason === undefined ? 'parses' : `does not parse: ${reason}`, () => {
    expect(parsed.kind === 'rejected' ? parsed.message : 'parsed').toEqual(
      reason === undefined ? 'parsed' : expect.not.stringMatching(/^parsed$/),
    );
  });

  if (parsed.kind === 'rejected') return;

  it('has complete and well-formed graphs', () => {
    const { graphs, incomplete, broken } = checkGraphs(name, parsed.sourceCode);
    expect(broken).toEqual([]);
    expect(incomplete).toBe(0);
    expect(graphs).toBeGreaterThan(0);
  });

  it('is linted by every preset', () => {
    expect(() => lint(source, parsed.sourceCode, parser)).not.toThrow();
  });

  it('is analysed with a handle in every function', () => {
    const text = instrument(asTypeScript(parsed.sourceCode));
    const again = parse({ ...source, text }, parser);
    if (again.kind === 'rejected') throw new Error(again.message);
    const handles = text.split('withCancel(p$0)').length - 1;
    const { findings, flaws } = analyse(name, again.sourceCode);
    expect(flaws).toEqual([]);
    expect(findings > 0, `${handles} handles, ${findings} findings`).toBe(handles > 0);
    lint({ ...source, text }, again.sourceCode, parser);
  });
});

it('every node type appears', () => {
  const seen = new Set<string>();
  for (const source of sources()) {
    const parsed = parse(source, 'typescript-eslint');
    if (parsed.kind === 'rejected') continue;
    const { ast, visitorKeys } = asTypeScript(parsed.sourceCode);
    simpleTraverse(ast, visitorKeys, (node) => seen.add(node.type));
  }
  const missing = Object.values(AST_NODE_TYPES).filter((type) => !seen.has(type));
  expect(missing.sort()).toEqual(Object.keys(NEVER_PARSED).sort());
});
