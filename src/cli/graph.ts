/**
 * `lostcancel graph FILE:LINE`: the control-flow graph of the function that has the line, with the path of a report in it
 * marked, and notes on what holds the handle and where it is released.
 */
import type * as Graphviz from '@hpcc-js/wasm-graphviz';
import type { TSESTree } from '@typescript-eslint/utils';
import { factsOf, type FileFacts } from '../analysis/file.ts';
import type { Account, Ending, Witness } from '../analysis/finding.ts';
import { unitOf, type CodeUnit } from '../ast/functions.ts';
import { toDot, toMermaid } from '../cfg/draw.ts';
import type { Block, Cfg } from '../cfg/graph.ts';
import type { Tier } from '../cfg/policies.ts';
import { printCfg, type Marks } from '../cfg/print.ts';
import type { GraphCommand } from './args.ts';
import { lookAtLine, type Look } from './look.ts';
import { oneLine } from './result.ts';
import { complain, type ExitCode, type Surroundings } from './surroundings.ts';
import { accountsOf, descriptionsOf } from './witness.ts';

export async function graph(
  { place, settings, format }: GraphCommand,
  around: Surroundings,
): Promise<ExitCode> {
  const seen = await lookAtLine(place, settings, around);
  if (!seen) return 2;
  const { cfg, marks } = pictureOf(seen, place.line);
  switch (format) {
    case 'text':
      around.out(printCfg(cfg, seen.sourceCode, marks));
      return 0;
    case 'dot':
      around.out(toDot(cfg, seen.sourceCode, marks));
      return 0;
    case 'mermaid':
      around.out(toMermaid(cfg, seen.sourceCode, marks));
      return 0;
    case 'svg': {
      const svg = await toSvg(toDot(cfg, seen.sourceCode, marks));
      if (svg === undefined) {
        complain(
          around,
          "--format svg needs the package '@hpcc-js/wasm-graphviz' (npm install --save-dev @hpcc-js/wasm-graphviz)",
        );
        return 2;
      }
      around.out(svg);
      return 0;
    }
  }
}

/** Undefined: Graphviz is not installed. */
async function toSvg(dot: string): Promise<string | undefined> {
  let graphviz: typeof Graphviz;
  try {
    graphviz = await import('@hpcc-js/wasm-graphviz');
  } catch (error) {
    if (/Cannot find (?:module|package) '@hpcc-js/u.test(oneLine(error))) return undefined;
    throw error;
  }
  return (await graphviz.Graphviz.load()).dot(dot);
}

interface Picture {
  readonly cfg: Cfg;
  readonly marks: Marks;
}

/** What the graph is about, beside the function: a report, or what a rule knows and is silent about. */
interface Subject {
  readonly tier: Tier;
  /** Where the handle comes from. */
  readonly start: TSESTree.SourceLocation;
  readonly witness: Witness | undefined;
  readonly account: Account | undefined;
}

function pictureOf(seen: Look, line: number): Picture {
  const facts = factsOf(seen.sourceCode);
  const innermost = functionAt(line, facts);
  const subject = subjectAt(line, innermost, seen);
  const { cfgOf } = facts.tier(subject?.tier ?? 'await');
  const cfg = cfgOf(subject ? unitOfWitness(subject, facts, cfgOf) : innermost);
  return { cfg, marks: { path: new Set(subject?.witness?.edges), notes: notesOn(cfg, subject) } };
}

/** A report that touches the line, else what the line acquires, else a report in the function around. */
function subjectAt(line: number, innermost: CodeUnit, seen: Look): Subject | undefined {
  const { sourceCode, rules } = seen;
  const subjects = [...rules].flatMap(([rule, options]): readonly Subject[] => {
    const tier = (options as { readonly throws?: Tier }).throws ?? 'await';
    const accounts = accountsOf(rule, sourceCode, options);
    const reported = descriptionsOf(rule, sourceCode, options).flatMap(({ witness, steps }) => {
      const [first] = steps;
      if (!witness || !first) return [];
      const account = accounts.find(({ acquire }) => acquire.loc === first.loc);
      return [{ tier, start: first.loc, witness, account }];
    });
    const silent = accounts
      .filter(({ silence }) => silence)
      .map((account) => ({ tier, start: account.acquire.loc, witness: undefined, account }));
    return [...reported, ...silent];
  });
  const isHere = ({ start: { start, end } }: Subject): boolean =>
    start.line <= line && line <= end.line;
  const isOn = ({ witness }: Subject): boolean =>
    witness?.edges.some(({ why }) => 'test' in why && why.test.loc.start.line === line) === true;
  const isAround = ({ witness, start: { start } }: Subject): boolean =>
    witness !== undefined &&
    innermost.type !== 'Program' &&
    innermost.loc.start.line <= start.line &&
    start.line <= innermost.loc.end.line;
  return subjects.find(isHere) ?? subjects.find(isOn) ?? subjects.find(isAround);
}

function functionAt(line: number, { functions, sourceCode }: FileFacts): CodeUnit {
  const around = functions.filter(({ loc }) => loc.start.line <= line && line <= loc.end.line);
  return around.toSorted((a, b) => sizeOf(a) - sizeOf(b))[0] ?? sourceCode.ast;
}

function sizeOf({ range: [start, end] }: TSESTree.Node): number {
  return end - start;
}

/** The function in whose graph the handle was followed: the innermost one around its start, or one further out. */
function unitOfWitness(
  { start, witness }: Subject,
  facts: FileFacts,
  cfgOf: (unit: CodeUnit) => Cfg,
): CodeUnit {
  let unit = functionAt(start.start.line, facts);
  const from = witness?.edges[0]?.from;
  while (from && unit.type !== 'Program' && !cfgOf(unit).blocks.includes(from)) unit = unitOf(unit);
  return unit;
}

function notesOn(cfg: Cfg, subject: Subject | undefined): Marks['notes'] {
  const notes = new Map<Block, string[]>();
  if (!subject) return notes;
  const note = (block: Block | undefined, text: string): void => {
    if (!block) return;
    const known = notes.get(block) ?? [];
    notes.set(block, known.includes(text) ? known : [...known, text]);
  };
  const { start, witness, account } = subject;
  const blocksWith = (isIt: (node: TSESTree.Node) => boolean): readonly Block[] =>
    cfg.blocks.filter(({ instructions }) => instructions.some(({ node }) => isIt(node)));
  const name = account?.name === undefined ? 'the handle' : `\`${account.name}\``;
  for (const block of blocksWith(({ loc }) => loc === start)) note(block, `acquires ${name}`);
  witness?.edges.forEach(({ to }, index) => {
    const held = witness.held?.[index]?.join(', ') ?? '';
    if (held !== '') note(to, `held by ${held}`);
  });
  const last = witness?.edges.at(-1);
  if (witness) note(last?.to ?? blocksWith((node) => node === witness.end.node)[0], 'lost here');
  const endings = account?.silence?.kind === 'ended' ? account.silence.endings : [];
  for (const { node, how } of endings) {
    for (const block of blocksWith((it) => it === node)) note(block, ENDING[how]);
  }
  return notes;
}

const ENDING: Readonly<Record<Ending['how'], string>> = {
  release: 'released',
  handover: 'handed over',
  absent: 'nothing to release on one arm',
};
