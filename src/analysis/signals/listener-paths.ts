/**
 * A graph and what its nodes do to one listener -> the ways out on which the listener stays on.
 *
 * ```ts
 * signal.addEventListener('abort', stop);    off -> on
 * if (signal.aborted) return;                on this arm it is over: there is nothing left to leak
 * await work();                              rejects while on: a loss
 * signal.removeEventListener('abort', stop); on -> over
 * ```
 *
 * For a promise the way out is being settled: then only those exits count on which one of `settles` has run.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { contains } from '../../ast/nodes.ts';
import type { Block, Cfg, Edge, Instruction } from '../../cfg/graph.ts';
import { solve, walkTo, type State } from '../../dataflow/solve.ts';
import type { InstructionIndex } from '../events.ts';
import type { Witness, WitnessEnd } from '../finding.ts';
import {
  NOTHING_KNOWN,
  valuationKey,
  type Tests,
  type TestSpace,
  type Valuation,
} from '../tests.ts';
import { isInLoop } from '../loops.ts';

type Node = TSESTree.Node;

export interface Watch {
  readonly cfg: Cfg;
  readonly tests: TestSpace;
  readonly index: InstructionIndex;
  /** The registration; or the listener is on when this code starts. */
  readonly start: Node | 'entry';
  /** The listener stands in the loop around: going round adds another one. */
  readonly freshIn: Node | undefined;
  /** Taken off, or out of our hands, once this instruction has run (for a throw: once it was tried). */
  readonly isEnd: (node: Node) => boolean;
  /** Nodes that settle the promise; undefined where every exit counts. */
  readonly settles: ReadonlySet<Node> | undefined;
  /** A plain call between the registration and the `try` is taken to return, even where a `catch` would catch it. */
  readonly trustsCalls: boolean;
  /** Arms on which the listener cannot be on, or its signal has aborted. */
  readonly isOver: (why: Edge['why']) => boolean;
}

export interface Leak {
  readonly kind: 'missed' | 'missed-on-throw' | 'added-again';
  readonly witness: Witness;
  /** What has settled the promise. */
  readonly settledBy: Node | undefined;
}

interface Fact extends Valuation {
  readonly listener: 'off' | 'on' | 'over';
  readonly settledBy: Node | undefined;
}

const WIDTH = 64;
const BUDGET = 40_000;
const MAX_ROUNDS = 16;

interface Pass extends Watch {
  /** The tests that are kept track of. */
  readonly known: Tests;
  readonly leaks: (Leak & { readonly walk: readonly Edge[]; readonly seed: Block })[];
  /** From this block on, in order, what does not hold the listener never will. */
  readonly pastEnds: number;
  readonly ids: Map<Node, number>;
}

function idOf({ ids }: Pass, node: Node): number {
  const id = ids.get(node) ?? ids.size + 1;
  ids.set(node, id);
  return id;
}

function acts(instruction: Instruction): boolean {
  return (
    instruction.kind === 'evaluate' || instruction.kind === 'bind' || instruction.kind === 'invoke'
  );
}

function after(pass: Pass, fact: Fact, instruction: Instruction): Fact {
  const { known, truth } = pass.known.mask ? pass.known.onInstruction(instruction, fact) : fact;
  let { listener, settledBy } = fact;
  if (acts(instruction)) {
    const { node } = instruction;
    if (node === pass.start && instruction.kind === 'evaluate') listener = 'on';
    else if (pass.isEnd(node) && (listener === 'on' || pass.start === 'entry')) listener = 'over';
    // What settles and takes off in one may stand before and run later, as the callback of a chain.
    if (pass.settles?.has(node) && !pass.isEnd(node)) settledBy = node;
  }
  const changed =
    listener !== fact.listener ||
    settledBy !== fact.settledBy ||
    known !== fact.known ||
    truth !== fact.truth;
  return changed ? { listener, settledBy, known, truth } : fact;
}

function rejectedBy({ why }: Edge): Node | readonly [] {
  return why.kind === 'false' && why.question === 'fulfilled' ? why.test : [];
}

/** What ends a walk, read backwards from its last edge. */
function endOf({ cfg }: Pass, walk: readonly Edge[]): WitnessEnd {
  const last = walk.at(-1);
  if (last?.to === cfg.throwExit) {
    for (const { why } of walk.toReversed()) {
      if (why.kind === 'throw') return { kind: 'throw', node: why.cause };
    }
  }
  for (const { why, from } of walk.toReversed()) {
    if (why.kind === 'abandon') return { kind: 'abandon', node: why.cause };
    if (why.kind === 'false' && why.question === 'fulfilled') {
      return { kind: 'throw', node: why.test };
    }
    const returned = from.instructions.find(
      (it) => it.kind !== 'bind' && it.node.type === 'ReturnStatement',
    );
    if (returned) {
      const { node } = returned;
      const rejected = walk.flatMap(rejectedBy).find((it) => contains(node, it));
      return rejected ? { kind: 'throw', node: rejected } : { kind: 'return', node };
    }
    if (why.kind === 'throw') break;
  }
  return { kind: 'implicit-return', node: cfg.unit };
}

function startsIn(block: Block, start: Node): boolean {
  return block.instructions.some((it) => it.kind === 'evaluate' && it.node === start);
}

/** Is there a leak of this kind, by the same settlement, already? The first walk is the shortest. */
function isKnown({ leaks }: Pass, kind: Leak['kind'], { settledBy }: Fact): boolean {
  return leaks.some((one) => one.kind === kind && one.settledBy === settledBy);
}

