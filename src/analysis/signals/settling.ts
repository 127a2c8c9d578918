/**
 * A promise that is made by hand -> the ways in which it gets settled while an `abort` listener of its is on.
 *
 * ```ts
 * new Promise((resolve, reject) => {
 *   signal.addEventListener('abort', () => reject(signal.reason));
 *   setTimeout(resolve, ms);                    // settles without a removal: a leak
 *   socket.on('end', () => { off(); resolve(); });   // removes first: fine
 * });
 * ```
 *
 * Each function that settles is judged on its own graph, from its entry. One that does not remove is forgiven when all
 * that calls it does. Settled by the listener itself: the signal has aborted, nothing is left to leak.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { isPromiseConstruction, spliceSite, unitOf } from '../../ast/functions.ts';
import {
  contains,
  isFunction,
  keyName,
  memberName,
  wrapped,
  type FunctionNode,
} from '../../ast/nodes.ts';
import type { FileFacts } from '../file.ts';
import type { Witness } from '../finding.ts';
import { hostOf, usesOfFunction, usesOfFunctionNamed, type FunctionUse } from '../function-uses.ts';
import type { ListenerScene } from './listener-scene.ts';
import { findLeaks } from './listener-paths.ts';
import { abortListenerCall, isAbortSlot, isUnlistening } from './listeners.ts';

type Node = TSESTree.Node;

/** The promise executor that runs a node, directly or through functions that run as a part of it. */
export function executorAround(node: Node): FunctionNode | undefined {
  let unit = unitOf(node);
  for (;;) {
    const site = isFunction(unit) ? spliceSite(unit) : undefined;
    if (!site || !isFunction(unit)) return undefined;
    if (isPromiseConstruction(site)) return unit;
    unit = unitOf(site);
  }
}

interface SettleLeak {
  /** What settles: a call, or the place where `resolve` is handed over. */
  readonly settledBy: Node;
  readonly witness: Witness | undefined;
}

export interface Settling {
  /** Nothing but an abort settles the promise later on. */
  readonly abortOnly: boolean;
  readonly leaks: readonly SettleLeak[];
  /** Functions that settle the promise when they are called. */
  readonly settlers: ReadonlySet<FunctionNode>;
}

interface Search {
  readonly scene: ListenerScene;
  readonly executor: FunctionNode;
  readonly leaks: SettleLeak[];
  readonly settlers: Set<FunctionNode>;
  /** Nodes that settle, by the function on whose graph they are judged. */
  readonly sites: Map<FunctionNode, Set<Node>>;
  abortOnly: boolean;
}

/** Is the node run while the executor runs, and not by a promise later? */
function runsAtOnce(node: Node, executor: FunctionNode): boolean {
  if (executor.async) return false;
  let unit = unitOf(node);
  while (unit !== executor) {
    const site = isFunction(unit) && !unit.async ? spliceSite(unit) : undefined;
    if (site?.type !== 'CallExpression' || site.callee.type === 'MemberExpression') return false;
    unit = unitOf(site);
  }
  return true;
}

/** Does it stand behind the registration? Callbacks of a chain that was built before run later all the same. */
function isAfter(node: Node, { registration: { call } }: ListenerScene): boolean {
  return node.range[0] > call.range[0];
}

/** `work.then(resolve).finally(remove)`, as a whole. */
function isRemovedInChain(callback: Node, { ends }: ListenerScene): boolean {
  let at = callback.parent;
  while (at?.parent?.type === 'MemberExpression' || at?.parent?.type === 'CallExpression') {
    at = at.parent;
  }
  const chain = at;
  return chain !== undefined && [...ends.at.keys()].some((node) => contains(chain, node));
}

function addSite(search: Search, use: FunctionUse, open: FunctionNode[]): void {
  const { executor, scene, sites, settlers } = search;
  const { at } = use;
  if (abortListenerCall(at, 'addEventListener') || isUnlistening(at)) return;
  const host = hostOf(at);
  const inPlace = host === scene.root && contains(executor, at);
  if (use.kind === 'method' || (use.kind === 'handover' && (inPlace || !host))) {
    search.abortOnly = false;
    search.leaks.push({ settledBy: at, witness: undefined });
    return;
  }
  if (inPlace && use.kind === 'settlement' && !isAfter(at, scene)) {
    search.abortOnly = false;
    if (!isRemovedInChain(at, scene)) search.leaks.push({ settledBy: at, witness: undefined });
    return;
  }
  const unit = inPlace ? executor : host;
  if (!unit) return;
  if (inPlace && (use.kind === 'settlement' || !runsAtOnce(at, executor))) search.abortOnly = false;
  const known = sites.get(unit) ?? new Set();
  sites.set(unit, known.add(at));
  if (unit !== executor && unit !== scene.root && !settlers.has(unit)) {
    settlers.add(unit);
    open.push(unit);
  }
}

