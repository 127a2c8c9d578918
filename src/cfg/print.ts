/**
 * Prints a graph for people: a listing and Graphviz source.
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
import type { Block, Cfg, EdgeKind, Instruction, Question } from './graph.ts';

/** A `SourceCode`, for example. */
export interface SourceText {
  readonly getText: (node: TSESTree.Node) => string;
}

const MAX_TEXT = 40;

export function printCfg(cfg: Cfg, source: SourceText): string {
  const lines = cfg.blocks.map((block) => printBlock(block, source));
  if (cfg.incomplete !== undefined) {
    const { node, reason } = cfg.incomplete;
    lines.unshift(`incomplete (${reason}) L${node.loc.start.line}`);
  }
  return `${lines.join('\n')}\n`;
}

function printBlock(block: Block, source: SourceText): string {
  const sources = [...new Set(block.in.map(({ from }) => `B${from.id}`))];
  const from = sources.length === 0 ? '' : ` <- ${sources.join(', ')}`;
  return [
    `${title(block)}${from}`,
    ...printInstructions(block, source).map((line) => `  ${line}`),
    ...block.out.map(({ to, why }) => `  -${printEdgeKind(why, source)}-> B${to.id}`),
  ].join('\n');
}

function title({ id, role, node }: Block): string {
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

function printEdgeKind(why: EdgeKind, source: SourceText): string {
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

function abbreviate(text: string): string {
  const line = text.replace(/\s+/gu, ' ');
  return line.length <= MAX_TEXT ? line : `${line.slice(0, MAX_TEXT - 1)}…`;
}

/** Graphviz source: one box per block, dashed where control leaves abruptly. */
export function toDot(cfg: Cfg, source: SourceText): string {
  const lines = ['digraph cfg {', '  node [shape=box, fontname="monospace"];'];
  for (const block of cfg.blocks) {
    const label = [title(block), ...printInstructions(block, source)]
      .map((line) => `${quote(line)}\\l`)
      .join('');
    lines.push(`  B${block.id} [label="${label}"];`);
    for (const { to, why } of block.out) {
      const style = why.kind === 'throw' || why.kind === 'abandon' ? ', style=dashed' : '';
      const text = why.kind === 'normal' ? '' : quote(printEdgeKind(why, source));
      lines.push(`  B${block.id} -> B${to.id} [label="${text}"${style}];`);
    }
  }
  return `${[...lines, '}'].join('\n')}\n`;
}

function quote(text: string): string {
  return text.replace(/["\\]/gu, String.raw`\$&`);
}