function leak(pass: Pass, state: State<Fact>, fact: Fact, last: Edge, again?: Node): void {
  // Every operation that may throw comes here: look before the walk to it is made.
  if (last.why.kind === 'throw' && isKnown(pass, 'missed-on-throw', fact)) return;
  const walk = [...walkTo(state), last];
  const { start } = pass;
  const from = start === 'entry' ? 0 : walk.findLastIndex((edge) => startsIn(edge.from, start));
  const edges = walk.slice(Math.max(from, 0));
  const end: WitnessEnd = again ? { kind: 'scope-end', node: again } : endOf(pass, edges);
  const exceptional = end.kind === 'throw' || end.kind === 'abandon';
  const kind = again ? 'added-again' : exceptional ? 'missed-on-throw' : 'missed';
  const seed = walk[0]?.from ?? state.block;
  if (!isKnown(pass, kind, fact)) {
    pass.leaks.push({ kind, settledBy: fact.settledBy, witness: { edges, end }, walk, seed });
  }
}

/** Does the listener get lost on this edge? */
function loses(pass: Pass, state: State<Fact>, fact: Fact, edge: Edge): boolean {
  const { cfg, settles, freshIn, start } = pass;
  if (fact.listener !== 'on') return false;
  if (edge.to === cfg.exit || edge.to === cfg.throwExit) {
    if (!settles || fact.settledBy) leak(pass, state, fact, edge);
    return true;
  }
  const { why } = edge;
  if (why.kind !== 'back' || why.loop !== freshIn || start === 'entry') return false;
  if (!contains(why.loop, start) || settles) return false;
  leak(pass, state, fact, edge, why.loop);
  return true;
}

/** A call that may throw, and may as well return. */
function isDoubtful({ why, from }: Edge): boolean {
  return why.kind === 'throw' && why.cause.type === 'CallExpression' && from.out.length > 1;
}

function* flow(pass: Pass, state: State<Fact>): Iterable<{ edge: Edge; fact: Fact }> {
  const { block } = state;
  let fact = state.fact;
  let before = fact;
  for (const instruction of block.instructions) {
    before = fact;
    fact = after(pass, fact, instruction);
  }
  const last = block.instructions.at(-1);
  const throwsItself = last?.node.type === 'ThrowStatement';
  for (const edge of block.out) {
    const failed = edge.why.kind === 'throw' && !throwsItself;
    // A removal that throws has been tried, a registration that throws has not happened.
    const held = failed && fact.listener !== 'over' ? before : fact;
    if (failed && held.listener === 'on' && pass.trustsCalls && isDoubtful(edge)) continue;
    const valuation = pass.known.mask ? pass.known.onEdge(edge, held) : NOTHING_KNOWN;
    if (!valuation) continue;
    const over = held.listener === 'on' && pass.isOver(edge.why);
    const next: Fact = {
      listener: over ? 'over' : held.listener,
      settledBy: held.settledBy,
      known: valuation.known,
      truth: valuation.truth,
    };
    if (next.listener !== 'on' && edge.to.id >= pass.pastEnds) continue;
    if (!loses(pass, state, next, edge)) yield { edge, fact: next };
  }
}

/** Nothing before the registration matters but tests that are kept track of, and what settles the promise. */
function scopeOf(
  { cfg, start, settles, index }: Watch,
  mask: bigint,
): { readonly seeds: readonly Block[]; readonly pastEnds: number } {
  if (start === 'entry' || settles || mask) return { seeds: [cfg.entry], pastEnds: Infinity };
  const sites = (index.sites.onEvaluate.get(start) ?? []).map(({ block }) => block);
  const seeds = sites.filter(({ id }) => id < cfg.reachable);
  const repeats = seeds.some(({ node }) => isInLoop(node));
  return { seeds, pastEnds: repeats ? Infinity : Math.max(...seeds.map(({ id }) => id)) + 1 };
}

/** One pass that keeps track of some tests; undefined when the budget ran out. */
function run(watch: Watch, mask: bigint): Pass['leaks'] | undefined {
  const { start, tests } = watch;
  const { seeds, pastEnds } = scopeOf(watch, mask);
  const pass: Pass = { ...watch, known: tests.within(mask), leaks: [], ids: new Map(), pastEnds };
  const first: Fact = {
    listener: start === 'entry' ? 'on' : 'off',
    settledBy: undefined,
    ...NOTHING_KNOWN,
  };
  const group = ({ listener, settledBy }: Fact): string =>
    settledBy ? `${listener} ${String(idOf(pass, settledBy))}` : listener;
  const { complete } = solve<Fact>(
    seeds.map((block) => ({ block, fact: first })),
    {
      key: (it) => `${group(it)} ${valuationKey(it)}`,
      group,
      join: (a, b) => {
        const known = a.known & b.known & ~(a.truth ^ b.truth);
        return { ...a, known, truth: a.truth & known };
      },
      width: WIDTH,
      budget: BUDGET,
      flow: (state) => flow(pass, state),
    },
  );
  return complete ? pass.leaks : undefined;
}

/**
 * The leaks, each with its shortest walk; undefined when the graph cannot be relied on. Tests are brought in as walks
 * turn out to be impossible.
 */
export function findLeaks(watch: Watch): readonly Leak[] | undefined {
  if (watch.cfg.incomplete) return undefined;
  let mask = 0n;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const leaks = run(watch, mask);
    if (!leaks) return undefined;
    const refuting = leaks.reduce(
      (sum, { walk, seed }) => sum | (watch.tests.refutation(watch.index.walkTo(seed), walk) ?? 0n),
      0n,
    );
    if ((refuting & ~mask) === 0n) return leaks;
    mask |= refuting;
  }
  return undefined;
}
