/**
 * One source of cancellation -> the children of a fan-out that fire it when they are done, so that the first to finish
 * stops the others.
 *
 * ```ts
 * const [ctx, cancel] = withCancel(parent);
 * await Promise.all(items.map(async (item) => {
 *   try { await work(item, ctx); } finally { cancel(); }    // finding
 * }));
 * ```
 *
 * A cancel in a `catch`, behind a test, or of children that are raced is meant: stop the rest on the first failure, on
 * the first hit, once there is a winner.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { isSettlement, spliceSite, unitOf } from '../../ast/functions.ts';
import {
  contains,
  isFunction,
  memberName,
  unwrap,
  wrapped,
  type FunctionNode,
} from '../../ast/nodes.ts';
import type { CancelSource } from './cancel-sources.ts';
import type { FileFacts } from '../file.ts';
import { passes } from '../inevitable.ts';
import { isPromiseMethod } from '../races.ts';
import { loopAround } from '../loops.ts';

type Node = TSESTree.Node;

export interface FanOutFinding {
  readonly kind: 'first-child';
  readonly cancel: Node;
  readonly source: CancelSource;
  /** What starts the children: the `map`, or the loop. */
  readonly start: Node;
  /** The call that waits for all of them. */
  readonly join: Node;
}

interface FanOut {
  readonly child: FunctionNode;
  readonly start: Node;
  readonly join: Node;
}

const MAPPING: ReadonlySet<string> = new Set(['map', 'flatMap']);

/** `items.map(child)`, `Array.from(items, child)` */
function mappedBy(call: TSESTree.CallExpression): Node | undefined {
  const callee = unwrap(call.callee);
  if (callee.type !== 'MemberExpression') return undefined;
  const name = memberName(callee) ?? '';
  if (MAPPING.has(name)) return call.arguments[0];
  const object = unwrap(callee.object);
  const isFrom = name === 'from' && object.type === 'Identifier' && object.name === 'Array';
  return isFrom ? call.arguments[1] : undefined;
}

/** The `Promise.all` or `allSettled` that takes the list, when nothing races it. */
function joinOf(list: Node, { bindings }: FileFacts): Node | undefined {
  const open: Node[] = [list];
  const seen = new Set<Node>();
  let join: Node | undefined;
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const outer = wrapped(node);
    const { parent } = outer;
    if (!parent) continue;
    if (isPromiseMethod(parent, ['all', 'allSettled'])) join = parent;
    else if (isPromiseMethod(parent, ['race', 'any'])) return undefined;
    else if (parent.type === 'SpreadElement') open.push(parent);
    else if (parent.type === 'ArrayExpression') open.push(parent);
    else if (parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier') {
      const variable = bindings.variableOf(parent.id);
      open.push(...(variable?.references ?? []).map(({ identifier }) => identifier));
    }
  }
  return join;
}

/** `list.push(child())` in a loop: the child and the list. */
function pushed(call: TSESTree.CallExpression, facts: FileFacts): FanOut | undefined {
  const callee = unwrap(call.callee);
  const [given] = call.arguments;
  const loop = loopAround(call);
  if (callee.type !== 'MemberExpression' || memberName(callee) !== 'push' || !given || !loop) {
    return undefined;
  }
  const list = unwrap(callee.object);
  const variable = list.type === 'Identifier' ? facts.bindings.variableOf(list) : undefined;
  let started = unwrap(given);
  while (isSettlement(started)) {
    const chain = unwrap(started.callee);
    started = chain.type === 'MemberExpression' ? unwrap(chain.object) : started;
    if (chain.type !== 'MemberExpression') break;
  }
  const child =
    started.type === 'CallExpression' ? facts.bindings.functionOf(started.callee) : undefined;
  if (!child || !variable || contains(loop, variable.scope.block)) return undefined;
  const joins = variable.references.map(({ identifier }) => joinOf(identifier, facts));
  const join = joins.find((it) => it !== undefined);
  return join && { child, start: loop, join };
}

/** Every fan-out of the file whose children are waited for together. */
function fanOuts(facts: FileFacts): readonly FanOut[] {
  return facts.once('fan-outs', () =>
    facts.calls.flatMap((call): readonly FanOut[] => {
      if (call.type !== 'CallExpression') return [];
      const mapped = mappedBy(call);
      if (mapped) {
        const child = facts.bindings.functionOf(mapped);
        const join = child && joinOf(call, facts);
        return join ? [{ child, start: call, join }] : [];
      }
      const fanOut = pushed(call, facts);
      return fanOut ? [fanOut] : [];
    }),
  );
}