/** `const entry = { resolve }` and `entry.resolve = () => …` later on: what was put there first is never called. */
function isReplaced({ parent: property }: Node, { bindings }: FileFacts): boolean {
  if (property?.type !== 'Property' || property.parent.type !== 'ObjectExpression') return false;
  const holder = wrapped(property.parent).parent;
  const variable = holder?.type === 'VariableDeclarator' && bindings.variableOf(holder.id);
  const key = keyName(property.key, property.computed);
  if (!variable || key === undefined) return false;
  return variable.references.some(({ identifier: { parent } }) => {
    if (parent.type !== 'MemberExpression' || memberName(parent) !== key) return false;
    return parent.parent.type === 'AssignmentExpression' && parent.parent.left === parent;
  });
}

/** Finds every function that settles, from the inside out. */
function collect(search: Search): void {
  const { executor, scene } = search;
  const { facts } = scene;
  const open: FunctionNode[] = [];
  for (const parameter of executor.params.slice(0, 2)) {
    const variable = facts.bindings.variableOf(parameter);
    if (!variable) continue;
    const uses = usesOfFunctionNamed(variable, facts, (read) => isReplaced(read, facts));
    for (const use of uses) addSite(search, use, open);
  }
  for (let fn = open.pop(); fn; fn = open.pop()) {
    // A closure that takes the listener off is clean however it is used.
    const leaks = leaksOf(search, fn);
    if (!leaks) continue;
    const uses = usesOfFunction(fn, facts).filter((use) => !isListener(use));
    if (uses.some(({ kind }) => kind === 'handover' || kind === 'method')) {
      search.abortOnly = false;
      search.leaks.push(...leaks);
    }
    for (const use of uses) {
      if (use.kind === 'call' || use.kind === 'settlement') addSite(search, use, open);
    }
  }
}

/** An abort, of this signal or of another one; or the function is only named to be taken off. */
function isListener({ at }: FunctionUse): boolean {
  return (
    abortListenerCall(at, 'addEventListener') !== undefined ||
    abortListenerCall(at, 'removeEventListener') !== undefined ||
    isAbortSlot(at)
  );
}

/** How the function settles and leaves the listener on; undefined when it does not. */
function leaksOf(search: Search, fn: FunctionNode): readonly SettleLeak[] | undefined {
  const { scene, executor, sites } = search;
  const isInside = fn === executor || fn === scene.root;
  const leaks = findLeaks({
    ...scene.graphOf(fn),
    start: isInside ? scene.registration.place : 'entry',
    freshIn: undefined,
    isEnd: (node) => scene.ends.at.get(node) === 'removed',
    settles: sites.get(fn) ?? new Set(),
    trustsCalls: scene.throws !== 'call',
    isOver: scene.isOver,
  });
  if (!leaks || leaks.length === 0) return undefined;
  return leaks.map(({ settledBy, witness }) => ({ settledBy: settledBy ?? fn, witness }));
}

export function settlingOf(scene: ListenerScene, executor: FunctionNode): Settling {
  const search: Search = {
    scene,
    executor,
    leaks: [],
    settlers: new Set(),
    sites: new Map(),
    abortOnly: true,
  };
  collect(search);
  for (const fn of [executor, scene.root]) {
    if (search.sites.has(fn)) search.leaks.push(...(leaksOf(search, fn) ?? []));
  }
  const cleanSettlers = [...search.settlers].some((fn) => !isAbortHandler(search, fn));
  return {
    abortOnly: search.abortOnly && !cleanSettlers,
    leaks: search.leaks,
    settlers: search.settlers,
  };
}

/** Is the function called by nothing but aborts? */
function isAbortHandler({ scene }: Search, fn: FunctionNode): boolean {
  const uses = usesOfFunction(fn, scene.facts);
  return uses.every(
    (use) =>
      isListener(use) ||
      abortListenerCall(use.at, 'removeEventListener') !== undefined ||
      (use.kind === 'call' && hostOf(use.at) === scene.root),
  );
}
