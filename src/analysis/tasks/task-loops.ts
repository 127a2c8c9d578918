/**
 * Does a function, once started, reach a point from which it can never end? One function -> the trap that holds it.
 *
 * ```ts
 * async function poll() {
 *   await connect();
 *   while (true) {            trap: nothing leads from here to the end of `poll`
 *     await step();           that it may reject is no way to stop it
 *     if (done) continue;
 *   }
 * }
 * ```
 *
 * Exact on the graph: a place is trapped when no path leads from it to a return, or to a throw on purpose. What is
 * reported is a loop that every trapped path from it comes back to, or a call that never gives back control.
 *
 * Not modelled: promises that never settle; relations between tests.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { isSettlement } from '../../ast/functions.ts';
import { calleeName, isFunction, memberName, unwrap, type FunctionNode } from '../../ast/nodes.ts';
import type { Block, Cfg } from '../../cfg/graph.ts';
import type { FileFacts } from '../file.ts';
import { sourceKindOf, type SourceKind } from './task-sources.ts';
import { explore, isEnd, isFailing, type Explored } from './task-explore.ts';
import { taskGraphsOf, type TaskGraphs } from './task-graphs.ts';
import { asyncCircles } from './task-traps.ts';

type Node = TSESTree.Node;

export type Trap =
  | { readonly kind: 'loop'; readonly loop: Node }
  /** A `for await` whose source never ends, or may never end. */
  | { readonly kind: 'source'; readonly loop: TSESTree.ForOfStatement; readonly source: SourceKind }
  /** The function calls itself, or is called again, on every way to its end. */
  | { readonly kind: 'recursion'; readonly call: Node };

export interface Endless {
  readonly trap: Trap;
  /** The awaited calls that lead from the started function to the one that holds the trap. */
  readonly via: readonly Node[];
}

export type EndlessOf = (fn: FunctionNode) => Endless | undefined;

interface Context {
  readonly facts: FileFacts;
  readonly graphs: TaskGraphs;
  /** Is the end of this source to be counted as a way out of the loop? */
  readonly trusts: (source: SourceKind) => boolean;
  readonly endlessOf: EndlessOf;
}

const JOINING: ReadonlySet<string> = new Set(['all', 'allSettled', 'any', 'race']);

/** The function whose results a call gives in an array: `xs.map(fn)`, `Array.from(xs, fn)`. */
export function mappedFunction(call: TSESTree.CallExpression): Node | undefined {
  const [first, second] = call.arguments;
  const name = calleeName(call);
  return name === 'map' || name === 'flatMap' ? first : name === 'from' ? second : undefined;
}

/** What `Promise.all([a, b])` and its like wait for: the elements of an array written on the spot, or else the list. */
export function joinedPromises(call: Node): readonly Node[] | undefined {
  if (call.type !== 'CallExpression') return undefined;
  const callee = unwrap(call.callee);
  const [list] = call.arguments;
  if (callee.type !== 'MemberExpression' || !list) return undefined;
  const isPromise = callee.object.type === 'Identifier' && callee.object.name === 'Promise';
  if (!isPromise || !JOINING.has(memberName(callee) ?? '')) return undefined;
  return list.type === 'ArrayExpression' ? list.elements.filter((it) => it !== null) : [list];
}

/** The calls without whose end an awaited or returned promise does not settle. */
function awaitedCalls(promise: Node): readonly TSESTree.CallExpression[] {
  const it = unwrap(promise);
  if (it.type !== 'CallExpression') return [];
  if (isSettlement(it) && it.callee.type === 'MemberExpression') {
    return awaitedCalls(it.callee.object);
  }
  const joined = joinedPromises(it);
  if (!joined) return [it];
  const waitsForAll =
    memberName(it.callee as TSESTree.MemberExpression)?.startsWith('all') === true;
  return waitsForAll ? joined.flatMap(awaitedCalls) : [];
}

/** The promise that an instruction waits for, or gives to the caller as its own result. */
function awaitedBy(node: Node): Node | undefined {
  if (node.type === 'AwaitExpression') return node.argument;
  if (node.type === 'ReturnStatement') return node.argument ?? undefined;
  const { parent } = node;
  return parent?.type === 'ArrowFunctionExpression' && parent.body === node ? node : undefined;
}

