/**
 * A timer in a promise executor, and the other ways in which that promise is settled: each of them has to clear the
 * timer on every path on which it settles.
 *
 * ```ts
 * new Promise((resolve, reject) => {
 *   const t = setTimeout(() => reject(new Error('late')), ms);
 *   socket.once('message', (m) => { clearTimeout(t); resolve(m); });   // fine
 *   socket.once('error', (e) => reject(e));                            // settles, and leaves the timer armed
 * });
 * ```
 *
 * Every function that settles is judged on its own graph, from its entry; the executor from the start of the timer on.
 * One that leaves the timer armed makes its callers settle where they call it, and those that hand it out where they
 * do so: a call that clears around it makes it right.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { isSettlement, settlementCallbacks, spliceSite, unitOf } from '../../ast/functions.ts';
import { callOf, contains, isFunction, wrapped, type FunctionNode } from '../../ast/nodes.ts';
import type { Edge } from '../../cfg/graph.ts';
import { waitForTheSame, waitsForLastEvent } from '../event-handlers.ts';
import { isRemoval } from './executor-ends.ts';
import type { Witness } from '../finding.ts';
import { usesOfFunction, usesOfFunctionNamed, type FunctionUse } from '../function-uses.ts';
import { findLeaks, type Leak } from '../signals/listener-paths.ts';
import { chainEnd } from './timer-paths.ts';
import type { TimerScene } from './timer-scene.ts';
import type { TimerStart } from './timer-starts.ts';

type Node = TSESTree.Node;

/** A way of settling the promise that leaves the timer armed. */
export interface UnclearedHandler {
  /** Where the promise is settled, or handed to something that settles it. */
  readonly site: Node;
  readonly witness: Witness;
  /** Nodes that clear the timer. */
  readonly ends: readonly Node[];
}

/** A function that starts a timer, and what says that its work is done. */
export interface SettlingFunction {
  readonly fn: FunctionNode;
  readonly settlers: readonly Variable[];
  /** A promise is settled once; a callback may be called more than once, the last time by a handler of the end. */
  readonly kind: 'executor' | 'callback';
}

export interface ExecutorScene {
  readonly scene: TimerScene;
  readonly settled: SettlingFunction;
  readonly start: TimerStart;
  /** Nodes that clear the timer, or hand it to somebody who may. */
  readonly ends: ReadonlySet<Node>;
  /** Where handlers that clear it are registered. */
  readonly registrations: readonly Node[];
  /** Arms on which the timer is not armed. */
  readonly isOver: (why: Edge['why']) => boolean;
}

interface Search extends ExecutorScene {
  readonly executor: FunctionNode;
  /** By function, the nodes of its graph that settle the promise and leave the clearing to others. */
  readonly sites: Map<FunctionNode, Set<Node>>;
  /** What stands behind a site: the function that it calls or hands out. */
  readonly behind: Map<Node, { readonly fn: FunctionNode; readonly leak: Leak }>;
  readonly open: FunctionNode[];
}

/** The function on whose graph a node of the executor is judged; undefined outside of the executor. */
function hostWithin(node: Node, executor: FunctionNode): FunctionNode | undefined {
  let unit = unitOf(node);
  while (unit !== executor) {
    if (!isFunction(unit)) return undefined;
    const site = spliceSite(unit);
    if (!site) return contains(executor, unit) ? unit : undefined;
    unit = unitOf(site);
  }
  return executor;
}

/** The handler that starts the timer, where that is not the executor itself. */
function startingHandler({ start, executor }: Search): FunctionNode | undefined {
  const host = hostWithin(start.call, executor);
  return host === executor ? undefined : host;
}

/** Does the node run because the timer has fired? */
function isInOwnCallback(node: Node, { start, executor }: Search): boolean {
  if (start.kind === 'setInterval' || !start.callback) return false;
  let host = hostWithin(node, executor);
  while (host && host !== executor) {
    if (host === start.callback) return true;
    host = hostWithin(host, executor);
  }
  return false;
}

/** A removal gives the function to nobody; nor does the timer's own call, of which we know. */
function givesNothing({ at }: FunctionUse, { start, registrations, scene }: Search): boolean {
  // The callback of an interval settles and leaves its interval running.
  if (at === start.call && start.kind === 'setInterval') return false;
  if (start.kind !== 'setInterval' && contains(chainEnd(start.call), at)) return true;
  if (isRemoval(at)) return true;
  const { bindings } = scene.facts;
  return registrations.some((other) => other !== at && waitForTheSame(other, at, bindings));
}

function addSite(
  search: Search,
  use: FunctionUse,
  behind: { readonly fn: FunctionNode; readonly leak: Leak } | undefined,
): void {
  const { executor, sites } = search;
  if (givesNothing(use, search) || isInOwnCallback(use.at, search)) return;
  const host = hostWithin(use.at, executor);
  if (!host || (host === executor && !mayBeTheLast(use.at, search))) return;
  if (behind && !search.behind.has(use.at)) search.behind.set(use.at, behind);
  const known = sites.get(host);
  if (known?.has(use.at)) return;
  sites.set(host, (known ?? new Set<Node>()).add(use.at));
  if (host !== executor) search.open.push(host);
}

function mayBeTheLast(site: Node, { settled, executor }: Search): boolean {
  return settled.kind === 'executor' || waitsForLastEvent(site) || runsLater(site, executor);
}

