/**
 * Forward exploration of (block, fact) pairs: one worklist for any {@link Problem}.
 *
 * Facts on different paths stay apart as long as their keys differ, which makes the result the exact set of facts that
 * some path of the graph brings to a block. To keep that affordable, facts of the same group in the same block are
 * joined once there are more than `width` of them ("property simulation": Das, Lerner and Seigle, PLDI 2002: the group
 * is the property state, the join forgets what the paths disagree on).
 *
 * Breadth first, so the first arrival of a fact is by a shortest path; {@link State.from} keeps it for the witness.
 *
 * Not modelled: backward problems, and facts that depend on other facts (the problem must be distributive).
 */
import type { Block, Edge } from '../cfg/graph.ts';

/** A fact that holds when control enters a block, and how it first got there. */
export interface State<Fact> {
  readonly block: Block;
  readonly fact: Fact;
  readonly from: { readonly state: State<Fact>; readonly edge: Edge } | undefined;
}

/**
 * Obligations of an implementation: `flow` and `join` are pure; `key` is injective on facts; facts that may be joined
 * have the same `group`; `join` gives a fact that stands for both and is idempotent, commutative, and climbs only
 * finitely often.
 */
export interface Problem<Fact> {
  readonly key: (fact: Fact) => string;
  readonly group: (fact: Fact) => string;
  readonly join: (a: Fact, b: Fact) => Fact;
  /** How many facts of one group a block keeps apart. */
  readonly width: number;
  /** How many states in all; past it the exploration stops and says so. */
  readonly budget: number;
  /** The fact at the far end of each out edge of the block, given the fact at its start; undefined: no such path. */
  readonly flow: (state: State<Fact>) => Iterable<{ readonly edge: Edge; readonly fact: Fact }>;
}

export interface Solution<Fact> {
  readonly states: readonly State<Fact>[];
  readonly complete: boolean;
}

/** The facts of one group in one block. Most blocks see one fact only. */
interface Group<Fact> {
  readonly first: string;
  others: Set<string> | undefined;
  joined: Fact | undefined;
}

/**
 * What to explore when `fact` arrives: itself, its join with what the block has of its group, or nothing.
 */
function admit<Fact>(
  problem: Problem<Fact>,
  seen: Map<string, Group<Fact>>,
  fact: Fact,
): Fact | undefined {
  const key = problem.key(fact);
  const name = problem.group(fact);
  const group = seen.get(name);
  if (!group) {
    seen.set(name, { first: key, others: undefined, joined: undefined });
    return fact;
  }
  if (key === group.first || group.others?.has(key) === true) return undefined;
  group.others ??= new Set();
  if (group.joined === undefined && group.others.size + 1 < problem.width) {
    group.others.add(key);
    return fact;
  }
  const joined = group.joined === undefined ? fact : problem.join(group.joined, fact);
  group.joined = joined;
  const joinedKey = problem.key(joined);
  if (joinedKey === group.first || group.others.has(joinedKey)) return undefined;
  group.others.add(joinedKey);
  return joined;
}

/** Explores everything that can be reached from the seeds. */
export function solve<Fact>(
  seeds: Iterable<{ readonly block: Block; readonly fact: Fact }>,
  problem: Problem<Fact>,
): Solution<Fact> {
  const states: State<Fact>[] = [];
  const seen = new Map<Block, Map<string, Group<Fact>>>();
  const arrive = (block: Block, fact: Fact, from: State<Fact>['from']): void => {
    let atBlock = seen.get(block);
    if (!atBlock) seen.set(block, (atBlock = new Map<string, Group<Fact>>()));
    const admitted = admit(problem, atBlock, fact);
    if (admitted !== undefined) states.push({ block, fact: admitted, from });
  };
  for (const seed of seeds) arrive(seed.block, seed.fact, undefined);
  // The list grows while it is walked: it is the worklist.
  for (const state of states) {
    if (states.length > problem.budget) return { states, complete: false };
    for (const { edge, fact } of problem.flow(state)) arrive(edge.to, fact, { state, edge });
  }
  return { states, complete: true };
}

/** The edges by which a state was first reached from its seed, in order. */
export function walkTo<Fact>(state: State<Fact>): readonly Edge[] {
  const edges: Edge[] = [];
  for (let at = state.from; at; at = at.state.from) edges.push(at.edge);
  return edges.reverse();
}
