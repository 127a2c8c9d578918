/**
 * One acquire -> the {@link Effects} on its handle.
 *
 * The search is sparse: it starts at the acquire and follows the references of the variables that the handle gets
 * into, through closures that capture them. Not modelled: handles that come back out of a function they were handed to.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../ast/bindings.ts';
import { isAwaited, siteOf, spliceSite, unitOf, type CodeUnit } from '../ast/functions.ts';
import { isFunction, unwrap } from '../ast/nodes.ts';
import { closureAround, followCaptures, phaseOf, runsOnSettlement } from './closures.ts';
import { returnFrom } from './returns.ts';
import {
  effectAt,
  endAt,
  finish,
  isVariable,
  MAX_BITS,
  newDraft,
  placeOf,
  temporaryPlace,
  type Acquisition,
  type EffectContext,
  type EffectDraft,
  type Effects,
  type Phase,
  type Place,
  type Seed,
} from './effects.ts';
import { isDeclaredIn, type Strength } from './ownership.ts';
import { PART, WHOLE, type Keys } from './keys.ts';
import { usesOf, type Use } from './uses.ts';

type Node = TSESTree.Node;
type ArgumentUse = Use & { readonly kind: 'argument' };

/** The function that `root` runs as a part of, unless that is the module. */
function functionAround(root: CodeUnit): CodeUnit | undefined {
  const site = siteOf(root);
  const outer = site && unitOf(site);
  return outer?.type === 'Program' ? undefined : outer;
}

/** `_` and `_cancel`, never read: a way of saying that the handle is not wanted. */
function isThrowaway(variable: Variable): boolean {
  return variable.name.startsWith('_') && variable.references.every((it) => !it.isRead());
}

function bindTo(draft: EffectDraft, use: Use & { readonly kind: 'bind' }, from: number): void {
  const variable = draft.context.bindings.variableOf(use.at);
  if (!variable || !isDeclaredIn(variable, draft.root)) {
    const outer = functionAround(draft.root);
    if (variable && outer && variable.scope.block.type !== 'Program') draft.outer ??= outer;
    endAt(draft, 'onBind', use.at, from, 'handover');
    return;
  }
  if (isThrowaway(variable)) return;
  effectAt(draft, 'onBind', use.at).moves.push({ from, to: placeOf(draft, variable, use.key) });
}

/** Did something else get hold of the container before the handle was put into it? */
function escapedBefore(container: Variable, put: Node, keys: Keys): boolean {
  return container.references.some(
    (reference) =>
      reference.isRead() &&
      reference.identifier.range[0] < put.range[0] &&
      usesOf(reference.identifier, WHOLE, keys).some(
        (use) => use.kind === 'handover' || use.kind === 'argument',
      ),
  );
}

function putInto(draft: EffectDraft, use: Use & { readonly kind: 'put' }, from: number): void {
  const { bindings, ownership } = draft.context;
  const phase = phaseOf(use);
  const container = bindings.variableOf(use.container);
  const dies =
    container !== undefined &&
    ownership.diesIn(container, draft.root) &&
    !escapedBefore(container, use.at, draft.release.keys);
  if (!dies) {
    endAt(draft, phase, use.at, from, 'handover');
    return;
  }
  effectAt(draft, phase, use.at).moves.push({ from, to: placeOf(draft, container, use.key) });
}

function parameterOf(draft: EffectDraft, use: ArgumentUse): Node | undefined {
  const fn = draft.context.bindings.functionOf(use.at.callee);
  const parameter = fn?.params[use.at.arguments.indexOf(use.argument as TSESTree.Expression)];
  return parameter?.type === 'Identifier' ? parameter : undefined;
}

/** The result of a local function that only returns its argument, perhaps in an object, has the handle. */
function followResult(draft: EffectDraft, use: ArgumentUse, from: number): boolean {
  const { at, argument, key } = use;
  if (at.type !== 'CallExpression') return false;
  const returned = draft.context.ownership.returnedKey(at, argument, key, draft.release);
  if (returned === undefined) return false;
  const to = temporaryPlace(draft, at, returned);
  effectAt(draft, 'onEvaluate', at).moves.push({ from, to });
  for (const next of usesOf(at, returned, draft.release.keys)) applyUse(draft, next, to, at);
  return true;
}

