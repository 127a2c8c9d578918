/** The facts about one handle on its way through a graph, and what counts as losing it. */
import type { TSESTree } from '@typescript-eslint/utils';
import { contains } from '../ast/nodes.ts';
import type { Block, Cfg, Edge } from '../cfg/graph.ts';
import { walkTo, type State } from '../dataflow/solve.ts';
import { isVariable, MAX_BITS, type Effects } from './effects.ts';
import type { BlockEvent, InstructionIndex } from './events.ts';
import type { Ending, LossKind, Witness, WitnessEnd } from './finding.ts';
import type { Tests, TestSpace, Valuation } from './tests.ts';

type Node = TSESTree.Node;

export interface Fact extends Valuation {
  /** The places that hold the handle; {@link BASE} or {@link DEAD} when none does. */
  readonly places: number;
}

/** No handle of this acquire is held (yet, or any more). */
export const BASE: number = 2 ** MAX_BITS;
/** Still held, but the block that declared its last name has ended: no code can reach it but through its owner. */
export const DEAD: number = 2 ** (MAX_BITS + 1);

export interface Loss {
  readonly kind: Exclude<LossKind, 'never-released' | 'unreachable'>;
  /** The handle was lost before, in another block: any other loss tells more. */
  readonly late: boolean;
  readonly witness: Witness;
}

export interface Verdict {
  /** The plainest loss, with its shortest walk. */
  readonly loss: Loss | undefined;
  /** Did some path release the handle or hand it over? */
  readonly ended: boolean;
  /** Did some path release it, or return a function that does? */
  readonly released: boolean;
  /** Where paths end the obligation, in source order. */
  readonly endings: readonly Ending[];
}

export interface Obligation {
  readonly cfg: Cfg;
  readonly index: InstructionIndex;
  readonly effects: Effects;
  readonly tests: TestSpace;
  /** The places that cannot hold a live handle beyond an edge. */
  readonly guards: (why: Edge['why']) => number;
  /** Is the handle over beyond an edge, even where nothing names it any more? */
  readonly isOver?: (why: Edge['why']) => boolean;
  /** Where the obligation starts: at the evaluation of a node, or held at the entry. */
  readonly start: Node | 'entry';
  /** Leave out the paths on which a call throws that nobody waits for: those on which something rejects tell more. */
  readonly callsReturn?: boolean;
}

export interface FoundLoss extends Loss {
  /** From the block in which the pass started. */
  readonly walk: readonly Edge[];
  readonly seed: Block;
}

/** Where a pass starts, and from which block on (in reverse postorder) the time before the acquire is over. */
export interface Scope {
  readonly seeds: readonly Block[];
  readonly pastEnds: number;
}

export interface Pass extends Obligation, Scope {
  readonly known: Tests;
  readonly events: ReadonlyMap<Block, readonly BlockEvent[]>;
  readonly losses: FoundLoss[];
  ended: boolean;
  released: boolean;
  readonly endings: Map<Node, Ending['how']>;
  readonly placeMask: number;
}

interface Lost {
  readonly kind: Loss['kind'];
  readonly end: () => WitnessEnd;
  /** The edge that leads to the loss, when it is not in the block of the state itself. */
  readonly edge?: Edge;
  readonly late?: boolean;
}

export function lose(
  pass: Pass,
  state: State<Fact>,
  { kind, end, edge, late = false }: Lost,
): void {
  // Breadth first: the first loss of a kind has the shortest walk.
  if (pass.losses.some((loss) => loss.kind === kind && loss.late === late)) return;
  const since = edge ? [...walkTo(state), edge] : walkTo(state);
  const held = since.slice(stepsBefore(state));
  pass.losses.push({
    kind,
    late,
    walk: since,
    seed: seedOf(state),
    witness: {
      edges: held,
      end: end(),
      held: holdersAlong(pass.effects, state, edge ? held.length - 1 : held.length),
    },
  });
}

