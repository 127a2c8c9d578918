/**
 * Walks the graph of a task: every block that control reaches, and whether an await has failed on the way there and
 * nobody has caught it since.
 *
 * ```ts
 * try { await step(); }        step() rejects: failing
 * finally { flush(); }         failing: the rejection goes on after this copy
 * …
 * catch { retry(); }           no longer
 * ```
 *
 * A `finally` that catches something itself (`finally { try { … } catch { … } }`) must not forget what was pending before
 * it: its entry remembers.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { contains, unwrap } from '../../ast/nodes.ts';
import type { Block, Cfg, Edge } from '../../cfg/graph.ts';
import { solve, type State } from '../../dataflow/solve.ts';

type Node = TSESTree.Node;

interface Mood {
  readonly failing: boolean;
  /** By the first block of a `finally` copy: was a failure on its way out when control came in? */
  readonly pending: ReadonlyMap<Block, boolean>;
}

export type Place = State<Mood>;

export interface Explored {
  readonly places: readonly Place[];
  /** Pairs of indices into `places`. */
  readonly moves: readonly (readonly [from: number, to: number, edge: Edge])[];
  readonly complete: boolean;
}

export interface Cuts {
  /** No path of interest takes this edge. */
  readonly edge: (edge: Edge) => boolean;
  /** No path of interest goes on from this block. */
  readonly block: (block: Block) => boolean;
}

const BUDGET = 20_000;
const NO_CUTS: Cuts = { edge: () => false, block: () => false };
const START: Mood = { failing: false, pending: new Map() };

export function isFailing({ fact }: Place): boolean {
  return fact.failing;
}

/** Is this where the function ends, by returning or by a throw on purpose? */
export function isEnd(place: Place, { exit, throwExit }: Cfg): boolean {
  return place.block === exit || (place.block === throwExit && !isFailing(place));
}

function keyOf({ failing, pending }: Mood): string {
  const entries = [...pending].map(([block, value]) => `${String(block.id)}${value ? '!' : ''}`);
  return `${String(failing)} ${entries.sort().join(' ')}`;
}

function isHandler(block: Block): boolean {
  if (block.role === 'catch') return true;
  if (block.role !== 'callback') return false;
  const { parent } = block.node;
  // A `finally` callback passes the rejection on.
  const callee = parent?.type === 'CallExpression' ? unwrap(parent.callee) : undefined;
  return !(
    callee?.type === 'MemberExpression' &&
    callee.property.type === 'Identifier' &&
    callee.property.name === 'finally'
  );
}

/** Does this block end a scope on the way of a throw that comes from inside it? */
function passesThrow({ role, in: edges }: Block): boolean {
  if (role !== 'scope-end' && role !== 'dispose') return false;
  return edges.some(
    ({ why }) => why.kind === 'throw' || (why.kind === 'resume' && why.completion.kind === 'throw'),
  );
}

/** The start of the `finally` copy that ends with this block. */
function entryOf(end: Block): Block | undefined {
  const seen = new Set([end]);
  let entry: Block | undefined;
  for (const block of seen) {
    if (block.role === 'finally' && contains(block.node, end.node)) {
      const isInner = entry === undefined || contains(entry.node, block.node);
      if (isInner) entry = block;
      continue;
    }
    for (const { from } of block.in) seen.add(from);
  }
  return entry;
}

interface Walk {
  readonly isOnPurpose: (cause: Node) => boolean;
  /** Must what is pending be remembered in this copy of a `finally`? */
  readonly remembers: (entry: Block) => boolean;
  readonly entryOf: (end: Block) => Block | undefined;
}

function walkOf({ blocks }: Cfg, isOnPurpose: Walk['isOnPurpose']): Walk {
  const catches = blocks.filter(({ role }) => role === 'catch');
  const entries = new Map<Block, Block | undefined>();
  return {
    isOnPurpose,
    remembers: (entry) => catches.some(({ node }) => contains(entry.node, node)),
    entryOf: (end) => {
      if (!entries.has(end)) entries.set(end, entryOf(end));
      return entries.get(end);
    },
  };
}

function moodAfter(mood: Mood, { why, from, to }: Edge, walk: Walk): Mood {
  const { pending } = mood;
  if (isHandler(to)) return { failing: false, pending };
  if (why.kind === 'throw') {
    return entered({ failing: !walk.isOnPurpose(why.cause), pending }, to, walk);
  }
  if (why.kind === 'false' && why.question === 'fulfilled') {
    return { failing: !walk.isOnPurpose(why.test), pending };
  }
  if (why.kind !== 'resume' || why.completion.kind !== 'throw') return mood;
  const entry = pending.size > 0 && !passesThrow(from) ? walk.entryOf(from) : undefined;
  if (!entry || !pending.has(entry)) return entered(mood, to, walk);
  const left = new Map(pending);
  left.delete(entry);
  return entered({ failing: pending.get(entry) === true, pending: left }, to, walk);
}

/** On a throw into a copy of a `finally`: the throw goes on after it. */
function entered(mood: Mood, to: Block, { remembers }: Walk): Mood {
  if (to.role !== 'finally' || !remembers(to)) return mood;
  return { ...mood, pending: new Map(mood.pending).set(to, mood.failing) };
}

/** Every block that control reaches, and in which mood. */
export function explore(
  cfg: Cfg,
  isOnPurpose: (cause: Node) => boolean,
  cuts: Cuts = NO_CUTS,
): Explored {
  const walk = walkOf(cfg, isOnPurpose);
  const taken: (readonly [Place, Edge, Mood])[] = [];
  const { states, complete } = solve<Mood>([{ block: cfg.entry, fact: START }], {
    key: keyOf,
    group: keyOf,
    join: (mood) => mood,
    width: 1,
    budget: BUDGET,
    flow: (place) => {
      if (cuts.block(place.block)) return [];
      const out = place.block.out
        .filter((edge) => !cuts.edge(edge))
        .map((edge) => ({ edge, fact: moodAfter(place.fact, edge, walk) }));
      for (const { edge, fact } of out) taken.push([place, edge, fact]);
      return out;
    },
  });
  const nameOf = (block: Block, mood: Mood): string => `${String(block.id)} ${keyOf(mood)}`;
  const index = new Map(states.map(({ block, fact }, at) => [nameOf(block, fact), at]));
  const at = (block: Block, mood: Mood): number => index.get(nameOf(block, mood)) ?? -1;
  const moves = taken.map(
    ([place, edge, mood]) => [at(place.block, place.fact), at(edge.to, mood), edge] as const,
  );
  return { places: states, moves, complete };
}
