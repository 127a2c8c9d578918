/**
 * Something that works with the signal of a local controller is started -> the ways out of the function on which the
 * controller is not aborted any more.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { spliceSite, unitOf, type CodeUnit } from '../../ast/functions.ts';
import { contains, isFunction } from '../../ast/nodes.ts';
import type { Edge } from '../../cfg/graph.ts';
import type { NodeEffect } from '../effects.ts';
import type { FileFacts, TierFacts } from '../file.ts';
import { effectsOnVariable } from '../follow.ts';
import { guardsOf } from '../guards.ts';
import { BY_CALL, PART, type Release } from '../keys.ts';
import type { Verdict } from '../losses.ts';
import { judge } from '../obligations.ts';

type Node = TSESTree.Node;

/** How an abort controller is released. */
export const ABORTING: Release = { ...BY_CALL, keys: new Set(['abort']) };

export interface Started {
  /** The node at which the obligation starts: the call. */
  readonly at: Node;
  readonly controller: Variable;
  /** Where the work is over, or is taken over by somebody else. */
  readonly settled?: readonly Node[];
  /** Is the work over beyond an edge? */
  readonly isOver: (why: Edge['why']) => boolean;
}

export interface Unaborted extends Verdict {
  /** The nodes at which the controller is aborted or handed over. */
  readonly ends: readonly Node[];
  readonly aborts: readonly Node[];
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

/** Undefined: nothing can be said. */
export function judgeStarted(
  { at, controller, settled = [], isOver }: Started,
  { bindings, ownership }: FileFacts,
  tier: TierFacts,
): Unaborted | undefined {
  const root = homeOf(at, controller);
  if (!root) return undefined;
  const seed = { kind: 'variable', variable: controller, key: PART, release: ABORTING } as const;
  const context = { bindings, ownership, releasesAlways: () => true };
  const followed = effectsOnVariable(seed, root, context);
  const cfg = tier.cfgOf(root);
  if (!followed || cfg.incomplete) return undefined;
  const onEvaluate = new Map(followed.onEvaluate);
  const effectAt = (node: Node): NodeEffect => {
    const nothing = { acquire: 0, moves: [], kill: 0, ends: [], escapes: 0, forget: 0 };
    return onEvaluate.get(node) ?? nothing;
  };
  for (const node of settled) {
    const { ends, ...rest } = effectAt(node);
    onEvaluate.set(node, {
      ...rest,
      ends: [...ends, { from: followed.initial, how: 'handover' }],
    });
  }
  onEvaluate.set(at, { ...effectAt(at), acquire: followed.initial });
  // A closure that can abort it may have been handed out before the work began.
  const effects = { ...followed, onEvaluate, needsPast: true };
  const verdict = judge({
    cfg,
    index: tier.indexOf(root),
    effects,
    tests: tier.testsOf(root),
    guards: guardsOf(effects, ABORTING.keys, new Set(), bindings),
    isOver,
    start: at,
  });
  const found = [...followed.onEvaluate, ...followed.onInvoke];
  const ending = found.filter(([, effect]) => effect.ends.length > 0);
  return (
    verdict && {
      ...verdict,
      ends: ending.map(([node]) => node),
      aborts: ending
        .filter(([, effect]) => effect.ends.some(({ how }) => how === 'release'))
        .map(([node]) => node),
    }
  );
}
