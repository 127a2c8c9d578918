/** Finds scripts of decisions that together take every decision of a graph both ways (all ways). */
import type { Cfg, Edge } from '../../src/cfg/graph.ts';
import type { Choose } from './run-code.ts';
import { runGraph } from './run-graph.ts';
import type { GraphRun } from './run-graph.ts';

export interface Exploration {
  /** The scripts whose run comes to an end, with that run. */
  readonly ended: readonly { readonly script: readonly number[]; readonly run: GraphRun }[];
  readonly edges: ReadonlySet<Edge>;
}

/** Decides by the script and, after its end, as `rest` does. */
export function scripted(script: readonly number[], rest: (options: number) => number): Choose {
  let position = 0;
  return (options) => {
    const outcome = script[position++];
    return outcome === undefined ? rest(options) : outcome % options;
  };
}

const MAX_RUNS = 2_000;

export function explore(cfg: Cfg): Exploration {
  const ended: { script: readonly number[]; run: GraphRun }[] = [];
  const edges = new Set<Edge>();
  const known = new Set<string>();
  const queue: (readonly number[])[] = [[]];
  for (let runs = 0; runs < MAX_RUNS; runs++) {
    const script = queue.pop();
    if (script === undefined) break;
    const run = runGraph(
      cfg,
      scripted(script, () => 0),
    );
    for (const edge of run.edges) edges.add(edge);
    if (run.trace !== undefined) ended.push({ script, run });
    for (const [index, { point, options, outcome }] of run.decisions.entries()) {
      known.add(`${point}=${outcome}`);
      for (let other = 0; other < options; other++) {
        if (known.has(`${point}=${other}`)) continue;
        known.add(`${point}=${other}`);
        queue.push([...run.decisions.slice(0, index).map((made) => made.outcome), other]);
      }
    }
  }
  return { ended, edges };
}