function evaluated({ instructions }: Block): readonly Node[] {
  return instructions.flatMap((it) => (it.kind === 'evaluate' ? [it.node] : []));
}

interface Reach {
  readonly explored: Explored;
  readonly successors: readonly (readonly number[])[];
  /** By place: can it never end? */
  readonly trapped: readonly boolean[];
}

function backwards(explored: Explored, from: (index: number) => boolean): boolean[] {
  const { places, moves } = explored;
  const predecessors: number[][] = places.map(() => []);
  for (const [source, target] of moves) predecessors[target]?.push(source);
  const reached = places.map((_, index) => from(index));
  const open = [...reached.keys()].filter((index) => reached[index]);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const source of predecessors[next] ?? []) {
      if (reached[source]) continue;
      reached[source] = true;
      open.push(source);
    }
  }
  return reached;
}

/** A block from which control does not come back because the process ends there. */
function endsProcess(block: Block, cfg: Cfg, context: Context): boolean {
  if (block.out.length > 0 || block === cfg.exit || block === cfg.throwExit) return false;
  const last = block.instructions.at(-1)?.node;
  const callee = last && context.graphs.localCallee(last);
  return !callee || context.endlessOf(callee) === undefined;
}

function reachOf(explored: Explored, cfg: Cfg, context: Context): Reach {
  const { places, moves } = explored;
  const ends = backwards(explored, (index) => {
    const place = places[index];
    return place !== undefined && (isEnd(place, cfg) || endsProcess(place.block, cfg, context));
  });
  const fails = backwards(explored, (index) => places[index]?.block === cfg.throwExit);
  const successors: number[][] = places.map(() => []);
  for (const [source, target] of moves) successors[source]?.push(target);
  const trapped = places.map(
    (place, index) => ends[index] !== true && !(isFailing(place) && fails[index] === true),
  );
  return { explored, successors, trapped };
}

/** Everything that a place leads to, and of that what does not lead back. */
function around(
  start: number,
  { explored, successors, trapped }: Reach,
): { readonly inside: ReadonlySet<number>; readonly lost: readonly number[] } {
  const inside = new Set([start]);
  for (const index of inside) {
    for (const next of successors[index] ?? []) if (trapped[next]) inside.add(next);
  }
  const returns = backwards(explored, (index) => index === start);
  return { inside, lost: [...inside].filter((index) => returns[index] !== true) };
}

/** The outermost loop among those that every trapped path from them comes back to. */
function findLoop(reach: Reach): Node | undefined {
  const { explored, trapped } = reach;
  const heads = new Set<number>();
  for (const [source, target, { why }] of explored.moves) {
    if (why.kind === 'back' && trapped[source] && trapped[target]) heads.add(target);
  }
  let head: number | undefined = Math.min(...heads);
  while (head !== undefined && heads.has(head)) {
    const { inside, lost } = around(head, reach);
    if (lost.length === 0) {
      const outermost = Math.min(...[...heads].filter((it) => inside.has(it)));
      return explored.places[outermost]?.block.node;
    }
    // What leads away from one loop leads into another: the one that was reached last is the deepest.
    head = lost.filter((index) => heads.has(index)).at(-1);
  }
  return undefined;
}

/** An awaited call of a function of this file that never gives back control. */
function findCall(fn: FunctionNode, explored: Explored, context: Context): Endless | undefined {
  for (const { block } of explored.places) {
    for (const node of evaluated(block)) {
      const promise = awaitedBy(node);
      for (const call of promise ? awaitedCalls(promise) : []) {
        const mapped = mappedFunction(call);
        const callee =
          context.graphs.localCallee(call) ?? (mapped && context.facts.bindings.functionOf(mapped));
        const inner = callee && callee !== fn ? context.endlessOf(callee) : undefined;
        if (inner) return { trap: inner.trap, via: [call, ...inner.via] };
      }
    }
  }
  return undefined;
}

function hasTrapped({ trapped }: Reach): boolean {
  return trapped.includes(true);
}

