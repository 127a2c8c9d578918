/**
 * What each node of a graph does to one handle, as data; analysis/follow.ts fills it in.
 *
 * The places where a handle can be (a variable, a part of a container, the value of an expression on its way to a
 * consumer) are numbered, so that a set of places is a bit mask; effects say which places gain or lose the handle, and
 * where it is released or handed over.
 *
 * ```ts
 * const [ctx, cancel] = withCancel(p);   // acquire into temp; bind cancel: temp -> cancel; declarator: forget temp
 * const stop = cancel;                   // bind stop: cancel -> stop
 * stop();                                // end (release) if cancel or stop holds it
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Bindings, Variable } from '../ast/bindings.ts';
import { runsWithin, unitOf, type CodeUnit } from '../ast/functions.ts';
import { memberName } from '../ast/nodes.ts';
import type { Ownership, Strength } from './ownership.ts';
import { isExactlyUnder, type Key, type Release } from './keys.ts';
import type { Use } from './uses.ts';

type Node = TSESTree.Node;

/**
 * What happens at one node, to the set of places of one handle, in this order: `moves` (from, to) read the old set,
 * `kill` writes over places, then the handle may be released or handed over (`ends`), the variables marked in
 * `escapes` may from now on be released by somebody else, and `forget` drops values that have been consumed.
 * `acquire` is the set of places of a fresh handle.
 */
export interface NodeEffect {
  acquire: number;
  readonly moves: { readonly from: number; readonly to: number }[];
  kill: number;
  readonly ends: { readonly from: number; readonly how: 'release' | 'handover' }[];
  escapes: number;
  forget: number;
}

export const NO_EFFECT: NodeEffect = {
  acquire: 0,
  moves: [],
  kill: 0,
  ends: [],
  escapes: 0,
  forget: 0,
};

export interface Place {
  readonly holder: Variable | Node;
  readonly key: Key;
  readonly mask: number;
}

/** Which instruction of the node has the effect. */
export type Phase = 'onEvaluate' | 'onBind' | 'onInvoke' | 'onScopeEnd';

type EffectMaps<Nodes> = Readonly<Record<Phase, Nodes>>;

export interface Effects extends EffectMaps<ReadonlyMap<Node, NodeEffect>> {
  /** The function whose graph the effects are for. */
  readonly root: CodeUnit;
  /** The places that hold the handle at first. */
  readonly initial: number;
  readonly places: readonly Place[];
  /** Places that are values on their way: they do not survive a throw. */
  readonly temporary: number;
  /** The value that a pending `return` will return, unless a `finally` block changes its mind. */
  readonly returned: number;
  /** The returns that put it there. */
  readonly returns: readonly Node[];
  /** For each variable that a closure may release from outside: its places, and the mark that says so. */
  readonly escapable: readonly { readonly places: number; readonly mark: number }[];
  /** Does the outcome depend on what happened before the acquire (a closure registered earlier)? */
  readonly needsPast: boolean;
}

/** Bits 0..27 are places and marks; obligations.ts uses the two above for states of its own. */
export const MAX_BITS = 28;

/** An expression that gives a fresh handle. */
export interface Acquisition {
  /** The node whose normal completion starts the obligation: the call, or the `await` around it. */
  readonly node: Node;
  readonly release: Release;
  /** Where in the result the handle is: {@link PART}, unless it says otherwise. */
  readonly key?: Key;
  /** What first becomes of the handle. */
  readonly uses: readonly Use[];
  /** Does a loop of the same function run the acquire again? */
  readonly inLoop: boolean;
}

/** Where the handle is when the analysis starts: in a fresh result, or in a variable at the entry of a function. */
export type Seed =
  | { readonly kind: 'acquire'; readonly acquire: Acquisition }
  | {
      readonly kind: 'variable';
      readonly variable: Variable;
      readonly key: Key;
      readonly release: Release;
    };

export interface EffectContext {
  readonly bindings: Bindings;
  readonly ownership: Ownership;
  /** Under `helpers: "all-paths"`: does this function release what it can release on every path? */
  readonly releasesAlways: (
    fn: CodeUnit,
    variable: Variable,
    key: Key,
    release: Release,
  ) => boolean;
}

/** Effects in the making. */
export interface EffectDraft extends EffectMaps<Map<Node, NodeEffect>> {
  readonly context: EffectContext;
  readonly seed: Seed;
  readonly root: CodeUnit;
  readonly release: Release;
  readonly places: Place[];
  /** Places whose variable has not been followed yet. */
  readonly fresh: Place[];
  readonly marks: Map<Variable, number>;
  bits: number;
  temporary: number;
  returned: number;
  readonly returns: Node[];
  needsPast: boolean;
  /** The handle left through a variable of the function around: the analysis must start there instead. */
  outer: CodeUnit | undefined;
}