/** Is this the way out of a call that throws by itself, rather than of a promise that is rejected? */
export function isThrownByCall({ why }: Edge): boolean {
  return why.kind === 'throw' && /^(?:Call|New|TaggedTemplate)Expression$/.test(why.cause.type);
}

/** The variables that hold the handle beyond each of the last `count` edges of the walk to a state. */
function holdersAlong(
  { places }: Effects,
  state: State<Fact>,
  count: number,
): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  for (let at: State<Fact> | undefined = state; at && found.length < count; at = at.from?.state) {
    const { fact } = at;
    const names = places.flatMap(({ holder, mask }) =>
      !(fact.places & BASE) && fact.places & mask && isVariable(holder) ? [holder.name] : [],
    );
    found.push([...new Set(names)]);
  }
  return found.reverse();
}

function seedOf(state: State<Fact>): Block {
  let at = state;
  while (at.from) at = at.from.state;
  return at.block;
}

/** How many edges of the walk to a state come before the block of the acquire that is lost there. */
function stepsBefore(state: State<Fact>): number {
  let at: State<Fact> | undefined = state;
  while (at && !(at.fact.places & BASE)) at = at.from?.state;
  let steps = 0;
  for (let from = at?.from; from; from = from.state.from) steps += 1;
  return steps;
}

/** What ends a walk that has reached an exit: read backwards from there. */
function exitEnd({ cfg }: Pass, state: State<Fact>, last: Edge): WitnessEnd {
  const thrown = last.to === cfg.throwExit;
  let edge: Edge | undefined = last;
  for (let at: State<Fact> | undefined = state; edge; edge = at?.from?.edge, at = at?.from?.state) {
    const { why, from } = edge;
    if (why.kind === 'throw') {
      if (thrown) return { kind: 'throw', node: why.cause };
      break;
    }
    if (thrown) continue;
    if (why.kind === 'abandon') return { kind: 'abandon', node: why.cause };
    if (why.kind === 'false' && why.question === 'fulfilled') {
      return { kind: 'throw', node: why.test };
    }
    // A bare `return` has nothing to evaluate.
    const returned = from.instructions.find(
      (it) => it.kind !== 'bind' && it.node.type === 'ReturnStatement',
    );
    if (returned) return { kind: 'return', node: returned.node };
  }
  return { kind: 'implicit-return', node: cfg.unit };
}

/** Does the edge lead the fact out of the function, or round a loop past its last name? Then it is lost there. */
export function leaves(pass: Pass, state: State<Fact>, fact: Fact, edge: Edge): boolean {
  if (fact.places & BASE) return false;
  const { cfg, start, effects } = pass;
  if (edge.to === cfg.exit && fact.places & effects.returned) {
    pass.ended = true;
    pass.endings.set(exitEnd(pass, state, edge).node, 'handover');
    return true;
  }
  const dead = (fact.places & DEAD) !== 0;
  if (edge.to === cfg.exit || edge.to === cfg.throwExit) {
    const end = exitEnd(pass, state, edge);
    const exceptional = end.kind === 'throw' || end.kind === 'abandon';
    const kind = exceptional ? 'missed-on-throw' : 'missed';
    lose(pass, state, { kind, end: () => end, edge, late: dead });
    return true;
  }
  const { why } = edge;
  if (!dead || why.kind !== 'back' || start === 'entry') return false;
  if (!diedIn(why.loop, state)) return false;
  const here = contains(why.loop, start);
  const end = (): WitnessEnd => ({ kind: 'scope-end', node: why.loop });
  lose(pass, state, { kind: 'lost-in-iteration', end, edge, late: !here });
  return here;
}

/** Did the last name of the handle die inside the loop, on the way to this state or in its block? */
function diedIn(loop: Node, state: State<Fact>): boolean {
  let at = state;
  while (at.from && at.fact.places & DEAD) at = at.from.state;
  return at.block.instructions.some((it) => it.kind === 'scope-end' && contains(loop, it.node));
}
