/** Syntax that only Babel knows: never a crash, and a graph that says so where it cannot know what the code does. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { analyse, lint } from './check.ts';
import { checkGraphs } from './graphs.ts';
import { instrument } from './instrument.ts';
import { asTypeScript, BABEL_STANDARD, parse, type BabelPlugin, type Source } from './parsers.ts';

const FOLDER = fileURLToPath(new URL('fixtures/proposals/', import.meta.url));

interface Proposal {
  readonly plugins: readonly BabelPlugin[];
  /** Does it run code in a way that the graph has no rule for? */
  readonly unknown: boolean;
}

const PROPOSALS: Readonly<Record<string, Proposal>> = {
  'destructuring-private': { plugins: ['destructuringPrivate'], unknown: false },
  'discard-binding': { plugins: [['discardBinding', { syntaxType: 'void' }]], unknown: true },
  'do-expressions': { plugins: ['doExpressions', 'asyncDoExpressions'], unknown: true },
  'export-default-from': { plugins: ['exportDefaultFrom'], unknown: false },
  'function-bind': { plugins: ['functionBind'], unknown: true },
  'function-sent': { plugins: ['functionSent'], unknown: false },
  'import-phases': { plugins: [], unknown: false },
  'optional-chaining-assign': {
    plugins: [['optionalChainingAssign', { version: '2023-07' }]],
    unknown: true,
  },
  'partial-application': { plugins: ['partialApplication'], unknown: true },
  pipeline: {
    plugins: [['pipelineOperator', { proposal: 'hack', topicToken: '%' }]],
    unknown: true,
  },
  'throw-expressions': { plugins: ['throwExpressions'], unknown: true },
  v8intrinsic: { plugins: ['v8intrinsic'], unknown: true },
};

function sourceOf(file: string): Source & Proposal {
  const proposal = PROPOSALS[path.parse(file).name];
  if (!proposal) throw new Error(`${file}: which plugins?`);
  return {
    path: file,
    text: readFileSync(path.join(FOLDER, file), 'utf8'),
    sourceType: 'module',
    babelPlugins: [...BABEL_STANDARD, ...proposal.plugins],
    ...proposal,
  };
}

describe.each(readdirSync(FOLDER).sort())('%s', (file) => {
  const source = sourceOf(file);

  it('breaks nothing', () => {
    const parsed = parse(source, 'babel');
    if (parsed.kind === 'rejected') throw new Error(parsed.message);
    const { broken, incomplete } = checkGraphs(file, parsed.sourceCode);
    expect(broken).toEqual([]);
    expect(incomplete > 0).toBe(source.unknown);
    lint(source, parsed.sourceCode, 'babel');

    const text = instrument(asTypeScript(parsed.sourceCode));
    const again = parse({ ...source, text }, 'babel');
    if (again.kind === 'rejected') throw new Error(again.message);
    expect(analyse(file, again.sourceCode).flaws).toEqual([]);
    lint({ ...source, text }, again.sourceCode, 'babel');
  });
});