export function newDraft(seed: Seed, root: CodeUnit, context: EffectContext): EffectDraft {
  return {
    context,
    seed,
    root,
    release: seed.kind === 'acquire' ? seed.acquire.release : seed.release,
    places: [],
    fresh: [],
    marks: new Map(),
    onEvaluate: new Map(),
    onBind: new Map(),
    onInvoke: new Map(),
    onScopeEnd: new Map(),
    bits: 0,
    temporary: 0,
    returned: 0,
    returns: [],
    needsPast: false,
    outer: undefined,
  };
}

export function effectAt(draft: EffectDraft, phase: Phase, node: Node): NodeEffect {
  const known = draft[phase].get(node);
  if (known) return known;
  const effect = { acquire: 0, moves: [], kill: 0, ends: [], escapes: 0, forget: 0 };
  draft[phase].set(node, effect);
  return effect;
}

/** A bit of its own; 0 once they have run out, which makes the caller give the handle up. */
function nextBit(draft: EffectDraft): number {
  draft.bits += 1;
  return draft.bits > MAX_BITS ? 0 : 2 ** (draft.bits - 1);
}

export function placeOf(draft: EffectDraft, holder: Variable | Node, key: Key): number {
  const known = draft.places.find((place) => place.holder === holder && place.key === key);
  if (known) return known.mask;
  const place: Place = { holder, key, mask: nextBit(draft) };
  draft.places.push(place);
  draft.fresh.push(place);
  return place.mask;
}

/** The value of an expression that has not been consumed yet. */
export function temporaryPlace(draft: EffectDraft, expression: Node, key: Key): number {
  const mask = placeOf(draft, expression, key);
  draft.temporary |= mask;
  return mask;
}

/** The handle in `from` is released or handed over at this node. */
export function endAt(
  draft: EffectDraft,
  phase: Phase,
  node: Node,
  from: number,
  how: Strength,
): void {
  if (how !== 'none') effectAt(draft, phase, node).ends.push({ from, how });
}

/** From this node on, somebody else may release what the variable holds or will hold. */
export function escapeAt(draft: EffectDraft, phase: Phase, node: Node, variable: Variable): void {
  let mark = draft.marks.get(variable);
  if (mark === undefined) draft.marks.set(variable, (mark = nextBit(draft)));
  effectAt(draft, phase, node).escapes |= mark;
  if (draft.seed.kind !== 'acquire') return;
  const { node: start, inLoop } = draft.seed.acquire;
  if (node.range[0] <= start.range[1] || inLoop) draft.needsPast = true;
}

export function isVariable(holder: Place['holder']): holder is Variable {
  return 'references' in holder;
}

function maskOf(draft: EffectDraft, holder: Place['holder']): number {
  return draft.places.reduce(
    (mask, place) => (place.holder === holder ? mask | place.mask : mask),
    0,
  );
}

/** `o.k = other` takes the handle out of the container, where it is under that very key. */
function addMemberKill(draft: EffectDraft, holder: Variable, identifier: Node): void {
  const member = identifier.parent;
  if (member?.type !== 'MemberExpression' || member.object !== identifier) return;
  if (member.parent.type !== 'AssignmentExpression' || member.parent.left !== member) return;
  for (const { holder: other, key, mask } of draft.places) {
    if (other === holder && isExactlyUnder(key, memberName(member))) {
      effectAt(draft, 'onBind', member).kill |= mask;
    }
  }
}

/** A write to a variable, and the end of its scope, take the handle out of all its places. */
function addKills(draft: EffectDraft, holder: Variable): void {
  const mask = maskOf(draft, holder);
  // A parameter that holds the handle at the entry is bound to it there.
  const given = draft.seed.kind === 'variable' && draft.seed.variable === holder;
  const written = holder.references
    .filter((reference) => reference.isWrite())
    .map((reference) => reference.identifier)
    .filter((identifier) => runsWithin(unitOf(identifier), draft.root));
  for (const { identifier } of holder.references) addMemberKill(draft, holder, identifier);
  for (const target of new Set<Node>([...written, ...holder.identifiers])) {
    if (given && holder.identifiers.some((it) => it === target)) continue;
    effectAt(draft, 'onBind', target).kill |= mask;
  }
  if (holder.scope.block !== draft.root) {
    effectAt(draft, 'onScopeEnd', holder.scope.block).kill |= mask | (draft.marks.get(holder) ?? 0);
  }
}

/** Completes the effects once every place has been followed. */
export function finish(draft: EffectDraft, initial: number): Effects {
  for (const holder of new Set(draft.places.map((place) => place.holder))) {
    if (isVariable(holder)) addKills(draft, holder);
  }
  const { root, places, temporary, returned, returns, needsPast } = draft;
  const { onEvaluate, onBind, onInvoke, onScopeEnd } = draft;
  return {
    root,
    initial,
    onEvaluate,
    onBind,
    onInvoke,
    onScopeEnd,
    places,
    temporary,
    returned,
    returns,
    needsPast,
    escapable: [...draft.marks].map(([variable, mark]) => ({
      places: maskOf(draft, variable),
      mark,
    })),
  };
}
