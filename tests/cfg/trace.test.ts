/**
 * The graph against the engine: what a program does is a walk of its graph, event by event, and every edge of the graph
 * is taken by some run.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { buildCfg } from '../../src/cfg/build.ts';
import type { Block, Edge } from '../../src/cfg/graph.ts';

import { violations } from '../corpus/well-formed.ts';
import { explore, scripted } from './explore.ts';
import { growProgram } from './programs.ts';
import type { UnitKind } from './programs.ts';
import { compileProgram } from './run-code.ts';
import { programPolicies, runGraph } from './run-graph.ts';
import { firstUnit, isReachable, listing, parseWithParents } from './support.ts';

const RUNS = Number(process.env['CFG_RUNS'] ?? 250);

const TIMEOUT = 60_000 + 100 * RUNS;

const genes = fc.array(fc.nat({ max: 5_000 }), { minLength: 1, maxLength: 60 });
const tail = fc.array(fc.nat({ max: 5 }), { maxLength: 40 });

function goesOnBeside({ out }: Block): boolean {
  return out.filter(({ why }) => why.kind === 'normal' || why.kind === 'back').length > 1;
}

/** Compares every explored run, and one random one, with the engine. */
async function compare(code: string, kind: UnitKind, random: readonly number[]): Promise<void> {
  const { program, visitorKeys } = parseWithParents(code);
  const cfg = buildCfg(firstUnit(program), programPolicies);
  expect(cfg.incomplete).toBeUndefined();
  expect(violations(cfg, programPolicies, visitorKeys)).toEqual([]);
  // A detached function that never settles runs beside the code after it: no single walk.
  fc.pre(!cfg.blocks.some(goesOnBeside));
  const run = compileProgram(code, kind);
  const { ended, edges } = explore(cfg);
  for (const { script, run: expected } of ended) {
    expect(expected.trace).toEqual(await run(scripted(script, () => 0)));
  }
  const any = runGraph(
    cfg,
    scripted(random, () => 0),
  );
  if (any.trace) expect(any.trace).toEqual(await run(scripted(random, () => 0)));
  const untaken: Edge[] = cfg.blocks
    .filter((block) => isReachable(cfg, block))
    .flatMap(({ out }) => out.filter((edge) => !edges.has(edge)));
  expect(untaken.map(({ from, to }) => `B${from.id} -> B${to.id}`)).toEqual([]);
}

describe.each(['sync', 'async', 'generator', 'async-generator'] as const)('%s', (kind) => {
  it(
    'does what its graph says, and all of it',
    async () => {
      await fc.assert(
        fc.asyncProperty(genes, tail, async (seeds, random) => {
          const code = growProgram(seeds, kind);
          try {
            await compare(code, kind, random);
          } catch (error) {
            if (error instanceof fc.PreconditionFailure) throw error;
            throw new Error(`${code}\n\n${listing(code, programPolicies)}`, { cause: error });
          }
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );
});
