/** The checker itself: it finds nothing in a graph as it was built, and each kind of damage in a damaged one. */
import { describe, expect, it } from 'vitest';

import { buildCfg } from '../../src/cfg/build.ts';
import type { Block, Cfg, Edge, EdgeKind, Instruction } from '../../src/cfg/graph.ts';
import { defaultPolicies } from '../../src/cfg/policies.ts';
import { asTypeScript, parse } from './parsers.ts';
import { functionUnits } from './tree.ts';
import { violations } from './well-formed.ts';

const TEXT = `other();
async function f(p) {
  for (const x of p) {
    if (x) continue;
    try { await x(); } finally { p.log(); }
  }
  return p;
}`;

const policies = defaultPolicies('await');

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface LooseBlock extends Mutable<Omit<Block, 'instructions' | 'out' | 'in'>> {
  instructions: Instruction[];
  out: Edge[];
  in: Edge[];
}

interface LooseCfg extends Omit<Mutable<Cfg>, 'blocks' | 'entry' | 'exit' | 'throwExit'> {
  blocks: LooseBlock[];
  entry: LooseBlock;
  exit: LooseBlock;
  throwExit: LooseBlock;
}

function graph(): { readonly cfg: LooseCfg; readonly check: () => readonly string[] } {
  const parsed = parse({ path: 'a.js', text: TEXT, sourceType: 'module' }, 'espree');
  if (parsed.kind === 'rejected') throw new Error(parsed.message);
  const { ast, visitorKeys } = asTypeScript(parsed.sourceCode);
  const unit = functionUnits(ast, visitorKeys).find(({ type }) => type === 'FunctionDeclaration');
  if (!unit) throw new Error('no function');
  const cfg = buildCfg(unit, policies);
  return {
    cfg: cfg as unknown as LooseCfg,
    check: () => violations(cfg, policies, visitorKeys),
  };
}

/** The first edge of a kind, with the block it leaves. */
function edgeOf({ blocks }: LooseCfg, kind: EdgeKind['kind']): { from: LooseBlock; edge: Edge } {
  for (const from of blocks) {
    const edge = from.out.find(({ why }) => why.kind === kind);
    if (edge) return { from, edge };
  }
  throw new Error(`no ${kind} edge`);
}

function link(from: LooseBlock, to: LooseBlock, why: EdgeKind): void {
  const edge: Edge = { from, to, why };
  from.out.push(edge);
  to.in.push(edge);
}

const DAMAGE: readonly (readonly [string, RegExp, (cfg: LooseCfg) => void])[] = [
  ['a wrong id', /has id/, (cfg) => (cfg.entry.id = 7)],
  ['a wrong entry', /is not the first block/, (cfg) => (cfg.entry = cfg.exit)],
  [
    'an edge that its target does not know',
    /does not know its edge in/,
    (cfg) => ((edgeOf(cfg, 'true').edge.to as LooseBlock).in = []),
  ],
  [
    'an edge that its source does not know',
    /does not know its edge out/,
    (cfg) => (edgeOf(cfg, 'throw').from.out = []),
  ],
  ['an edge listed twice', /listed twice/, (cfg) => cfg.entry.out.push(...cfg.entry.out)],
  ['a way out of an exit', /has a way out/, (cfg) => link(cfg.exit, cfg.entry, { kind: 'normal' })],
  [
    'a second entry',
    /the entry has an edge in/,
    (cfg) => link(edgeOf(cfg, 'back').from, cfg.entry, { kind: 'normal' }),
  ],
  [
    'a wrong claim of reachability',
    /B1 \(.*\) is reachable/,
    (cfg) => {
      cfg.reachable = 1;
    },
  ],
  [
    'an order that is none',
    /goes back, but closes no loop|comes before everything/,
    (cfg) => {
      const { blocks, reachable } = cfg;
      blocks.splice(1, reachable - 1, ...blocks.slice(1, reachable).reverse());
      blocks.forEach((block, id) => (block.id = id));
    },
  ],
  [
    'a third branch',
    /more than two ways/,
    (cfg) => {
      const { from, edge } = edgeOf(cfg, 'true');
      link(from, edge.to as LooseBlock, edge.why);
    },
  ],
  [
    'two questions at one branch',
    /asks two questions/,
    (cfg) => {
      const { from } = edgeOf(cfg, 'true');
      const test = cfg.unit;
      from.out = from.out.map((edge) =>
        edge.why.kind === 'true' ? { ...edge, why: { ...edge.why, test } } : edge,
      );
    },
  ],
  [
    'something done after the operation that throws',
    /does not end with the AwaitExpression/,
    (cfg) => edgeOf(cfg, 'throw').from.instructions.push({ kind: 'statement', node: cfg.unit }),
  ],
  ['a dead end', /is a dead end/, (cfg) => (edgeOf(cfg, 'back').from.out = [])],
  [
    'a node that is nowhere',
    /IfStatement at 4:4 is in no block/,
    (cfg) =>
      cfg.blocks.forEach((block) => {
        block.instructions = block.instructions.filter(({ node }) => node.type !== 'IfStatement');
      }),
  ],
  [
    'a node of other code',
    /Program at .* is not ours/,
    (cfg) => {
      const node = cfg.unit.parent;
      if (node) cfg.entry.instructions.push({ kind: 'evaluate', node });
    },
  ],
];

describe('the checker', () => {
  it('finds nothing in a graph as it was built', () => {
    expect(graph().check()).toEqual([]);
  });

  it.each(DAMAGE)('finds %s', (_, message, damage) => {
    const { cfg, check } = graph();
    damage(cfg);
    expect(check().join('\n')).toMatch(message);
  });
});
