/**
 * A started timer -> the path on which it stays armed: the obligations of analysis/obligations.ts, plus what is
 * special about timers. Once it has fired nothing is left to clear, and a promise whose settlement clears it does so
 * whenever it was made.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Bindings } from '../../ast/bindings.ts';
import { isSettlement, settlementCallbacks } from '../../ast/functions.ts';
import { calleeName, contains, memberName, unwrap, wrapped } from '../../ast/nodes.ts';
import type { Edge } from '../../cfg/graph.ts';
import { effectsOf } from '../follow.ts';
import type { Effects } from '../effects.ts';
import type { LossKind, Silence, Witness } from '../finding.ts';
import { clearingFlags, firedBy, hasFired } from './fired-timers.ts';
import { guardsOf, siblingsOf } from '../guards.ts';
import type { Verdict } from '../losses.ts';
import { judge } from '../obligations.ts';
import { rootOf } from '../paths.ts';
import type { Race } from './race-arms.ts';
import { isClearedByWinner, isWon, withAwaitedWin } from './race-wins.ts';
import { isUnhandled } from '../unhandled.ts';
import { withClearingCalls, type FieldTimer } from './timer-fields.ts';
import type { TimerScene } from './timer-scene.ts';
import { stoppedBy, type TimerStart } from './timer-starts.ts';

type Node = TSESTree.Node;

export interface RacedTimer {
  readonly race: Race;
  readonly arm: Node;
}

export interface Judged {
  readonly kind: LossKind;
  readonly witness: Witness;
  /** Does some path clear it? */
  readonly released: boolean;
  readonly ends: readonly Node[];
}

interface Followed {
  readonly effects: Effects;
  readonly settlements: readonly Settlement[];
  readonly verdict: Verdict;
}

/** Follows the armed timer through the function that knows it. */
function follow(
  started: TimerStart,
  raced: RacedTimer | undefined,
  field: FieldTimer | undefined,
  scene: TimerScene,
): Followed | Silence {
  const { facts, tier, settings } = scene;
  const start = field?.start ?? started;
  const bindings = field?.bindings ?? facts.bindings;
  const followed = effectsOf(start, {
    bindings,
    ownership: facts.ownership,
    releasesAlways: () => true,
  });
  if (!followed) return { kind: 'given-up', limit: 'places', at: start.call };
  if (followed.root.type === 'Program') return { kind: 'module' };
  const race =
    raced && isClearedByWinner(raced.race, endsOf(followed), scene) ? raced.race : undefined;
  const won = race ? withAwaitedWin(followed, race) : followed;
  const effects = field ? withClearingCalls(won, field, facts) : won;
  const { root } = effects;
  const cfg = tier.cfgOf(root);
  const settlements = earlySettlements(start, effects);
  if (cfg.incomplete) return { kind: 'given-up', limit: 'graph', at: cfg.incomplete.node };
  if (areClearedBy(settlements)) {
    const endings = settlements.map(({ call }) => ({ node: call, how: 'release' }) as const);
    return { kind: 'ended', endings };
  }
  const { text } = facts.sourceCode;
  const firing = firedBy(start, raced, text, settings, tier.policies.mayReject);
  const cleared = clearingFlags(clearsOf(start, bindings), root, settings.visitorKeys, bindings);
  const fired = { ...firing, flags: new Set([...firing.flags, ...cleared]) };
  const stopped = stoppedBy(start, settings).flatMap((path) => rootOf(path) ?? []);
  const siblings = new Set([...siblingsOf(start, bindings), ...stopped]);
  const verdict = judge({
    cfg,
    index: tier.indexOf(root),
    effects,
    tests: tier.testsOf(root),
    guards: guardsOf(effects, start.release.keys, siblings, bindings),
    isOver: (why) =>
      hasFired(why, fired, text, bindings) ||
      isImpossible(why, start) ||
      (why.kind === 'false' && why.question === 'fulfilled' && isUnhandled(why.test)) ||
      (race !== undefined && isWon(why, race)),
    start: start.node,
  });
  if (!verdict) return { kind: 'given-up', limit: 'budget', at: root };
  return { effects, settlements, verdict };
}

/** Where the variable that keeps the timer is given to a function that clears. */
export function clearsOf({ uses, release }: TimerStart, bindings: Bindings): readonly Node[] {
  const bound = uses.find((use) => use.kind === 'bind');
  const variable = bound && bindings.variableOf(bound.at);
  const references = variable?.references ?? [];
  return references.flatMap(({ identifier }) => {
    const { parent } = identifier;
    return parent.type === 'CallExpression' && release.byArgument(parent.callee) ? [parent] : [];
  });
}

