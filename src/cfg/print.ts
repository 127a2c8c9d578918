/**
 * Prints a graph for people. Pictures are drawn by draw.ts.
 *
 * ```text
 * B1 then L3 <- B0
 *   statement await p;
 *   evaluate p | await p
 *   -throw(await p)-> B4
 *   -normal-> B2
 * ```
 *
 * Unreachable blocks stand last and have no `<-`.
 */
import type { TSESTree } from '@typescript-eslint/utils';

import { assertNever } from './graph.ts';
import type { Block, Cfg, Edge, EdgeKind, Instruction, Question } from './graph.ts';

/** A `SourceCode`, for example. */
export interface SourceText {
  readonly getText: (node: TSESTree.Node) => string;
}

/** What somebody has to say about parts of a graph. */
export interface Marks {
  /** Edges that are on a path; so are the blocks that they join. */
  readonly path: ReadonlySet<Edge>;
  readonly notes: ReadonlyMap<Block, readonly string[]>;
}

export const NO_MARKS: Marks = { path: new Set(), notes: new Map() };
const MAX_TEXT = 40;

/** Edges on the path of `marks` end in a star, and notes stand below the title of their block. */
export function printCfg(cfg: Cfg, source: SourceText, marks: Marks = NO_MARKS): string {
  const lines = cfg.blocks.map((block) => printBlock(block, source, marks));
  if (cfg.incomplete !== undefined) {
    const { node, reason } = cfg.incomplete;
    lines.unshift(`incomplete (${reason}) L${node.loc.start.line}`);
  }
  return `${lines.join('\n')}\n`;
}

function printBlock(block: Block, source: SourceText, { path, notes }: Marks): string {
  const sources = [...new Set(block.in.map(({ from }) => `B${from.id}`))];
  const from = sources.length === 0 ? '' : ` <- ${sources.join(', ')}`;
  return [
    `${titleOf(block)}${from}`,
    ...(notes.get(block) ?? []).map((note) => `  * ${note}`),
    ...printInstructions(block, source).map((line) => `  ${line}`),
    ...block.out.map((edge) => {
      const mark = path.has(edge) ? ' *' : '';
      return `  -${printEdgeKind(edge.why, source)}-> B${edge.to.id}${mark}`;
    }),
  ].join('\n');
}

export function titleOf({ id, role, node }: Block): string {
  return `B${id} ${role} L${node.loc.start.line}`;
}

/** One line per run of the same kind. */
function printInstructions(block: Block, source: SourceText): string[] {
  const runs: { readonly kind: Instruction['kind']; readonly texts: string[] }[] = [];
  for (const instruction of block.instructions) {
    const last = runs.at(-1);
    const text = printInstruction(instruction, source);
    if (last?.kind === instruction.kind && last.kind === 'evaluate') last.texts.push(text);
    else runs.push({ kind: instruction.kind, texts: [text] });
  }
  return runs.map(({ kind, texts }) => `${kind} ${texts.join(' | ')}`);
}

function printInstruction(instruction: Instruction, source: SourceText): string {
  const text = abbreviate(source.getText(instruction.node));
  if (instruction.kind !== 'bind') return text;
  if (instruction.absent === true) return `${text} = nothing`;
  const { value } = instruction;
  return value === undefined ? text : `${text} from ${abbreviate(source.getText(value))}`;
}

export function printEdgeKind(why: EdgeKind, source: SourceText): string {
  switch (why.kind) {
    case 'normal':
      return 'normal';
    case 'true':
    case 'false':
      return `${why.kind}(${printQuestion(why.question, abbreviate(source.getText(why.test)))})`;
    case 'throw':
    case 'abandon':
      return `${why.kind}(${abbreviate(source.getText(why.cause))})`;
    case 'back':
      return `back(L${why.loop.loc.start.line})`;
    case 'resume':
      return `resume(${why.completion.kind})`;
    default:
      return assertNever(why);
  }
}

function printQuestion(question: Question, test: string): string {
  return question === 'truthy' ? test : `${question}: ${test}`;
}

export function abbreviate(text: string): string {
  const line = text.replace(/\s+/gu, ' ');
  return line.length <= MAX_TEXT ? line : `${line.slice(0, MAX_TEXT - 1)}…`;
}