/** The calls in a block of functions that go on for ever. */
function callsIn(
  block: Block,
  going: ReadonlySet<FunctionNode>,
  { graphs }: Context,
): readonly Node[] {
  return evaluated(block).filter((node) => {
    const callee = node.type === 'CallExpression' ? graphs.localCallee(node) : undefined;
    return callee !== undefined && going.has(callee);
  });
}

/** The first call on the way, when every way to the end of the function passes a call of these. */
function unavoidableCall(
  fn: FunctionNode,
  going: ReadonlySet<FunctionNode>,
  context: Context,
): Node | undefined {
  const cfg = context.graphs.cfgOf(fn);
  if (cfg.incomplete) return undefined;
  const explored = explore(cfg, context.graphs.isOnPurpose, {
    edge: (edge) => isCut(edge.why, context),
    block: (block) => callsIn(block, going, context).length > 0,
  });
  const [call] = explored.places.flatMap(({ block }) => callsIn(block, going, context));
  if (!call || !explored.complete) return undefined;
  const ends = (index: number): boolean => {
    const place = explored.places[index];
    if (!place) return false;
    if (isEnd(place, cfg)) return true;
    const isCall = callsIn(place.block, going, context).length > 0;
    return !isCall && endsProcess(place.block, cfg, context);
  };
  return backwards(explored, ends)[0] ? undefined : call;
}

/** Functions that call themselves or each other: assume that all of them go on, and take away what has a way out. */
function findRecursion(fn: FunctionNode, context: Context): Trap | undefined {
  const going = new Set(asyncCircles(context.facts).get(fn));
  let call: Node | undefined;
  for (let before = -1; before !== going.size && going.has(fn);) {
    before = going.size;
    for (const member of going) {
      const found = unavoidableCall(member, going, context);
      if (!found) going.delete(member);
      if (member === fn) call = found;
    }
  }
  return call && going.has(fn) ? { kind: 'recursion', call } : undefined;
}

function isCut(why: Block['out'][number]['why'], { facts, trusts }: Context): boolean {
  if (why.kind !== 'false' || why.question !== 'next') return false;
  const loop = why.test.parent;
  if (loop?.type !== 'ForOfStatement' || !loop.await) return false;
  return !trusts(sourceKindOf(loop, facts));
}

function trapOf(loop: Node, { facts, trusts }: Context): Trap {
  if (loop.type === 'ForOfStatement' && loop.await) {
    const source = sourceKindOf(loop, facts);
    if (!trusts(source)) return { kind: 'source', loop, source };
  }
  return { kind: 'loop', loop };
}

function judge(fn: FunctionNode, context: Context): Endless | undefined {
  const { graphs } = context;
  const cfg = graphs.cfgOf(fn);
  if (cfg.incomplete) return undefined;
  const explored = explore(cfg, graphs.isOnPurpose, {
    edge: (edge) => isCut(edge.why, context),
    block: () => false,
  });
  if (!explored.complete) return undefined;
  // A loop of a synchronous function is no task: nothing else runs beside it.
  const reach = fn.async ? reachOf(explored, cfg, context) : undefined;
  const loop = reach && hasTrapped(reach) ? findLoop(reach) : undefined;
  if (loop) return { trap: trapOf(loop, context), via: [] };
  const inner = findCall(fn, explored, context);
  if (inner) return inner;
  const recursion = findRecursion(fn, context);
  return recursion && { trap: recursion, via: [] };
}

/**
 * `trusts` says which sources of a `for await` may be relied on to end. A function that is asked about while it is being
 * judged counts as ending.
 */
export function endlessIn(facts: FileFacts, trusts: (source: SourceKind) => boolean): EndlessOf {
  const known = new Map<FunctionNode, Endless | undefined>();
  const endlessOf: EndlessOf = (fn) => {
    if (known.has(fn)) return known.get(fn);
    known.set(fn, undefined);
    const context = { facts, graphs: taskGraphsOf(facts), trusts, endlessOf };
    const endless = isFunction(fn) && !fn.generator ? judge(fn, context) : undefined;
    known.set(fn, endless);
    return endless;
  };
  return endlessOf;
}