/** Whether some path loses the armed timer; if none does, why not. */
export function judgeStart(
  started: TimerStart,
  raced: RacedTimer | undefined,
  field: FieldTimer | undefined,
  scene: TimerScene,
): Judged | Silence {
  const followed = follow(started, raced, field, scene);
  if (!('verdict' in followed)) return followed;
  const { effects, settlements, verdict } = followed;
  const { loss, released, ended, endings } = verdict;
  if (!loss) return { kind: 'ended', endings };
  const leavesHeld = loss.kind === 'missed' || loss.kind === 'missed-on-throw';
  const settlement = settlements.find(({ call }) => !isOfOthers(call, scene));
  if (!ended && settlement) {
    const end = { kind: 'throw', node: settlement.call } as const;
    const witness = { edges: [], end };
    return { kind: 'missed-on-throw', witness, released: true, ends: endsOf(effects) };
  }
  return {
    kind: !ended && leavesHeld ? 'never-released' : loss.kind,
    witness: loss.witness,
    released: released && clears(effects),
    ends: endsOf(effects),
  };
}

/**
 * A timer is never null, nor is its method `unref` where timers have one; who resumes a bare `yield` with a value will
 * do so again.
 */
function isImpossible(why: Edge['why'], { call }: TimerStart): boolean {
  if (why.kind === 'abandon') return why.cause.argument === null && !why.cause.delegate;
  if (why.kind !== 'true' || why.question !== 'nullish') return false;
  const test = unwrap(why.test);
  return test === call || (test.type === 'MemberExpression' && memberName(test) === 'unref');
}

/** Does some node clear the timer, rather than let go of it? */
function clears({ onEvaluate, onInvoke }: Effects): boolean {
  return [...onEvaluate, ...onInvoke].some(
    ([node, { ends }]) =>
      ends.some(({ how }) => how === 'release') &&
      !(node.type === 'CallExpression' && calleeName(node) === 'unref'),
  );
}

function endsOf({ onEvaluate, onBind, onInvoke }: Effects): readonly Node[] {
  return [...onEvaluate, ...onBind, ...onInvoke]
    .filter(([, effect]) => effect.ends.length > 0)
    .map(([node]) => node);
}

interface Settlement {
  readonly call: TSESTree.CallExpression;
  readonly side: 'fulfilled' | 'rejected' | 'both';
}

/**
 * `const guarded = work().finally(() => clearTimeout(timer))` made before the timer is started: in the graph the
 * callback has run by then, in truth it runs when the work is over.
 */
function earlySettlements({ call }: TimerStart, effects: Effects): readonly Settlement[] {
  const early = endsOf(effects).filter((node) => node.range[1] <= call.range[0]);
  const settlements = early.flatMap((node) => settlementAround(node) ?? []);
  // `.then(clear, start)`: one handler runs, or the other.
  return settlements.filter((settlement) => !contains(settlement.call, call));
}

function areClearedBy(settlements: readonly Settlement[]): boolean {
  const sides = new Set(settlements.map(({ side }) => side));
  return sides.has('both') || sides.has('rejected');
}

/** The settlement of a promise that is not awaited at once on which a node runs. */
function settlementAround(node: Node): Settlement | undefined {
  for (let at = node; at.parent; at = at.parent) {
    const { parent: call } = at;
    if (!isSettlement(call)) continue;
    const position = settlementCallbacks(call).indexOf(at);
    const callee = unwrap(call.callee);
    if (position < 0 || callee.type !== 'MemberExpression') continue;
    if (wrapped(chainEnd(call)).parent?.type === 'AwaitExpression') return undefined;
    const name = memberName(callee);
    if (name === 'finally') return { call, side: 'both' };
    return { call, side: name === 'catch' || position === 1 ? 'rejected' : 'fulfilled' };
  }
  return undefined;
}

/** `stopped.then(() => …)`, of a promise that the function was given: it says when to stop, and is not what the timer guards. */
function isOfOthers({ callee }: TSESTree.CallExpression, { facts }: TimerScene): boolean {
  let promise: Node = callee;
  while (promise.type === 'MemberExpression' || isSettlement(promise)) {
    promise = unwrap(promise.type === 'MemberExpression' ? promise.object : promise.callee);
  }
  const variable = facts.bindings.variableOf(promise);
  return variable?.defs.some(({ type }) => type === 'Parameter') === true;
}

/** The last call of `p.then(…).catch(…)`, from any of them. */
export function chainEnd(call: Node): Node {
  let end = call;
  for (;;) {
    const member = wrapped(end).parent;
    const next = member?.type === 'MemberExpression' ? wrapped(member).parent : undefined;
    if (!next || !isSettlement(next) || !contains(next.callee, end)) return end;
    end = next;
  }
}
