/** How the facts about one handle change from the start of a block to its end. */
import type { Edge } from '../cfg/graph.ts';
import type { State } from '../dataflow/solve.ts';
import type { NodeEffect } from './effects.ts';
import type { BlockEvent } from './events.ts';
import type { WitnessEnd } from './finding.ts';
import { isCaughtInFinally } from './returns.ts';
import { BASE, DEAD, lose, type Fact, type Pass } from './losses.ts';

/** Applies what one node does. Pushes the facts that hold after it. */
function transfer(
  pass: Pass,
  state: State<Fact>,
  fact: Fact,
  event: BlockEvent,
  push: (fact: Fact) => void,
): void {
  const { effect, instruction } = event;
  const move = (places: number): void => {
    push({ ...fact, places });
  };
  if (instruction.kind === 'statement') {
    // A `finally` block returns something else: the value that was to be returned is gone.
    const { returned } = pass.effects;
    const places = fact.places & ~returned;
    if (!(fact.places & returned) || places & pass.placeMask) move(places);
    else
      lose(pass, state, {
        kind: 'missed',
        end: () => ({ kind: 'return', node: instruction.node }),
      });
    return;
  }
  const isBase = (fact.places & BASE) !== 0;
  const marks = fact.places & ~pass.placeMask & ~BASE & ~DEAD;
  if (effect.acquire) {
    settle(pass, state, effect.acquire | marks, event, move);
    if (isBase) return;
  }
  if (fact.places & DEAD && effect.ends.some(({ from }) => from & DEAD)) {
    pass.ended = true;
    pass.endings.set(instruction.node, 'handover');
    move(BASE | marks);
    return;
  }
  if (isBase || fact.places & DEAD) {
    const cleared = instruction.kind === 'scope-end' ? effect.kill : 0;
    move((fact.places & ~cleared) | effect.escapes);
    return;
  }
  settle(pass, state, fact.places, event, move);
}

/** Moves a held handle through one node: it is still held somewhere, ends, or is lost. */
function settle(
  pass: Pass,
  state: State<Fact>,
  before: number,
  { effect, instruction }: BlockEvent,
  push: (places: number) => void,
): void {
  const { placeMask, effects } = pass;
  let after = before & ~effect.kill;
  for (const { from, to } of effect.moves) if (before & from) after |= to;
  const ended =
    effect.ends.some((end) => (before | after) & end.from) ||
    effects.escapable.some(({ places, mark }) => (after | effect.escapes) & mark && after & places);
  if (ended) {
    pass.ended = true;
    const here = effect.ends.filter((end) => (before | after) & end.from);
    const releases = here.some(({ how }) => how === 'release');
    pass.released ||= releases;
    pass.endings.set(instruction.node, releases ? 'release' : 'handover');
    push(BASE | (after & ~placeMask) | effect.escapes);
    return;
  }
  after = (after | effect.escapes) & ~effect.forget;
  if (after & placeMask) {
    push(after);
    return;
  }
  if (instruction.kind === 'scope-end') {
    push(DEAD | after);
    return;
  }
  const overwritten = effect.kill & before && !(effect.forget & before);
  lose(pass, state, {
    kind: overwritten ? 'overwritten' : 'discarded',
    end: () => ({ kind: 'overwrite', node: instruction.node }),
  });
  push(BASE | (after & ~placeMask));
}

/**
 * The fact on the throw edge of the operation that ends a block: nothing it does has happened, except that a release
 * that throws has released. Values on their way to a consumer are gone.
 */
export function thrown(
  pass: Pass,
  state: State<Fact>,
  before: Fact,
  edge: Edge,
  last?: NodeEffect,
): Fact {
  if (before.places & (BASE | DEAD)) return before;
  if (last && isOwnAwait(edge) && takes(last, before)) return { ...before, places: BASE };
  const released = last?.ends.some((end) => end.how === 'release' && before.places & end.from);
  const { temporary, returned, returns } = pass.effects;
  const stays =
    before.places & returned &&
    edge.why.kind === 'throw' &&
    isCaughtInFinally(edge.why.cause, returns);
  const left = before.places & ~(stays ? temporary & ~returned : temporary);
  if (!released && left & pass.placeMask) return { ...before, places: left };
  const { why } = edge;
  if (released) {
    pass.ended = pass.released = true;
    if (why.kind === 'throw') pass.endings.set(why.cause, 'release');
  } else if (why.kind === 'throw') {
    const end = (): WitnessEnd => ({ kind: 'throw', node: why.cause });
    lose(pass, state, { kind: 'missed-on-throw', end, edge });
  }
  return { ...before, places: BASE | (left & ~pass.placeMask) };
}

/** An async generator awaits what it yields and returns: a value with the handle in it is no promise to be rejected. */
function isOwnAwait({ why }: Edge): boolean {
  return why.kind === 'throw' && /^(?:YieldExpression|ReturnStatement)$/.test(why.cause.type);
}

function takes({ ends, moves }: NodeEffect, { places }: Fact): boolean {
  return [...ends, ...moves].some(({ from }) => places & from);
}

/** The fact beyond a `yield` whose consumer returned: its own value takes the place of one that was to be returned. */
export function abandoned(pass: Pass, state: State<Fact>, before: Fact, edge: Edge): Fact {
  const { returned } = pass.effects;
  const { why } = edge;
  if (why.kind !== 'abandon' || !(before.places & returned)) return before;
  const places = before.places & ~returned;
  if (places & pass.placeMask) return { ...before, places };
  const end = (): WitnessEnd => ({ kind: 'abandon', node: why.cause });
  lose(pass, state, { kind: 'missed-on-throw', end, edge });
  return { ...before, places: BASE | places };
}

/** The facts before the last instruction of a block, and after it. */
export function through(
  pass: Pass,
  state: State<Fact>,
): {
  readonly before: readonly Fact[];
  readonly after: readonly Fact[];
  readonly last?: NodeEffect;
} {
  const { block } = state;
  const { known } = pass;
  const events = pass.events.get(block) ?? [];
  const lastPosition = block.instructions.length - 1;
  let facts: readonly Fact[] = [state.fact];
  let next = 0;
  const apply = (event: BlockEvent): void => {
    const out: Fact[] = [];
    for (const fact of facts) transfer(pass, state, fact, event, (it) => out.push(it));
    facts = out;
    next += 1;
  };
  const learn = (position: number): void => {
    const instruction = block.instructions[position];
    if (!instruction) return;
    facts = facts.map((fact) => ({ ...fact, ...known.onInstruction(instruction, fact) }));
  };
  // Without tests to keep track of, only the nodes that do something to the handle need a look.
  if (known.mask) {
    for (let position = 0; position < lastPosition; position += 1) {
      const event = events[next];
      if (event?.position === position) apply(event);
      learn(position);
    }
  } else {
    for (let event = events[next]; event && event.position < lastPosition; event = events[next]) {
      apply(event);
    }
  }
  const before = facts;
  const last = events[next];
  if (last) apply(last);
  learn(known.mask ? lastPosition : -1);
  return last ? { before, after: facts, last: last.effect } : { before, after: facts };
}
