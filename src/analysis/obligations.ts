/**
 * Effects + graph -> the ways in which the handle is lost, each with a walk that shows it.
 *
 * The fact for one handle is (the places that hold it, a valuation of some repeating tests): property simulation, with
 * "which places" as the property. Which tests matter is found out by counterexample: the first pass knows none of them;
 * when the walk it reports is impossible because a test would have to give two answers, that test is added and the
 * pass repeated (the refinement loop of Clarke et al., CAV 2000). So a function with a hundred flags costs no more than
 * one with none, unless the flags guard the handle.
 *
 * ```ts
 * const [ctx, cancel] = withCancel(p);   { temp } -> { cancel }
 * if (skip) return;                      { cancel } reaches the exit: missed, witness: true(skip), return
 * cancel();                              released: the fact ends
 * ```
 */
import type { Edge } from '../cfg/graph.ts';
import { solve, type State } from '../dataflow/solve.ts';
import { eventsOf } from './events.ts';
import {
  BASE,
  DEAD,
  isThrownByCall,
  leaves,
  type Fact,
  type FoundLoss,
  type Loss,
  type Obligation,
  type Pass,
  type Scope,
  type Verdict,
} from './losses.ts';
import { NOTHING_KNOWN, valuationKey } from './tests.ts';
import { abandoned, thrown, through } from './transfer.ts';
import { isInLoop } from './loops.ts';

const WIDTH = 64;
const BUDGET = 50_000;
const MAX_REFINEMENTS = 24;
const FEW_TESTS = 8;

/** The plainest first; of equals, the one with the shorter walk. */
const RANK: Readonly<Record<Loss['kind'], number>> = {
  discarded: 0,
  'lost-in-iteration': 1,
  missed: 1,
  overwritten: 2,
  'missed-on-throw': 3,
};

function* flow(pass: Pass, state: State<Fact>): Iterable<{ edge: Edge; fact: Fact }> {
  const { block } = state;
  const { before, after, last } = through(pass, state);
  const throwsItself = block.instructions.at(-1)?.node.type === 'ThrowStatement';
  for (const edge of block.out) {
    if (pass.callsReturn === true && isThrownByCall(edge)) continue;
    const failed = edge.why.kind === 'throw';
    for (const source of failed && !throwsItself ? before : after) {
      const fact = failed
        ? thrown(pass, state, source, edge, throwsItself ? undefined : last)
        : abandoned(pass, state, source, edge);
      const next = cross(pass, state, fact, edge);
      if (next) yield { edge, fact: next };
    }
  }
}

/** Takes a fact over an edge: undefined when no path does, or when the fact has been dealt with. */
function cross(pass: Pass, state: State<Fact>, fact: Fact, edge: Edge): Fact | undefined {
  const { guards, isOver, known, pastEnds } = pass;
  const { places } = fact;
  // No way leads back to the acquire from here: without a handle there is nothing to learn.
  if (places & BASE && edge.to.id >= pastEnds) return undefined;
  // The handle is held, so this arm is not taken, or it is over, so there is nothing left to do.
  const absent = !(places & (BASE | DEAD)) && places & guards(edge.why);
  if (absent || (!(places & BASE) && isOver?.(edge.why) === true)) {
    const { why } = edge;
    if ('test' in why && !pass.endings.has(why.test)) pass.endings.set(why.test, 'absent');
    return undefined;
  }
  const valuation = known.mask ? known.onEdge(edge, fact) : NOTHING_KNOWN;
  if (!valuation) return undefined;
  const next: Fact = { places, known: valuation.known, truth: valuation.truth };
  return leaves(pass, state, next, edge) ? { ...next, places: BASE } : next;
}

/**
 * Nothing before the acquire matters but the tests that are kept track of: start where the first of them can be asked.
 * A loop may come back to the acquire with a handle still held, so there the past never ends.
 */
