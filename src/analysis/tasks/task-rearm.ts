/**
 * Timeouts that arm themselves again for ever: functions -> the `setTimeout` calls that keep a cycle of them going.
 *
 * ```ts
 * function tick() {
 *   work();
 *   setTimeout(tick, 1000);       reported: every way through `tick` comes here, and nobody has the handle
 * }
 * ```
 *
 * A function *goes on* when each of its ways to the end calls, or arms a timer that nobody can clear for, a function
 * that goes on: the greatest fixpoint, so that `ping` and `pong` that arm each other count. A way that does not arm is a
 * stop, and so is a throw on purpose; an await that rejects is none.
 *
 * Not modelled: arming from callbacks of other functions' (`socket.on('close', …)`), which may never be called.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { spliceSite, unitOf, type CodeUnit } from '../../ast/functions.ts';
import { contains, isFunction, wrapped, type FunctionNode } from '../../ast/nodes.ts';
import type { Block } from '../../cfg/graph.ts';
import { componentsOf } from '../../dataflow/components.ts';
import type { FileFacts } from '../file.ts';
import { timerCallsOf } from '../timer-calls.ts';
import { explore, isFailing } from './task-explore.ts';
import { taskGraphsOf } from './task-graphs.ts';
import { neglectOfTimer, type Neglect } from './task-handles.ts';
import type { Lifetime } from './task-lifetime.ts';
import { functionValue } from './task-starts.ts';

type Node = TSESTree.Node;

export interface Rearm {
  /** The `setTimeout` that keeps the cycle going. */
  readonly call: TSESTree.CallExpression;
  readonly neglect: Neglect;
  /** The function that it calls. */
  readonly target: FunctionNode;
}

/** A place where a function hands on to another: by a timer that nobody can clear, or by a call. */
interface Link {
  readonly at: Node;
  readonly target: FunctionNode;
  readonly rearm: Rearm | undefined;
}

type Links = ReadonlyMap<FunctionNode, readonly Link[]>;

/** Where the function runs as a part of the one around it; one that calls itself by name is a function of its own. */
function siteIn(unit: CodeUnit, { bindings }: FileFacts): Node | undefined {
  if (!isFunction(unit)) return undefined;
  const own = unit.type === 'FunctionExpression' && unit.id ? bindings.variableOf(unit.id) : null;
  return own && own.references.length > 0 ? undefined : spliceSite(unit);
}

/** The function whose graph has the place: functions that run in place belong to the one around them. */
function rootOf(place: Node, facts: FileFacts): CodeUnit {
  let unit = unitOf(place);
  for (let site = siteIn(unit, facts); site; site = siteIn(unit, facts)) unit = unitOf(site);
  return unit;
}

function timerLinks(facts: FileFacts): readonly Link[] {
  return timerCallsOf(facts).flatMap(({ call, kind }): readonly Link[] => {
    if (kind !== 'setTimeout' && kind !== 'setImmediate') return [];
    const [callback] = call.arguments;
    const target = callback && functionValue(callback, facts);
    const neglect = target && neglectOfTimer(call, facts);
    return target && neglect ? [{ at: call, target, rearm: { call, neglect, target } }] : [];
  });
}

function callLinks({ bindings, calls }: FileFacts): readonly Link[] {
  return calls.flatMap((call): readonly Link[] => {
    const target = call.type === 'CallExpression' && bindings.functionOf(call.callee);
    // A function that is called where it stands is a part of this one's graph.
    const isLink = target && !target.generator && !spliceSite(target);
    return isLink ? [{ at: call, target, rearm: undefined }] : [];
  });
}

/** All links of a file in which some timer goes on; calls alone arm nothing. */
function linksOf(facts: FileFacts): Links {
  const links = new Map<FunctionNode, Link[]>();
  const timers = timerLinks(facts);
  if (timers.length === 0) return links;
  for (const link of [...timers, ...callLinks(facts)]) {
    const root = rootOf(link.at, facts);
    if (!isFunction(root)) continue;
    const list = links.get(root) ?? [];
    links.set(root, list);
    list.push(link);
  }
  return links;
}

