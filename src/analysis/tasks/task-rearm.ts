/**
 * Functions that go on for ever without a loop: timeouts that arm themselves again, promises that begin anew when they are
 * settled. Functions -> what keeps a circle of them going.
 *
 * ```ts
 * function tick() {
 *   work();
 *   setTimeout(tick, 1000);       reported: every way through `tick` comes here, and nobody has the handle
 * }
 * function pump() {
 *   return step().then(pump);     and so does this; who waits for it waits for ever (task-chains.ts)
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
import {
  isSettlement,
  settlementCallbacks,
  spliceSite,
  unitOf,
  type CodeUnit,
} from '../../ast/functions.ts';
import {
  contains,
  isFunction,
  memberName,
  unwrap,
  wrapped,
  type FunctionNode,
} from '../../ast/nodes.ts';
import type { Block } from '../../cfg/graph.ts';
import { componentsOf } from '../../dataflow/components.ts';
import type { FileFacts } from '../file.ts';
import { timerCallsOf } from '../timer-calls.ts';
import { explore, isFailing } from './task-explore.ts';
import { taskGraphsOf } from './task-graphs.ts';
import { neglectOfTimer, type Neglect } from './task-handles.ts';
import type { Lifetime } from './task-lifetime.ts';
import { functionValue } from './task-starts.ts';
import { stopsOf } from './task-stops.ts';

type Node = TSESTree.Node;

export interface Rearm {
  /** The `setTimeout` that keeps the cycle going. */
  readonly call: TSESTree.CallExpression;
  readonly neglect: Neglect;
  /** The function that it calls. */
  readonly target: FunctionNode;
}

/** A place where a function hands on to another: by a timer that nobody can clear, on a settlement, or by a call. */
export interface Link {
  readonly at: Node;
  readonly target: FunctionNode;
  readonly rearm: Rearm | undefined;
  /** The `then` or `finally` whose settlement it takes to come here; of several the outermost. */
  readonly settlement: TSESTree.CallExpression | undefined;
}

type Links = ReadonlyMap<FunctionNode, readonly Link[]>;

/** Where the function runs as a part of the one around it; one that calls itself by name is a function of its own. */
function siteIn(unit: CodeUnit, { bindings }: FileFacts): Node | undefined {
  if (!isFunction(unit)) return undefined;
  const own = unit.type === 'FunctionExpression' && unit.id ? bindings.variableOf(unit.id) : null;
  return own && own.references.length > 0 ? undefined : spliceSite(unit);
}

interface Root {
  readonly unit: CodeUnit;
  readonly settlement: Link['settlement'];
}

/** The function whose graph has the place: functions that run in place belong to the one around them. */
function rootOf(place: Node, facts: FileFacts): Root {
  let unit = unitOf(place);
  let settlement: Link['settlement'];
  for (let site = siteIn(unit, facts); site; site = siteIn(unit, facts)) {
    if (isSettlement(site)) settlement = site;
    unit = unitOf(site);
  }
  return { unit, settlement };
}

/** `step().then(pump)`: the function that the end of the promise calls, unless a signal can reject the promise. */
function continuationOf(call: TSESTree.CallExpression, facts: FileFacts): FunctionNode | undefined {
  const { callee } = call;
  if (callee.type !== 'MemberExpression' || memberName(callee) === 'catch') return undefined;
  const callbacks = settlementCallbacks(call);
  const [target, ...others] = callbacks.map((it) =>
    isFunction(unwrap(it)) ? undefined : functionValue(it, facts),
  );
  const runsAlways = memberName(callee) === 'finally' || callbacks.length > 1;
  if (!target || others.some((other) => other !== target)) return undefined;
  return runsAlways || !stopsOf(facts).rejects(callee.object) ? target : undefined;
}

type Way = Omit<Link, 'settlement'>;

function timerLinks(facts: FileFacts): readonly Way[] {
  return timerCallsOf(facts).flatMap(({ call, kind }): readonly Way[] => {
    if (kind !== 'setTimeout' && kind !== 'setImmediate') return [];
    const [callback] = call.arguments;
    const target = callback && functionValue(callback, facts);
    const neglect = target && neglectOfTimer(call, facts);
    return target && neglect ? [{ at: call, target, rearm: { call, neglect, target } }] : [];
  });
}

function callLinks(settlements: ReadonlySet<Node>, facts: FileFacts): readonly Way[] {
  return facts.calls.flatMap((call): readonly Way[] => {
    if (call.type !== 'CallExpression') return [];
    if (settlements.has(call)) {
      const target = continuationOf(call, facts);
      return target ? [{ at: call, target, rearm: undefined }] : [];
    }
    const target = facts.bindings.functionOf(call.callee);
    // A function that is called where it stands is a part of this one's graph.
    const isLink = target && !target.generator && !spliceSite(target);
    return isLink ? [{ at: call, target, rearm: undefined }] : [];
  });
}

/** All links of a file in which something goes on later; calls alone run out of stack. */
function linksOf(facts: FileFacts): Links {
  const links = new Map<FunctionNode, Link[]>();
  const timers = timerLinks(facts);
  const settlements = new Set<Node>(facts.calls.filter(isSettlement));
  if (timers.length + settlements.size === 0) return links;
  for (const way of [...timers, ...callLinks(settlements, facts)]) {
    const { unit, settlement } = rootOf(way.at, facts);
    if (!isFunction(unit)) continue;
    const list = links.get(unit) ?? [];
    links.set(unit, list);
    list.push({ ...way, settlement: settlement ?? (isSettlement(way.at) ? way.at : undefined) });
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
export interface Circle {
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

/** Does something else run before the link is followed? Without that, a circle runs out of stack. */
function isLater({ rearm, settlement }: Link): boolean {
  return rearm !== undefined || settlement !== undefined;
}

/** The functions on some circle of links that goes on later: all others are never looked at. */
function onCircles(links: Links): Set<FunctionNode> {
  const circles = circlesAmong(new Set(links.keys()), links);
  return new Set(circles.flatMap((it) => (it.links.some(isLater) ? [...it.functions] : [])));
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

/** The circles of functions that all go on for ever. */
export function endlessCircles(facts: FileFacts): readonly Circle[] {
  return facts.once('task circles of links', () => {
    const links = linksOf(facts);
    return circlesAmong(goingOn(links, facts), links).filter((it) => it.links.some(isLater));
  });
}

/** Is the cycle started only by code that lives as long as the process, or by nobody? */
export function isModulesOwn(
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
  const found: Rearm[] = [];
  for (const circle of endlessCircles(facts)) {
    const [first] = circle.links
      .flatMap(({ rearm }) => rearm ?? [])
      .sort((a, b) => a.call.range[0] - b.call.range[0]);
    if (first && !(lifetime && isModulesOwn(circle.functions, facts, lifetime))) found.push(first);
  }
  return found;
}
