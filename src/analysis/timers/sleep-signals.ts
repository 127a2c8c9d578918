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
import { constantValue, type Variable } from '../../ast/bindings.ts';
import { calleeName, unwrap } from '../../ast/nodes.ts';
import type { Edge } from '../../cfg/graph.ts';
import type { LossKind, Witness } from '../finding.ts';
import { firedBySleep, hasFired } from './fired-timers.ts';
import { pathOf, rootOf } from '../paths.ts';
import type { Race } from './race-arms.ts';
import type { TimerScene } from './timer-scene.ts';
import { judgeStarted } from '../handles/unaborted.ts';

type Node = TSESTree.Node;

export interface UnabortedSleep {
  readonly controller: Variable;
  readonly kind: LossKind;
  readonly witness: Witness;
  readonly ends: readonly Node[];
}

/** The controller, made in this file, that the signal belongs to. */
export function controllerOf(signal: Node, { facts }: TimerScene): Variable | undefined {
  const variable = rootOf(pathOf(signal, facts.bindings));
  const value = variable && constantValue(variable);
  const made = value && unwrap(value);
  return made?.type === 'NewExpression' && calleeName(made) === 'AbortController'
    ? variable
    : undefined;
}

/** How an exit of the function leaves the sleep's controller without an abort. */
export function unabortedSleep(
  call: TSESTree.CallExpression,
  controller: Variable,
  race: Race,
  scene: TimerScene,
): UnabortedSleep | undefined {
  const { facts, tier, settings } = scene;
  const { bindings, sourceCode } = facts;
  const fired = firedBySleep(call, race, sourceCode.text, settings);
  const isOver = (why: Edge['why']): boolean => hasFired(why, fired, sourceCode.text, bindings);
  const judged = judgeStarted({ at: call, controller, isOver }, facts, tier);
  if (!judged?.loss) return undefined;
  const { loss, ended, ends } = judged;
  return { controller, kind: ended ? loss.kind : 'never-released', witness: loss.witness, ends };
}
