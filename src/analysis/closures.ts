/**
 * Closures that capture a handle: what they can do to it takes effect where they are called, and handing one on hands
 * the handle over.
 *
 * ```ts
 * const stop = () => { log(); cancel(); };   // captures `cancel`, can release it
 * stop();                                    // end (release) if `cancel` holds the handle
 * onExit(stop);                              // end (hand-over), and `cancel` stays releasable from outside
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Bindings, Variable } from '../ast/bindings.ts';
import {
  isSettlement,
  runsWithin,
  settlementCallbacks,
  siteOf,
  unitOf,
  type CodeUnit,
} from '../ast/functions.ts';
import { isFunction } from '../ast/nodes.ts';
import { effectAt, endAt, escapeAt, placeOf, type EffectDraft, type Phase } from './effects.ts';
import { isDeclaredIn, mayRun, stronger, type Strength } from './ownership.ts';
import { BY_CALL, WHOLE, type Key } from './keys.ts';
import { returnFrom } from './returns.ts';
import { usesOf, type Use } from './uses.ts';

type Node = TSESTree.Node;

/** The outermost function between `root` and the node that does not run as a part of `root`. */
export function closureAround(node: Node, root: CodeUnit): CodeUnit | undefined {
  let closure: CodeUnit | undefined;
  let unit = unitOf(node);
  while (unit !== root) {
    const site = siteOf(unit);
    if (!site) closure = unit;
    if (unit.type === 'Program') return unit;
    unit = unitOf(site ?? unit);
  }
  return closure;
}

/** Is this argument a callback that runs when the promise settles? */
export function runsOnSettlement(use: Use & { readonly kind: 'argument' }): boolean {
  return isSettlement(use.at) && settlementCallbacks(use.at).includes(use.argument);
}

/** The phase in which a consumer acts: a store into a member acts when the member is bound. */
export function phaseOf(use: Use): Phase {
  const { kind, at } = use;
  const stores = kind === 'store' ? use.target === at : at.type === 'MemberExpression';
  const binds = kind === 'bind' || ((kind === 'store' || kind === 'put') && stores);
  return binds ? 'onBind' : 'onEvaluate';
}

interface Captured {
  readonly draft: EffectDraft;
  readonly variable: Variable;
  readonly key: Key;
  readonly from: number;
  /** Closures and names that have been followed already. */
  readonly visited: Set<unknown>;
}

/** What calling the closure does: with `helpers: "all-paths"`, a release must be certain. */
function effectOfCall(captured: Captured, closure: CodeUnit, strength: Strength): Strength {
  const { draft, variable, key } = captured;
  const certain =
    strength !== 'release' || draft.context.releasesAlways(closure, variable, key, draft.release);
  return certain ? strength : 'none';
}

/** Does the local function that gets a closure pass it into a closure of its own, which may run at any time? */
function mayCallLater(use: Use & { readonly kind: 'argument' }, bindings: Bindings): boolean {
  const fn = bindings.functionOf(use.at.callee);
  const parameter = fn?.params[use.at.arguments.findIndex((it) => it === use.argument)];
  const variable = parameter && bindings.variableOf(parameter);
  return (
    fn !== undefined &&
    variable?.references.some(({ identifier }) => !runsWithin(unitOf(identifier), fn)) === true
  );
}

function escape({ draft, variable, from }: Captured, phase: Phase, at: Node): void {
  endAt(draft, phase, at, from, 'handover');
  escapeAt(draft, phase, at, variable);
}

