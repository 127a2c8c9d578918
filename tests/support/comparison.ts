/**
 * comparison/results.json -> the tables of docs/comparison.md.
 *
 * A linter tells a mistake from its cure when one of its rules speaks of the mistake and the same rule is silent about
 * the cure. A rule that speaks of both has not seen the difference.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { OurVerdicts, Verdicts } from '../../comparison/ours.mjs';
import { repository } from '../cli/support.ts';

interface Peer {
  readonly name: string;
  readonly package: string;
  readonly version: string;
  readonly typed: boolean;
  readonly rules: readonly string[];
  readonly verdicts: Verdicts;
}

interface Results {
  readonly ours: OurVerdicts;
  readonly peers: readonly Peer[];
}

export function readResults(): Results {
  const text = readFileSync(path.join(repository, 'comparison/results.json'), 'utf8');
  return JSON.parse(text) as Results;
}

interface Linter {
  readonly name: string;
  readonly verdicts: Verdicts;
}

function lintersOf({ ours, peers }: Results): readonly Linter[] {
  return [
    { name: 'lostcancel', verdicts: ours.recommended },
    { name: '`strict`', verdicts: ours.strict },
    { name: '`strict`, types', verdicts: ours.typed },
    ...peers,
  ];
}

function toldApart({ verdicts }: Linter, snippet: string): readonly string[] {
  const { [`${snippet}.mistake.ts`]: mistake = [], [`${snippet}.cure.ts`]: cure = [] } = verdicts;
  return mistake.filter((rule) => !cure.includes(rule));
}

function saidOfCure({ verdicts }: Linter, snippet: string): readonly string[] {
  return verdicts[`${snippet}.cure.ts`] ?? [];
}

type Align = 'left' | 'right';

/** A table as Prettier would write it; numbers stand on the right. */
function table(
  head: readonly string[],
  align: Align,
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, at) => Math.max(3, ...cells.map((row) => row[at]?.length ?? 0)));
  const isRight = (at: number): boolean => align === 'right' && at > 0;
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |\n`;
  const rule = widths.map((width, at) =>
    isRight(at) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  const [first = '', ...others] = cells.map((row) =>
    line(
      row.map((it, at) =>
        isRight(at) ? it.padStart(widths[at] ?? 0) : it.padEnd(widths[at] ?? 0),
      ),
    ),
  );
  return [first, line(rule), ...others].join('');
}

function byKind(results: Results, snippets: readonly string[]): string {
  const linters = lintersOf(results);
  const kinds = [...new Set(snippets.map((snippet) => snippet.split('/')[1] ?? ''))];
  const rows = kinds.map((kind) => {
    const pairs = snippets.filter((snippet) => snippet.split('/')[1] === kind);
    const counts = linters.map(
      (linter) => pairs.filter((snippet) => toldApart(linter, snippet).length > 0).length || '',
    );
    return [
      `[${kind.replaceAll('-', ' ')}](../comparison/snippets/${kind})`,
      pairs.length,
      ...counts,
    ];
  });
  const sum = (count: (linter: Linter, snippet: string) => number): readonly number[] =>
    linters.map((it) => snippets.filter((snippet) => count(it, snippet) > 0).length);
  const total = sum((linter, snippet) => toldApart(linter, snippet).length);
  const cures = sum((linter, snippet) => saidOfCure(linter, snippet).length);
  return table(['mistake', 'pairs', ...linters.map(({ name }) => name)], 'right', [
    ...rows,
    ['**told apart**', `**${snippets.length}**`, ...total.map((it) => `**${it}**`)],
    ['cures that it speaks of', snippets.length, ...cures],
  ]);
}

function bySnippet(results: Results, snippets: readonly string[]): string {
  const [recommended, strict, typed, ...peers] = lintersOf(results);
  const ours = [recommended, strict, typed].filter((it) => it !== undefined);
  const rules = (names: readonly string[]): string => names.map((it) => `\`${it}\``).join(', ');
  const rows = snippets.map((snippet) => {
    const first = ours.find((linter) => toldApart(linter, snippet).length > 0);
    const how = first === undefined || first === recommended ? '' : ` (${first.name})`;
    const own = first === undefined ? '' : `${rules(toldApart(first, snippet))}${how}`;
    const others = (say: typeof toldApart): string =>
      peers
        .filter((peer) => say(peer, snippet).length > 0)
        .map((peer) => `${peer.name} ${rules(say(peer, snippet))}`)
        .join('; ');
    const [, ...name] = snippet.split('/');
    const link = `[${name.join(', ').replaceAll('-', ' ')}](../comparison/${snippet}.mistake.ts)`;
    return [link, own, others(toldApart), others(saidOfCure)];
  });
  return table(['mistake', 'lostcancel', 'others', 'said of the cure'], 'left', rows);
}

function whatWasRun({ peers }: Results): string {
  const rows = peers.map(({ name, package: id, version, typed, rules }) => [
    name,
    `\`${id}\` ${version}`,
    typed ? 'yes' : '',
    rules.map((rule) => `\`${rule}\``).join(', '),
  ]);
  return table(['linter', 'package', 'types', 'rules'], 'left', rows);
}

export function comparison(): string {
  const results = readResults();
  const files = lintersOf(results).flatMap(({ verdicts }) => Object.keys(verdicts));
  const snippets = [
    ...new Set(files.map((file) => file.replace(/\.(?:mistake|cure)\.ts$/u, ''))),
  ].sort();
  return [
    '### By kind of mistake',
    byKind(results, snippets),
    '### By snippet',
    bySnippet(results, snippets),
    '### What was run',
    whatWasRun(results),
  ]
    .map((part) => part.trimEnd())
    .join('\n\n');
}
