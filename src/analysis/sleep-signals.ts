/**
 * A sleep in a race that was given a signal of this very function: aborting it is what clears the timer, so every exit
 * has to.
 *
 * ```ts
 * const controller = new AbortController();
 * await Promise.race([work(), sleep(ms, { signal: controller.signal })]);   // the obligation starts here
 * controller.abort();                                                       // and ends here, but not if `work` fails
 * ```
 *
 * A signal from elsewhere is somebody else's business.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue, type Variable } from '../ast/bindings.ts';
import { spliceSite, unitOf, type CodeUnit } from '../ast/functions.ts';
import { calleeName, contains, isFunction, unwrap } from '../ast/nodes.ts';
import type { NodeEffect } from './effects.ts';
import type { LossKind, Witness } from './finding.ts';
import { firedBySleep, hasFired } from './fired-timers.ts';
import { effectsOnVariable } from './follow.ts';
import { guardsOf } from './guards.ts';
import { BY_CALL, PART, type Release } from './keys.ts';
import { judge } from './obligations.ts';
import { pathOf, rootOf } from './paths.ts';
import type { Race } from './race-arms.ts';
import type { TimerScene } from './timer-scene.ts';

type Node = TSESTree.Node;

export interface UnabortedSleep {
  readonly controller: Variable;
  readonly kind: LossKind;
  readonly witness: Witness;
  readonly ends: readonly Node[];
}

const RELEASE: Release = { ...BY_CALL, keys: new Set(['abort']) };

/** The controller, made in this file, that the signal belongs to. */
export function controllerOf(signal: Node, { facts }: TimerScene): Variable | undefined {
  const variable = rootOf(pathOf(signal, facts.bindings));
  const value = variable && constantValue(variable);
  const made = value && unwrap(value);
  return made?.type === 'NewExpression' && calleeName(made) === 'AbortController'
    ? variable
    : undefined;
}

/** The function around the call that has the variable, if nothing but functions that run in place stand between. */
function homeOf(call: Node, { scope }: Variable): CodeUnit | undefined {
  let unit = unitOf(call);
  for (;;) {
    if (unit.type === 'Program') return undefined;
    if (contains(unit, scope.block)) return unit;
    const site = isFunction(unit) ? spliceSite(unit) : undefined;
    if (!site) return undefined;
    unit = unitOf(site);
  }
}

/** How an exit of the function leaves the sleep's controller without an abort. */
export function unabortedSleep(
  call: TSESTree.CallExpression,
  controller: Variable,
  race: Race,
  scene: TimerScene,
): UnabortedSleep | undefined {
  const { facts, tier, settings } = scene;
  const { bindings, ownership, sourceCode } = facts;
  const root = homeOf(call, controller);
  if (!root) return undefined;
  const seed = { kind: 'variable', variable: controller, key: PART, release: RELEASE } as const;
  const context = { bindings, ownership, releasesAlways: () => true };
  const followed = effectsOnVariable(seed, root, context);
  const cfg = tier.cfgOf(root);
  if (!followed || cfg.incomplete) return undefined;
  const nothing = { acquire: 0, moves: [], kill: 0, ends: [], escapes: 0, forget: 0 };
  const known: NodeEffect = followed.onEvaluate.get(call) ?? nothing;
  const onEvaluate = new Map(followed.onEvaluate);
  onEvaluate.set(call, { ...known, acquire: followed.initial });
  // A closure that can abort it may have been handed out before the sleep began.
  const effects = { ...followed, onEvaluate, needsPast: true };
  const guards = guardsOf(effects, RELEASE.keys, new Set(), bindings);
  const fired = firedBySleep(call, race, sourceCode.text, settings);
  const verdict = judge({
    cfg,
    index: tier.indexOf(root),
    effects,
    tests: tier.testsOf(root),
    guards,
    isOver: (why) => hasFired(why, fired, sourceCode.text, bindings),
    start: call,
  });
  if (!verdict?.loss) return undefined;
  const { loss, ended } = verdict;
  const ends = [...effects.onEvaluate, ...effects.onInvoke]
    .filter(([, effect]) => effect.ends.length > 0)
    .map(([node]) => node);
  return { controller, kind: ended ? loss.kind : 'never-released', witness: loss.witness, ends };
}
