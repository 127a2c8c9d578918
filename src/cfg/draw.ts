/**
 * Draws a graph: Graphviz and Mermaid source. A block is a box with its statements, dashed arrows leave abruptly, and the
 * path of {@link Marks} is red.
 */
import type { Block, Cfg, Edge } from './graph.ts';
import {
  abbreviate,
  NO_MARKS,
  printEdgeKind,
  titleOf,
  type Marks,
  type SourceText,
} from './print.ts';

const RED = '#cf222e';
const PINK = '#ffebe9';
const GREY = '#6e7781';
const MAX_LABEL = 32;

/** What of a block is worth a line in a picture: its statements, or the operation that it ends with. */
function linesOf({ instructions }: Block, source: SourceText): readonly string[] {
  const textOf = (kind: string): readonly string[] =>
    instructions
      .filter((it) => it.kind === kind && !/^(?:BlockStatement|TryStatement)$/u.test(it.node.type))
      .map((it) => abbreviate(source.getText(it.node)));
  const statements = [...textOf('statement'), ...textOf('invoke'), ...textOf('dispose')];
  return statements.length > 0 ? statements : textOf('evaluate').slice(-1);
}

/** The lines in the box of a block: its title, its code, what somebody has to say about it. */
function boxOf(block: Block, source: SourceText, { notes }: Marks): readonly string[] {
  const said = (notes.get(block) ?? []).map((note) => `* ${note}`);
  return [titleOf(block), ...linesOf(block, source), ...said];
}

function isAbrupt({ why }: Edge): boolean {
  return why.kind === 'throw' || why.kind === 'abandon';
}

/** The blocks on the path. */
function blocksOn({ path }: Marks): ReadonlySet<Block> {
  return new Set([...path].flatMap(({ from, to }) => [from, to]));
}

function labelOf({ why }: Edge, source: SourceText): string {
  const text = why.kind === 'normal' ? '' : printEdgeKind(why, source);
  return text.length <= MAX_LABEL ? text : `${text.slice(0, MAX_LABEL - 1)}…`;
}

/** Graphviz source: one box per block, one arrow per edge. Of all fixed-width fonts it knows the widths of Courier only. */
export function toDot(cfg: Cfg, source: SourceText, marks: Marks = NO_MARKS): string {
  const marked = blocksOn(marks);
  const lines = [
    'digraph cfg {',
    '  graph [nodesep=0.3, ranksep=0.4, fontname="Courier"];',
    '  node [shape=box, style="rounded,filled", fillcolor=white, fontname="Courier", fontsize=11];',
    `  edge [fontname="Courier", fontsize=9, fontcolor="${GREY}", arrowsize=0.7];`,
  ];
  for (const block of cfg.blocks) {
    const label = boxOf(block, source, marks)
      .map((line) => `${escapeDot(line)}\\l`)
      .join('');
    const style = marked.has(block)
      ? `, color="${RED}", penwidth=2, fillcolor="${PINK}"`
      : block !== cfg.entry && block.in.length === 0
        ? `, color="${GREY}", fontcolor="${GREY}"`
        : '';
    lines.push(`  B${block.id} [label="${label}"${style}];`);
    for (const edge of block.out) lines.push(`  ${dotEdge(edge, source, marks)}`);
  }
  return `${[...lines, '}'].join('\n')}\n`;
}

function dotEdge(edge: Edge, source: SourceText, { path }: Marks): string {
  const style = [
    ...(isAbrupt(edge) ? ['style=dashed'] : []),
    ...(path.has(edge)
      ? [`color="${RED}"`, `fontcolor="${RED}"`, 'penwidth=2.5']
      : isAbrupt(edge)
        ? [`color="${GREY}"`]
        : []),
  ];
  const attributes = [`label="${escapeDot(labelOf(edge, source))}"`, ...style].join(', ');
  return `B${edge.from.id} -> B${edge.to.id} [${attributes}];`;
}

function escapeDot(text: string): string {
  return text.replace(/["\\]/gu, String.raw`\$&`);
}

/** Mermaid source, which Markdown on GitHub draws. */
export function toMermaid(cfg: Cfg, source: SourceText, marks: Marks = NO_MARKS): string {
  const edges = cfg.blocks.flatMap(({ out }) => out);
  const marked = [...blocksOn(marks)].map(({ id }) => `B${id}`);
  const links = edges.flatMap((edge, index) => (marks.path.has(edge) ? [index] : []));
  const lines = [
    'flowchart TD',
    ...cfg.blocks.map((block) => {
      const label = boxOf(block, source, marks).map(escapeMermaid);
      return `  B${block.id}["${label.join('<br>')}"]`;
    }),
    ...edges.map((edge) => {
      const label = escapeMermaid(labelOf(edge, source));
      const arrow = isAbrupt(edge) ? '-.->' : '-->';
      return `  B${edge.from.id} ${arrow}${label === '' ? '' : `|"${label}"|`} B${edge.to.id}`;
    }),
    ...(marked.length === 0
      ? []
      : [
          `  classDef path stroke:${RED},stroke-width:2px,fill:${PINK},color:#1f2328`,
          `  class ${marked.join(',')} path`,
        ]),
    ...(links.length === 0
      ? []
      : [`  linkStyle ${links.join(',')} stroke:${RED},stroke-width:3px`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Within quotes, Mermaid takes everything but quotes, tags and Markdown; entities have a hash for an ampersand. */
function escapeMermaid(text: string): string {
  return text.replaceAll(/["#&<>`*_[\]{}|\\]/gu, (sign) => `#${String(sign.charCodeAt(0))};`);
}
