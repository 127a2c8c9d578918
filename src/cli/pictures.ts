/**
 * The graphs of reports -> pictures that a page can carry along: SVG, deflated. A picture of a function with twenty
 * statements is some 20 kB of SVG and 3 kB in the page.
 */
import { deflateRawSync } from 'node:zlib';
import { loadGraphviz, type Draw } from './graphviz.ts';
import type { PathGraph, Report } from './result.ts';

/** Beyond this nobody can read the picture any more. */
const MOST_BLOCKS = 150;

export type Picture =
  | { readonly kind: 'svg'; readonly deflated: string }
  | { readonly kind: 'too-big'; readonly blocks: number };

/** By report, of those with a graph. `'not-installed'`: Graphviz is missing. */
export type Pictures = ReadonlyMap<Report, Picture> | 'not-installed';

export async function picturesOf(reports: readonly Report[]): Promise<Pictures> {
  const drawn = new Map<Report, Picture>();
  const withGraph = reports.flatMap((report) =>
    report.graph ? [{ report, ...report.graph }] : [],
  );
  if (withGraph.length === 0) return drawn;
  const draw = await loadGraphviz();
  if (!draw) return 'not-installed';
  for (const { report, ...graph } of withGraph) drawn.set(report, pictureOf(graph, draw));
  return drawn;
}

function pictureOf({ blocks, dot }: PathGraph, draw: Draw): Picture {
  if (blocks > MOST_BLOCKS) return { kind: 'too-big', blocks };
  // What Graphviz says besides the picture: its version, and the names of blocks as tooltips.
  const svg = draw(dot)
    .replace(/^[^]*?(?=<svg)/u, '')
    .replaceAll(/<!--[^]*?-->\n?|<title>[^<]*<\/title>\n?/gu, '');
  return { kind: 'svg', deflated: deflateRawSync(svg, { level: 9 }).toString('base64') };
}