function leaksOf(
  search: Search,
  fn: FunctionNode,
  start: Node | 'entry',
  settles: ReadonlySet<Node>,
): readonly Leak[] {
  const { scene, ends, isOver } = search;
  const cfg = scene.tier.cfgOf(fn);
  const leaks = findLeaks({
    cfg,
    tests: scene.tier.testsOf(fn),
    index: scene.tier.indexOf(fn),
    start,
    freshIn: undefined,
    isEnd: (node) => ends.has(node),
    settles,
    trustsCalls: false,
    isOver,
  });
  return leaks ?? [];
}

/** Does the node run on a settlement that the executor only waits for? */
function runsLater(node: Node, executor: FunctionNode): boolean {
  for (let at: Node = node; at !== executor && at.parent; at = at.parent) {
    const { parent } = at;
    if (isSettlement(parent) && settlementCallbacks(parent).includes(at)) return true;
  }
  return false;
}

/**
 * `work().then(resolve).catch(() => { setTimeout(…) })`: an earlier link of the chain has settled before a later one
 * starts the timer, or did not run; a handler beside it does not run either.
 */
function isEarlierLink(site: Node, { call }: TimerStart): boolean {
  for (let at: Node = call; at.parent; at = at.parent) {
    const { parent }: Node = at;
    if (!isSettlement(parent) || !settlementCallbacks(parent).includes(at)) continue;
    if (contains(parent, site) && !contains(at, site)) return true;
  }
  return false;
}

/** The sites of the executor itself that count: what settled the promise before the timer was started does not. */
function executorSites(search: Search): ReadonlySet<Node> {
  const { executor, start, sites } = search;
  const handler = startingHandler(search);
  const all = [...(sites.get(executor) ?? [])];
  return new Set(
    all.filter((site) => {
      if (isEarlierLink(site, start)) return false;
      const behind = search.behind.get(site);
      // The handler that starts the timer is judged from there.
      if (handler) return behind ? behind.fn !== handler : isGivenAway(site, search);
      if (site.range[0] > start.call.range[0]) return true;
      if (behind && !runsLater(site, executor)) return true;
      if (isGivenAway(site, search)) return true;
      return (
        runsLater(site, executor) && leaksOf(search, executor, 'entry', new Set([site])).length > 0
      );
    }),
  );
}

/** The ways of settling on the graph of the executor, and on that of the handler that starts the timer. */
function lastLeaks(search: Search): readonly Leak[] {
  const { executor, start, sites } = search;
  const handler = startingHandler(search);
  if (!handler) return leaksOf(search, executor, start.node, executorSites(search));
  return [
    ...leaksOf(search, handler, start.node, sites.get(handler) ?? new Set()),
    ...leaksOf(search, executor, 'entry', executorSites(search)),
  ];
}

/** Is `resolve` an argument of this call, rather than what it calls? */
function isGivenAway(site: Node, { settled, scene }: Search): boolean {
  if (site.type !== 'CallExpression' || site.arguments.length === 0) return false;
  const called = scene.facts.bindings.variableOf(site.callee);
  return !called || !settled.settlers.includes(called);
}

/** What a person should look at: the innermost function that settles, or the place where nothing stands between. */
function handlerOf(search: Search, leak: Leak): UnclearedHandler {
  let { settledBy: site, witness } = leak;
  let fn: FunctionNode | undefined;
  for (let step = 0; site && step < 16; step += 1) {
    const next = search.behind.get(site);
    if (!next) break;
    fn = next.fn;
    ({ settledBy: site, witness } = next.leak);
  }
  const ends = [...search.ends];
  return { site: fn ?? site ?? search.executor, witness, ends };
}

/** `const done = once(resolve)`: what settles is `done`, where somebody calls it. */
export function wrapperOf(read: Node, { facts }: TimerScene): Variable | undefined {
  const call = wrapped(read).parent;
  if (call?.type !== 'CallExpression' || call.callee === read) return undefined;
  const { parent } = wrapped(call);
  if (parent?.type !== 'VariableDeclarator' || facts.bindings.functionOf(call.callee)) {
    return undefined;
  }
  const wrapper = facts.bindings.variableOf(parent.id);
  const isCalled = wrapper?.references.some(({ identifier }) => callOf(identifier) !== undefined);
  return isCalled === true ? wrapper : undefined;
}

/** The ways of settling that leave the timer armed, in source order. */
export function unclearedHandlers(executorScene: ExecutorScene): readonly UnclearedHandler[] {
  const { settled, scene } = executorScene;
  const executor = settled.fn;
  const lists = { sites: new Map(), behind: new Map(), open: [] };
  const search: Search = { ...executorScene, ...lists, executor };
  const isWrapped = (read: Node): boolean => wrapperOf(read, scene) !== undefined;
  for (const settler of settled.settlers) {
    for (const use of usesOfFunctionNamed(settler, scene.facts, isWrapped)) {
      addSite(search, use, undefined);
    }
  }
  for (let fn = search.open.pop(); fn; fn = search.open.pop()) {
    const [leak] = leaksOf(search, fn, 'entry', search.sites.get(fn) ?? new Set());
    if (!leak) continue;
    for (const use of usesOfFunction(fn, scene.facts)) addSite(search, use, { fn, leak });
  }
  const handlers = lastLeaks(search).map((leak) => handlerOf(search, leak));
  return handlers.toSorted((a, b) => a.site.range[0] - b.site.range[0]);
}