/** One use of a closure whose call would do `strength` to the handle. */
function followUse(captured: Captured, use: Use, called: Strength, strength: Strength): void {
  const { draft, from } = captured;
  const { bindings, ownership } = draft.context;
  switch (use.kind) {
    case 'release':
    case 'element-callback':
    case 'iterate':
      endAt(draft, 'onEvaluate', use.at, from, called);
      return;
    case 'handover':
    case 'store':
      escape(captured, phaseOf(use), use.at);
      return;
    case 'return':
      // A clean-up function for the caller: as good a proof of intent as a release.
      if (returnFrom(draft, use.at, from, called)) escape(captured, 'onEvaluate', use.at);
      return;
    case 'drop':
      return;
    case 'argument': {
      if (runsOnSettlement(use)) {
        endAt(draft, 'onInvoke', use.argument, from, called);
        return;
      }
      // A timer's own callback runs when there is nothing left to clear.
      if (use.at === draft.release.own) return;
      const passed = ownership.strengthOfArgument(use.at, use.argument, use.key, BY_CALL);
      if (passed === 'release') endAt(draft, 'onEvaluate', use.at, from, called);
      else if (passed !== 'none') escape(captured, 'onEvaluate', use.at);
      if (passed === 'release' && mayCallLater(use, bindings)) {
        escapeAt(draft, 'onEvaluate', use.at, captured.variable);
      }
      return;
    }
    case 'bind': {
      const variable = bindings.variableOf(use.at);
      if (!variable || !isDeclaredIn(variable, draft.root)) escape(captured, 'onBind', use.at);
      else followName(captured, variable, use.key, called, strength);
      return;
    }
    case 'put': {
      const container = bindings.variableOf(use.container);
      if (container && ownership.diesIn(container, draft.root)) {
        // The element stands for the handle: whoever drains the container releases it.
        const to = placeOf(draft, container, use.key);
        effectAt(draft, phaseOf(use), use.at).moves.push({ from, to });
        followName(captured, container, use.key, called, strength);
      } else {
        escape(captured, phaseOf(use), use.at);
      }
    }
  }
}

/** Every use of a name that a closure goes by. Another closure that uses it captures the handle too. */
function followName(
  captured: Captured,
  name: Variable,
  key: Key,
  called: Strength,
  strength: Strength,
): void {
  if (captured.visited.has(name)) return;
  captured.visited.add(name);
  for (const reference of name.references) {
    if (!reference.isRead()) continue;
    const uses = usesOf(reference.identifier, key, BY_CALL.keys);
    const around = closureAround(reference.identifier, captured.draft.root);
    if (around) {
      if (uses.some((use) => use.kind !== 'drop')) followClosure(captured, around, strength);
    } else {
      for (const use of uses) followUse(captured, use, called, strength);
    }
  }
}

function followClosure(captured: Captured, closure: CodeUnit, strength: Strength): void {
  if (strength === 'none' || captured.visited.has(closure)) return;
  captured.visited.add(closure);
  if (!isFunction(closure)) {
    // A field initialiser or static block of a local class: the class has the handle from its evaluation on.
    if (closure.type !== 'Program') escape(captured, 'onEvaluate', closure.parent.parent);
    return;
  }
  const called = effectOfCall(captured, closure, strength);
  if (closure.type === 'FunctionDeclaration') {
    const name = closure.id && captured.draft.context.bindings.variableOf(closure.id);
    if (name) followName(captured, name, WHOLE, called, strength);
    return;
  }
  for (const use of usesOf(closure, WHOLE, BY_CALL.keys)) {
    followUse(captured, use, called, strength);
  }
}

/** Follows every closure that captures the variable while it holds the handle. */
export function followCaptures(
  draft: EffectDraft,
  variable: Variable,
  key: Key,
  from: number,
): void {
  const { root, release } = draft;
  const { ownership, bindings } = draft.context;
  const strengths = new Map<CodeUnit, Strength>();
  for (const reference of variable.references) {
    const closure = reference.isRead() && closureAround(reference.identifier, root);
    if (!closure || !mayRun(bindings, reference.identifier, closure)) continue;
    const strength = usesOf(reference.identifier, key, release.keys)
      .map((use) => ownership.strengthOfUse(use, { release, within: closure, home: root }))
      .reduce(stronger, strengths.get(closure) ?? 'none');
    strengths.set(closure, strength);
  }
  for (const [closure, strength] of strengths) {
    followClosure({ draft, variable, key, from, visited: new Set() }, closure, strength);
  }
}
