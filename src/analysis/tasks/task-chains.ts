/**
 * Promises that begin anew when they are settled, with nobody who waits for them:
 *
 * ```ts
 * function pump() { return step().then(pump); }
 * void pump();                                    here: the caller drops what never ends
 *
 * function drive() { step().finally(drive); }     here, at `drive`: each round drops the next one
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { contains } from '../../ast/nodes.ts';
import type { FileFacts } from '../file.ts';
import type { Lifetime } from './task-lifetime.ts';
import { endlessCircles, isModulesOwn, type Circle, type Link } from './task-rearm.ts';
import { isDetached, startsOf } from './task-starts.ts';

type Node = TSESTree.Node;

export interface Chain {
  /** Where it is started, or where each round drops the next. */
  readonly at: Node;
  /** The call that goes round. */
  readonly call: Node;
}

/** The place that names the next round: `pump` in `step().then(pump)`, `pump()` in a callback. */
function nextOf({ at, settlement }: Link): Node {
  return at === settlement ? (settlement.arguments[0] ?? at) : at;
}

function chainsOf(
  { functions, links }: Circle,
  facts: FileFacts,
  lifetime: Lifetime | undefined,
): readonly Chain[] {
  const [link] = links.filter(({ settlement }) => settlement);
  if (!link?.settlement || links.some(({ rearm }) => rearm)) return [];
  const call = link.at;
  if (isDetached(link.settlement, facts)) {
    if (lifetime && isModulesOwn(functions, facts, lifetime)) return [];
    return [{ at: nextOf(link), call }];
  }
  return startsOf(functions, facts)
    .filter(({ at }) => ![...functions].some((fn) => contains(fn, at)))
    .filter(({ at }) => !lifetime?.isModules(at))
    .map(({ at }) => ({ at, call }));
}

/** The chains that nobody waits for. */
export function endlessChains(facts: FileFacts, lifetime: Lifetime | undefined): readonly Chain[] {
  return endlessCircles(facts).flatMap((circle) => chainsOf(circle, facts, lifetime));
}