function passOn(draft: EffectDraft, use: ArgumentUse, from: number): void {
  const { bindings, ownership, releasesAlways } = draft.context;
  if (runsOnSettlement(use)) {
    endAt(draft, 'onInvoke', use.argument, from, use.key === WHOLE ? 'release' : 'none');
    return;
  }
  if (followResult(draft, use, from)) return;
  const fn = bindings.functionOf(use.at.callee);
  const parameter = parameterOf(draft, use);
  const variable = parameter && bindings.variableOf(parameter);
  if (fn && parameter && variable && spliceSite(fn) === use.at) {
    effectAt(draft, 'onBind', parameter).moves.push({
      from,
      to: placeOf(draft, variable, use.key),
    });
    return;
  }
  const strength: Strength =
    ownership.strengthOfArgument(use.at, use.argument, use.key, draft.release) ?? 'handover';
  const certain =
    strength !== 'release' ||
    !fn ||
    !variable ||
    releasesAlways(fn, variable, use.key, draft.release);
  endAt(draft, 'onEvaluate', use.at, from, certain ? strength : 'none');
}

/** Enters what one use does to the handle that `source` holds; `leaf` is the expression that gives the value. */
function applyUse(draft: EffectDraft, use: Use, source: number, leaf: Node): void {
  let from = source;
  if (use.via) {
    from = temporaryPlace(draft, use.via.node, use.via.key);
    if (source !== from) effectAt(draft, 'onEvaluate', leaf).moves.push({ from: source, to: from });
  }
  if (from & draft.temporary) {
    const [phase, at]: [Phase, Node] =
      use.kind === 'bind' ? ['onEvaluate', use.owner] : [phaseOf(use), use.at];
    effectAt(draft, phase, at).forget |= from;
  }
  switch (use.kind) {
    case 'release':
      endAt(draft, 'onEvaluate', use.at, from, 'release');
      return;
    case 'handover':
    case 'store':
      endAt(draft, phaseOf(use), use.at, from, 'handover');
      return;
    case 'drop':
      return;
    case 'return':
      returnFrom(draft, use.at, from, 'handover');
      return;
    case 'bind':
      bindTo(draft, use, from);
      return;
    case 'put':
      putInto(draft, use, from);
      return;
    case 'argument':
      passOn(draft, use, from);
      return;
    case 'element-callback':
    case 'iterate': {
      const follow = { release: draft.release, within: draft.root };
      const strength = draft.context.ownership.strengthOfUse(use, follow);
      endAt(draft, 'onEvaluate', use.at, from, strength);
    }
  }
}

function followPlace(draft: EffectDraft, { holder, key, mask }: Place): void {
  if (!isVariable(holder)) return;
  for (const reference of holder.references) {
    const { identifier } = reference;
    if (!reference.isRead() || closureAround(identifier, draft.root)) continue;
    for (const use of usesOf(identifier, key, draft.release.keys))
      applyUse(draft, use, mask, identifier);
  }
  followCaptures(draft, holder, key, mask);
}

/** Undefined: given up, there are too many places. */
function collect(draft: EffectDraft): Effects | undefined {
  const { seed } = draft;
  let initial = 0;
  if (seed.kind === 'acquire') {
    const { node, key = PART, uses } = seed.acquire;
    for (const use of uses) {
      const mask = temporaryPlace(draft, use.via?.node ?? node, use.via?.key ?? key);
      initial |= mask;
      applyUse(draft, use, mask, node);
    }
    effectAt(draft, 'onEvaluate', node).acquire = initial;
  } else {
    initial = placeOf(draft, seed.variable, seed.key);
  }
  for (let place = draft.fresh.pop(); place; place = draft.fresh.pop()) {
    followPlace(draft, place);
    if (draft.bits > MAX_BITS) return undefined;
  }
  return finish(draft, initial);
}

/** What code that runs where it stands throws goes to the handlers around it: it is judged with them. */
function judgedIn(unit: CodeUnit): CodeUnit {
  const site = siteOf(unit);
  if (!site) return unit;
  if (isFunction(unit)) {
    const call = spliceSite(unit);
    if (!call || unwrap(call.callee) !== unit) return unit;
    if (unit.async && !isAwaited(call)) return unit;
  }
  const outer = unitOf(site);
  return outer.type === 'Program' ? unit : judgedIn(outer);
}

/** The effects on the handle of an acquire, in the graph of the function that has all its variables. */
export function effectsOf(acquire: Acquisition, context: EffectContext): Effects | undefined {
  for (let root = judgedIn(unitOf(acquire.node)); ;) {
    const draft = newDraft({ kind: 'acquire', acquire }, root, context);
    const effects = collect(draft);
    if (!draft.outer) return effects;
    root = draft.outer;
  }
}

/** What a function does with a handle that a variable holds when it is called. */
export function effectsOnVariable(
  seed: Seed & { readonly kind: 'variable' },
  fn: CodeUnit,
  context: EffectContext,
): Effects | undefined {
  return collect(newDraft(seed, fn, context));
}
