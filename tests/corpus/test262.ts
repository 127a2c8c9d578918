/**
 * The programs of the npm package test262-parser-tests and what each is put through: graphs that keep their promises,
 * then, with a handle held in every function body and as the body of a function that holds one, every option set and
 * every preset.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { analyse, lint, type Preset } from './check.ts';
import { checkGraphs } from './graphs.ts';
import { asFunctionBody, instrument } from './instrument.ts';
import { asTypeScript, parse, type ParserName, type Source } from './parsers.ts';

const ROOT = path.dirname(
  createRequire(import.meta.url).resolve('test262-parser-tests/package.json'),
);

export function programs(spelling: 'pass' | 'pass-explicit'): readonly Source[] {
  const folder = path.join(ROOT, spelling);
  return readdirSync(folder)
    .sort()
    .map((file) => ({
      path: file,
      text: readFileSync(path.join(folder, file), 'utf8'),
      sourceType: file.endsWith('.module.js') ? 'module' : 'script',
    }));
}

interface Variant {
  readonly source: Source;
  readonly preset: Preset;
}

/**
 * The program with handles in it, wherever they fit: as it is, as the body of a function, and as that of a task or a
 * generator in turn. Each is tried, for not every text may stand in a function.
 */
function withHandles(source: Source, instrumented: string, index: number): readonly Variant[] {
  const variant = (text: string, preset: Preset): Variant => ({
    source: { ...source, text },
    preset,
  });
  const first = variant(instrumented, 'recommended');
  if (source.sourceType !== 'script') return [first];
  const later =
    index % 2 === 0
      ? `${asFunctionBody(instrumented, 'async function outer$0')}\nvoid outer$0();`
      : asFunctionBody(instrumented, 'async function* outer$0');
  return [
    first,
    variant(asFunctionBody(instrumented, 'function outer$0'), 'strict'),
    variant(later, 'all'),
  ];
}

export interface Tally {
  rejected: string[];
  graphs: number;
  incomplete: string[];
  broken: string[];
  findings: number;
  flaws: string[];
  withHandles: number;
}

export function run(
  sources: readonly Source[],
  parser: ParserName,
  handles: 'with handles' | 'as it is',
): Tally {
  const tally: Tally = {
    rejected: [],
    graphs: 0,
    incomplete: [],
    broken: [],
    findings: 0,
    flaws: [],
    withHandles: 0,
  };
  for (const [index, source] of sources.entries()) {
    const parsed = parse(source, parser);
    if (parsed.kind === 'rejected') {
      tally.rejected.push(source.path);
      continue;
    }
    const report = checkGraphs(source.path, parsed.sourceCode);
    tally.graphs += report.graphs;
    tally.broken.push(...report.broken);
    if (report.incomplete > 0) tally.incomplete.push(source.path);
    if (handles === 'as it is') {
      lint(source, parsed.sourceCode, parser, ['all']);
      continue;
    }
    const instrumented = instrument(asTypeScript(parsed.sourceCode));
    for (const variant of withHandles(source, instrumented, index)) {
      const again = parse(variant.source, parser);
      if (again.kind === 'rejected') continue;
      tally.withHandles += 1;
      lint(variant.source, again.sourceCode, parser, [variant.preset]);
      const analysis = analyse(variant.source.text, again.sourceCode);
      tally.findings += analysis.findings;
      tally.flaws.push(...analysis.flaws);
    }
  }
  return tally;
}