function scopeOf({ cfg, index, effects, tests, start }: Obligation, mask: bigint): Scope {
  if (start === 'entry') return { seeds: [cfg.entry], pastEnds: Infinity };
  const blocks = (index.sites.onEvaluate.get(start) ?? [])
    .map((site) => site.block)
    .filter((block) => block.id < cfg.reachable);
  const last = Math.max(...blocks.map((block) => block.id));
  if (effects.needsPast) return { seeds: [cfg.entry], pastEnds: Infinity };
  if (!mask) return { seeds: blocks, pastEnds: 0 };
  const repeats = blocks.some((block) => isInLoop(block.node));
  const sites = tests.sites(mask).filter((block) => repeats || block.id <= last);
  return {
    seeds: blocks.length > 0 ? [index.dominators().common([...blocks, ...sites])] : [],
    pastEnds: repeats ? Infinity : last + 1,
  };
}

/** One pass with a part of the tests; undefined when the budget ran out. */
function run(obligation: Obligation, mask: bigint, events: Pass['events']): Pass | undefined {
  const { effects, tests, start } = obligation;
  const known = tests.within(mask);
  const scope = scopeOf(obligation, mask);
  const pass: Pass = {
    ...obligation,
    ...scope,
    known,
    events,
    losses: [],
    ended: false,
    released: false,
    endings: new Map(),
    placeMask: effects.places.reduce((sum, place) => sum | place.mask, 0),
  };
  const fact: Fact =
    start === 'entry'
      ? { places: effects.initial, ...known.onFirstCall() }
      : { places: BASE, ...NOTHING_KNOWN };
  const seeds = scope.seeds.map((block) => ({ block, fact }));
  const { complete } = solve<Fact>(seeds, {
    key: (it) => `${String(it.places)} ${valuationKey(it)}`,
    group: ({ places }) => String(places),
    join: (a, b) => {
      const agreed = a.known & b.known & ~(a.truth ^ b.truth);
      return { places: a.places, known: agreed, truth: a.truth & agreed };
    },
    width: WIDTH,
    budget: BUDGET,
    flow: (state) => flow(pass, state),
  });
  return complete ? pass : undefined;
}

function plainest(losses: readonly FoundLoss[]): FoundLoss | undefined {
  return losses.toSorted(
    (a, b) =>
      Number(a.late) - Number(b.late) ||
      RANK[a.kind] - RANK[b.kind] ||
      a.witness.edges.length - b.witness.edges.length,
  )[0];
}

function inOrder(endings: Pass['endings']): Verdict['endings'] {
  return [...endings]
    .map(([node, how]) => ({ node, how }))
    .toSorted((a, b) => a.node.range[0] - b.node.range[0]);
}

/** Whether some possible path loses the handle, and how. Undefined: given up, nothing may be concluded. */
export function judge(obligation: Obligation): Verdict | undefined {
  const { tests, start, index, effects } = obligation;
  const events = eventsOf(index, effects);
  // A test around the acquire is the likeliest to be asked again around the release.
  let mask = start === 'entry' ? 0n : tests.around(start);
  for (let refinement = 0; refinement < MAX_REFINEMENTS; refinement += 1) {
    const pass = run(obligation, mask, events);
    if (!pass) return undefined;
    const loss = plainest(pass.losses);
    const lead = loss && start !== 'entry' ? index.walkTo(loss.seed) : [];
    const refuted = loss && tests.refutation(lead, loss.walk);
    // At the first call of a function its outer flags have known values, which no walk shows.
    const more = start === 'entry' && mask === 0n && loss ? ~0n : refuted;
    if (more === undefined || (more & ~mask) === 0n) {
      const ended = pass.ended && (!loss || endsOnPossiblePath(obligation, events, mask));
      return { loss, ended, released: pass.released && ended, endings: inOrder(pass.endings) };
    }
    mask |= more;
  }
  return undefined;
}

/** Is one of the releases found by a pass on a possible path? Asked in full where the tests are few. */
function endsOnPossiblePath(obligation: Obligation, events: Pass['events'], mask: bigint): boolean {
  const { count } = obligation.tests;
  if (count === 0 || count > FEW_TESTS) return true;
  const all = (1n << BigInt(count)) - 1n;
  return all === mask || (run(obligation, all, events)?.ended ?? true);
}
