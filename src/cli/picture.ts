/**
 * A report, or what a rule knows and is silent about -> the graph of its function, with the path marked and notes on what
 * holds the handle and where it is released.
 */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { factsOf, type FileFacts } from '../analysis/file.ts';
import type { Account, Ending, Witness } from '../analysis/finding.ts';
import { unitOf, type CodeUnit } from '../ast/functions.ts';
import type { Block, Cfg } from '../cfg/graph.ts';
import type { Tier } from '../cfg/policies.ts';
import type { Marks } from '../cfg/print.ts';
import type { Description } from '../report/description.ts';
import { accountsOf, descriptionsOf } from './inspect.ts';

export interface Picture {
  readonly cfg: Cfg;
  readonly marks: Marks;
}

/** What the graph is about, beside the function. */
export interface Subject {
  readonly tier: Tier;
  /** Where the handle comes from. */
  readonly start: TSESTree.SourceLocation;
  readonly witness: Witness | undefined;
  readonly account: Account | undefined;
  /** Undefined: the rule is silent. */
  readonly report: Description | undefined;
}

/** The reports of a rule that show a path, and what it knows and is silent about. */
export function subjectsOf(
  rule: string,
  sourceCode: TSESLint.SourceCode,
  options: unknown,
): readonly Subject[] {
  const tier = (options as { readonly throws?: Tier }).throws ?? 'await';
  const accounts = accountsOf(rule, sourceCode, options);
  const reported = descriptionsOf(rule, sourceCode, options).flatMap((report) => {
    const { witness, steps } = report;
    const [first] = steps;
    if (!witness || !first) return [];
    const account = accounts.find(({ acquire }) => acquire.loc === first.loc);
    return [{ tier, start: first.loc, witness, account, report }];
  });
  const silent = accounts
    .filter(({ silence }) => silence && silence.kind !== 'fine')
    .map((account) => ({
      ...{ tier, start: account.acquire.loc, account },
      ...{ witness: undefined, report: undefined },
    }));
  return [...reported, ...silent];
}

/** The function in whose graph the subject was followed; without a subject, the one around the line. */
export function pictureOf(
  subject: Subject | undefined,
  innermost: CodeUnit,
  facts: FileFacts,
): Picture {
  const { cfgOf } = facts.tier(subject?.tier ?? 'await');
  const cfg = cfgOf(subject ? unitOfWitness(subject, facts, cfgOf) : innermost);
  return { cfg, marks: { path: new Set(subject?.witness?.edges), notes: notesOn(cfg, subject) } };
}

/** The graph in which the path of a report lies. Undefined: in that of no function alone. */
export function pictureOfPath(
  subject: Subject,
  sourceCode: TSESLint.SourceCode,
): Picture | undefined {
  const facts = factsOf(sourceCode);
  const picture = pictureOf(subject, functionAt(subject.start.start.line, facts), facts);
  const edges = subject.witness?.edges ?? [];
  const { blocks } = picture.cfg;
  return edges.length > 0 && edges.every(({ from }) => blocks.includes(from)) ? picture : undefined;
}

export function functionAt(line: number, { functions, sourceCode }: FileFacts): CodeUnit {
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