/** Passes every way through the function one of these places? */
function passesAlways(fn: FunctionNode, places: ReadonlySet<Node>, facts: FileFacts): boolean {
  const { splicedCfgOf, isOnPurpose } = taskGraphsOf(facts);
  const cfg = splicedCfgOf(fn);
  if (cfg.incomplete) return false;
  const passes = ({ instructions }: Block): boolean =>
    instructions.some((it) => it.kind === 'evaluate' && places.has(it.node));
  const { places: reached, complete } = explore(cfg, isOnPurpose, {
    edge: () => false,
    block: passes,
  });
  const ends = reached.some((place) => {
    const { block } = place;
    if (passes(block)) return false;
    const isExit = block === cfg.exit || block === cfg.throwExit;
    return isExit ? !isFailing(place) : block.out.length === 0;
  });
  return complete && !ends && reached.some(({ block }) => passes(block));
}

/** Functions that hand on to each other in a circle, and the links that do. */
interface Circle {
  readonly functions: ReadonlySet<FunctionNode>;
  readonly links: readonly Link[];
}

function circlesAmong(functions: ReadonlySet<FunctionNode>, links: Links): readonly Circle[] {
  const linksOf = (fn: FunctionNode): readonly Link[] =>
    (links.get(fn) ?? []).filter(({ target }) => functions.has(target));
  const components = componentsOf(functions, (fn) => linksOf(fn).map(({ target }) => target));
  return components
    .map((members) => ({
      functions: members,
      links: [...members].flatMap((fn) => linksOf(fn).filter((it) => members.has(it.target))),
    }))
    .filter((circle) => circle.links.length > 0);
}

/** The functions on some circle of links that has a timer in it: all others are never looked at. */
function onCircles(links: Links): Set<FunctionNode> {
  const circles = circlesAmong(new Set(links.keys()), links);
  return new Set(
    circles.flatMap((it) => (it.links.some(({ rearm }) => rearm) ? [...it.functions] : [])),
  );
}

/** The functions that go on for ever: assume it of all, and take away the ones that have a way out. */
function goingOn(links: Links, facts: FileFacts): ReadonlySet<FunctionNode> {
  const going = onCircles(links);
  const linkedFrom = new Map<FunctionNode, FunctionNode[]>();
  for (const fn of going) {
    for (const { target } of links.get(fn) ?? []) {
      linkedFrom.set(target, [...(linkedFrom.get(target) ?? []), fn]);
    }
  }
  const open = [...going];
  for (let fn = open.pop(); fn; fn = open.pop()) {
    if (!going.has(fn)) continue;
    const places = (links.get(fn) ?? []).filter((it) => going.has(it.target));
    const goesOn = places.length > 0 && passesAlways(fn, new Set(places.map((it) => it.at)), facts);
    if (goesOn) continue;
    going.delete(fn);
    open.push(...(linkedFrom.get(fn) ?? []));
  }
  return going;
}

function ownName(fn: FunctionNode): Node | undefined {
  if (fn.type !== 'ArrowFunctionExpression' && fn.id) return fn.id;
  const { parent } = wrapped(fn);
  return parent?.type === 'VariableDeclarator' ? parent.id : undefined;
}

/** Is the cycle started only by code that lives as long as the process, or by nobody? */
function isModulesOwn(
  cycle: ReadonlySet<FunctionNode>,
  facts: FileFacts,
  lifetime: Lifetime,
): boolean {
  const isInside = (place: Node): boolean => [...cycle].some((fn) => contains(fn, place));
  return [...cycle].every((fn) => {
    const outer = wrapped(fn);
    const isInline = /^(?:Call|New)Expression$/.test(outer.parent?.type ?? '');
    if (isInline) return isInside(outer.parent ?? outer) || lifetime.isModules(outer);
    const name = ownName(fn);
    const variable = name && facts.bindings.variableOf(name);
    if (!variable || lifetime.isExported(variable)) return false;
    return variable.references.every(
      ({ identifier, init }) =>
        init === true || isInside(identifier) || lifetime.isModules(identifier),
    );
  });
}

/** The cycles of functions that arm each other for ever, one call of each. */
export function rearmingCycles(facts: FileFacts, lifetime: Lifetime | undefined): readonly Rearm[] {
  const links = linksOf(facts);
  const found: Rearm[] = [];
  for (const circle of circlesAmong(goingOn(links, facts), links)) {
    const [first] = circle.links
      .flatMap(({ rearm }) => rearm ?? [])
      .sort((a, b) => a.call.range[0] - b.call.range[0]);
    if (first && !(lifetime && isModulesOwn(circle.functions, facts, lifetime))) found.push(first);
  }
  return found;
}
