/**
 * Races whose winner has cleared the timer before the race is decided:
 *
 * ```ts
 * const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Late()), ms); });
 * await Promise.race([work().then((it) => { clearTimeout(timer); return it; }), late]);
 * ```
 *
 * `late` can only reject, so a race that is fulfilled was won by the work, whose callback has run by then. What is
 * left to look after is the race that rejects.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { isSettlement, settlementCallbacks } from '../../ast/functions.ts';
import { contains, memberName, unwrap, wrapped } from '../../ast/nodes.ts';
import type { Edge } from '../../cfg/graph.ts';
import type { Effects, NodeEffect } from '../effects.ts';
import type { Race } from './race-arms.ts';
import type { TimerScene } from './timer-scene.ts';
import { onlyRejects } from './watchers.ts';

type Node = TSESTree.Node;

/** `work().then((it) => { clearTimeout(timer); … })` */
function clearsFirst(arm: Node, ends: readonly Node[]): boolean {
  const it = unwrap(arm);
  if (!isSettlement(it)) return false;
  const callee = unwrap(it.callee);
  const [onFulfilled] = settlementCallbacks(it);
  const isThen = callee.type === 'MemberExpression' && memberName(callee) === 'then';
  return isThen && onFulfilled !== undefined && ends.some((end) => contains(onFulfilled, end));
}

/** Is the timer cleared whenever the race is fulfilled, by the arm that wins? */
export function isClearedByWinner(
  { arms }: Race,
  ends: readonly Node[],
  scene: TimerScene,
): boolean {
  return (
    arms.some((arm) => clearsFirst(arm, ends)) &&
    arms.every((arm) => clearsFirst(arm, ends) || onlyRejects(arm, scene))
  );
}

/** Is this the edge of `race.then(…)` on which the race is fulfilled? */
export function isWon(why: Edge['why'], { call }: Race): boolean {
  if (why.kind !== 'true' || why.question !== 'fulfilled') return false;
  const { test } = why;
  const callee = test.type === 'CallExpression' ? unwrap(test.callee) : undefined;
  return callee?.type === 'MemberExpression' && unwrap(callee.object) === call;
}

/** The `await` of such a race completes with the timer cleared. */
export function withAwaitedWin(effects: Effects, { call }: Race): Effects {
  const awaited = wrapped(call).parent;
  if (awaited?.type !== 'AwaitExpression') return effects;
  const from = effects.places.reduce((mask, place) => mask | place.mask, 0);
  const nothing = { acquire: 0, moves: [], kill: 0, ends: [], escapes: 0, forget: 0 };
  const { ends, ...rest } = effects.onEvaluate.get(awaited) ?? nothing;
  const won: NodeEffect = { ...rest, ends: [...ends, { from, how: 'handover' }] };
  return { ...effects, onEvaluate: new Map(effects.onEvaluate).set(awaited, won) };
}