/** The outermost function between a node and `outer`, exclusive: the unit whose graph has the node. */
function runsIn(node: Node, child: FunctionNode): boolean {
  let unit = unitOf(node);
  while (unit !== child) {
    const site = isFunction(unit) ? spliceSite(unit) : undefined;
    if (!site) return false;
    unit = unitOf(site);
  }
  return true;
}

/** A child that records its result outside and then stops the others: `Promise.any` by hand. */
function recordsFirst(child: FunctionNode, cancel: Node, { sourceCode }: FileFacts): boolean {
  for (let at: Node | undefined = cancel; at && at !== child; at = at.parent) {
    if (at.parent?.type === 'TryStatement' && at.parent.finalizer === at) return false;
  }
  const outside = sourceCode.scopeManager?.acquire(child)?.through ?? [];
  return outside.some((reference) => reference.isWrite() && reference.resolved);
}

/** Where the child cancels on every path on which it succeeds; through functions that it gives the cancel function. */
function cancelsOf(source: CancelSource, child: FunctionNode, facts: FileFacts): readonly Node[] {
  const { cfgOf } = facts.tier('await');
  const cfg = cfgOf(child);
  const inside = source.cancels.filter((node) => runsIn(node, child));
  const given = source.passed.flatMap((identifier) => {
    const call = identifier.parent;
    if (call.type !== 'CallExpression' || !runsIn(call, child)) return [];
    const fn = facts.bindings.functionOf(call.callee);
    const parameter = fn?.params[call.arguments.indexOf(identifier)];
    const variable = parameter && facts.bindings.variableOf(parameter);
    const calls = (variable?.references ?? [])
      .map(({ identifier: { parent } }) => parent)
      .filter((it) => it.type === 'CallExpression' && fn !== undefined && runsIn(it, fn));
    const certain = fn && calls.length > 0 && passes(cfgOf(fn), new Set(calls), 'entry', 'exit');
    return certain ? [{ call, cancels: calls }] : [];
  });
  const all = new Set<Node>([...inside, ...given.map(({ call }) => call)]);
  if (all.size === 0 || cfg.incomplete || !passes(cfg, all, 'entry', 'exit')) return [];
  // A call in a `catch` is the cure, even beside one that is not.
  const plain = inside.filter((node) => !isInCatch(node, child));
  return [...plain, ...given.flatMap(({ cancels }) => cancels)];
}

function isInCatch(node: Node, child: FunctionNode): boolean {
  for (let at: Node | undefined = node; at && at !== child; at = at.parent) {
    if (at.type === 'CatchClause') return true;
  }
  return false;
}

/** The fan-outs that one of the signals is given to, where they start or inside of a child. */
function fanOutsWith(signals: readonly Node[], facts: FileFacts): ReadonlySet<FanOut> {
  const byPlace = facts.once('fan-outs by place', () => {
    const places = new Map<Node, FanOut[]>();
    for (const fanOut of fanOuts(facts)) {
      for (const place of new Set<Node>([fanOut.child, fanOut.start])) {
        places.set(place, [...(places.get(place) ?? []), fanOut]);
      }
    }
    return places;
  });
  const found = new Set<FanOut>();
  for (const signal of signals) {
    for (let at: Node | undefined = signal; at; at = at.parent) {
      for (const fanOut of byPlace.get(at) ?? []) found.add(fanOut);
    }
  }
  return found;
}

export function firstChildCancels(
  source: CancelSource,
  facts: FileFacts,
): readonly FanOutFinding[] {
  const { declaration, signals } = source;
  return [...fanOutsWith(signals, facts)].flatMap(({ child, start, join }) => {
    if (contains(child, declaration) || contains(start, declaration)) return [];
    if (!child.async && !source.cancels.some((node) => isSettlementCallback(node))) return [];
    const [cancel] = cancelsOf(source, child, facts);
    if (!cancel || recordsFirst(child, cancel, facts)) return [];
    return [{ kind: 'first-child', cancel, source, start, join }];
  });
}

function isSettlementCallback(node: Node): boolean {
  const { parent } = wrapped(node);
  if (parent && isSettlement(parent)) return true;
  const unit = unitOf(node);
  const site = isFunction(unit) ? spliceSite(unit) : undefined;
  return site !== undefined && isSettlement(site);
}
