/**
 * A timer that settles a promise, or gives up waiting for what calls back, beside other handlers -> the handler that
 * does so and leaves the timer armed.
 *
 * ```ts
 * new Promise((resolve, reject) => {
 *   const timer = setTimeout(() => reject(late()), ms);
 *   socket.once('message', (text) => { clearTimeout(timer); resolve(text); });
 *   socket.once('error', reject);                                               // leaves it armed
 * });
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import {
  isPromiseConstruction,
  isSettlement,
  settlementCallbacks,
  spliceSite,
  unitOf,
} from '../../ast/functions.ts';
import {
  callOf,
  contains,
  isFunction,
  unwrap,
  walk,
  wrapped,
  type FunctionNode,
} from '../../ast/nodes.ts';
import type { Edge } from '../../cfg/graph.ts';
import { BY_CALL } from '../keys.ts';
import { endsOfTimer, overArms, type TimerEnds } from './executor-ends.ts';
import {
  unclearedHandlers,
  wrapperOf,
  type SettlingFunction,
  type UnclearedHandler,
} from './executor-timers.ts';
import { hostOf, usesOfFunction, usesOfFunctionNamed } from '../function-uses.ts';
import { isWorkedWith } from './guarded-operations.ts';
import { executorAround } from '../signals/settling.ts';
import type { FieldTimer } from './timer-fields.ts';
import type { TimerScene } from './timer-scene.ts';
import { calls, type TimerStart } from './timer-starts.ts';
import { isInLoop } from '../loops.ts';

type Node = TSESTree.Node;

export interface SettledUncleared {
  readonly settled: SettlingFunction;
  readonly handler: UnclearedHandler;
}

const NO_ENDS: TimerEnds = { nodes: new Set(), clears: [], registrations: [] };

const CALLBACK = /^(?:callback|cb|done|resolve|reject)$/;

function variablesOf(patterns: readonly Node[], { facts }: TimerScene): readonly Variable[] {
  return patterns.flatMap((pattern) => facts.bindings.variableOf(pattern) ?? []);
}

/** The variable or field that keeps the timer. */
export function keeperOf(
  start: TimerStart,
  field: FieldTimer | undefined,
  { facts }: TimerScene,
): Variable | undefined {
  if (field) return field.variable;
  const bound = start.uses.find((use) => use.kind === 'bind');
  return bound && facts.bindings.variableOf(bound.at);
}

/** The executor in one of whose handlers the timer is started. */
function executorBeyond(node: Node): FunctionNode | undefined {
  for (let unit = unitOf(node); isFunction(unit); unit = unitOf(unit)) {
    const site = spliceSite(unit);
    if (site && isPromiseConstruction(site)) return unit;
  }
  return undefined;
}

/** Does the timer only go round: is it started by what it calls? */
function goesRound({ call, callback }: TimerStart, { facts }: TimerScene): boolean {
  if (!callback) return false;
  let found = contains(callback, call);
  walk(callback.body, facts.sourceCode.visitorKeys, (node) => {
    const called = node.type === 'CallExpression' && facts.bindings.functionOf(node.callee);
    found ||= called !== false && called !== undefined && contains(called, call);
    return !found;
  });
  return found;
}

/** A handler that resolves a little later is no guard; one that rejects is, where it is seen to be made for that. */
function givesUp(start: TimerStart, executor: FunctionNode, scene: TimerScene): boolean {
  const { call, callback } = start;
  if (callback && !contains(call, callback)) return false;
  const rejecting = new Set(variablesOf(executor.params.slice(1, 2), scene));
  return calls(start, rejecting, scene.settings);
}

/**
 * `server.close(() => { agent.close(resolve); setTimeout(resolve, ms); })`: does the timer settle the promise, unless what
 * the same handler has registered beside it comes first?
 */
function hasRivalInside(
  start: TimerStart,
  settlers: readonly Variable[],
  { facts, settings }: TimerScene,
): boolean {
  const { call, callback } = start;
  const home = hostOf(call);
  if (!home || callback?.async === true || !calls(start, new Set(settlers), settings)) return false;
  const known = new Set([home]);
  const open = settlers.flatMap((it) => usesOfFunctionNamed(it, facts));
  for (let use = open.pop(); use; use = open.pop()) {
    const host = hostOf(use.at);
    if (!host || contains(call, use.at)) continue;
    if (host === home ? use.kind === 'handover' : contains(home, host)) return true;
    if (!known.has(host)) open.push(...usesOfFunction(host, facts));
    known.add(host);
  }
  return false;
}

interface Settlers {
  readonly byExecutor: ReadonlyMap<FunctionNode, ReadonlySet<Variable>>;
  readonly all: ReadonlySet<Variable>;
}

/** What settles promises: parameters of executors, and variables that are given one: `const p = new Promise((r) => (done = r))`. */
function settlersOf(scene: TimerScene): Settlers {
  const { facts } = scene;
  return facts.once('settlers', () => {
    const byExecutor = new Map<FunctionNode, ReadonlySet<Variable>>();
    const all = new Set<Variable>();
    for (const call of facts.calls) {
      const executor = isPromiseConstruction(call) ? call.arguments[0] : undefined;
      if (!executor || !isFunction(executor)) continue;
      const own = variablesOf(executor.params, scene);
      const aliases = own.flatMap(({ references }) =>
        references.flatMap(({ identifier }) => {
          const { parent } = identifier;
          const isGiven = parent.type === 'AssignmentExpression' && parent.right === identifier;
          return isGiven ? (facts.bindings.variableOf(parent.left) ?? []) : [];
        }),
      );
      const settlers = new Set([...own, ...aliases]);
      byExecutor.set(executor, settlers);
      for (const settler of settlers) all.add(settler);
    }
    return { byExecutor, all };
  });
}

/** Does the timer settle a promise, and another one than that of this executor? */
function settlesAnother(start: TimerStart, fn: FunctionNode, scene: TimerScene): boolean {
  const { byExecutor, all } = settlersOf(scene);
  const own = byExecutor.get(fn) ?? new Set();
  return !calls(start, own, scene.settings) && calls(start, all, scene.settings);
}

/** The functions that settle the promise of an executor: its parameters, and what is made of them. */
function settlersIn(executor: FunctionNode, scene: TimerScene): readonly Variable[] {
  const own = variablesOf(executor.params, scene);
  const made = own.flatMap(({ references }) =>
    references.flatMap(({ identifier }) => wrapperOf(identifier, scene) ?? []),
  );
  return [...new Set([...own, ...made])];
}

/** `setTimeout(() => { socket = connect(); socket.once('open', resolve); }, 200)`: nothing has begun before it fires. */
function onlyStartsLater({ callback }: TimerStart, settlers: readonly Variable[]): boolean {
  if (!callback) return false;
  // A handler that fulfils the promise without the timer waits for something that has begun.
  const [resolve] = settlers;
  const isHandler = (node: Node): boolean => hostOf(node) !== hostOf(resolve?.scope.block ?? node);
  const others = resolve?.references.filter(({ identifier }) => !contains(callback, identifier));
  if (others?.some(({ identifier }) => isHandler(identifier)) === true) return false;
  const within = settlers.map(({ references }) =>
    references.filter(({ identifier }) => contains(callback, identifier)),
  );
  const isInside = (node: Node): boolean => hostOf(node) !== callback;
  return (
    within[0]?.some(({ identifier }) => isInside(identifier)) === true &&
    within.flat().every(({ identifier }) => isInside(identifier) || !callOf(identifier))
  );
}

/** What the timer may end: the promise whose executor starts it, or the wait for a callback. */
function settlingFunction(start: TimerStart, scene: TimerScene): SettlingFunction | undefined {
  const executor = executorAround(start.call);
  if (executor) {
    return { kind: 'executor', fn: executor, settlers: settlersIn(executor, scene) };
  }
  const beyond = executorBeyond(start.call);
  if (beyond) {
    const settlers = settlersIn(beyond, scene);
    const isGuard = givesUp(start, beyond, scene) || hasRivalInside(start, settlers, scene);
    if (!isGuard || goesRound(start, scene)) return undefined;
    return { kind: 'executor', fn: beyond, settlers };
  }
  const fn = hostOf(start.call);
  if (!fn || fn.async || fn.generator) return undefined;
  const settlers = variablesOf(fn.params, scene).filter(({ name }) => CALLBACK.test(name));
  return settlers.length > 0 ? { kind: 'callback', fn, settlers } : undefined;
}

/**
 * `sleep(ms).then(() => reject(late()))` in an executor: a call that starts a timer that nobody holds, and what follows
 * upon it.
 */
export function sleepInExecutor(
  call: TSESTree.CallExpression | TSESTree.NewExpression,
  scene: TimerScene,
): TimerStart | undefined {
  const { parent } = wrapped(call);
  const next = parent?.type === 'MemberExpression' ? wrapped(parent).parent : undefined;
  if (call.type !== 'CallExpression' || !next || !isSettlement(next)) return undefined;
  const [first] = settlementCallbacks(next);
  const callback = first && unwrap(first);
  const executor = callback && isFunction(callback) ? executorAround(call) : undefined;
  if (!executor || !callback || !isFunction(callback)) return undefined;
  const release = { ...BY_CALL, own: call };
  const inLoop = isInLoop(call);
  const start = {
    call,
    kind: 'setTimeout',
    callback,
    node: call,
    uses: [],
    inLoop,
    release,
  } as const;
  const rejecting = new Set(variablesOf(executor.params.slice(1, 2), scene));
  return calls(start, rejecting, scene.settings) ? start : undefined;
}

/** `lifetime?.abort()`, which clears: where there is nothing to call, there is nothing to clear. */
function isOptionalEnd(why: Edge['why'], ends: ReadonlySet<Node>): boolean {
  if (why.kind !== 'true' || why.question !== 'nullish') return false;
  return [...ends].some((end) => end.type === 'CallExpression' && contains(end.callee, why.test));
}

export function settledUncleared(
  start: TimerStart,
  field: FieldTimer | undefined,
  scene: TimerScene,
): SettledUncleared | undefined {
  const { facts, settings } = scene;
  const settled = settlingFunction(start, scene);
  if (!settled) return undefined;
  const { fn, settlers } = settled;
  const timer = keeperOf(start, field, scene);
  const kept = (field?.start ?? start).uses.some((it) => it.kind !== 'bind' && it.kind !== 'drop');
  if (kept || (field && (field.clearing.size > 0 || field.isShared))) return undefined;
  const ends = timer && endsOfTimer(timer, start, fn, scene);
  // Cleared outside of the executor: whoever waits for the promise clears it, and is judged by paths.
  const { nodes, clears, registrations } = ends ?? NO_ENDS;
  if ([...nodes].some((node) => !contains(fn, node))) return undefined;
  if (settled.kind === 'executor' && settlesAnother(start, fn, scene)) return undefined;
  const isEvident =
    clears.some((node) => !contains(start.call, node)) || isWorkedWith(start, fn, scene);
  // Only a promise is known to be settled by whoever is first: of a callback there must be more evidence.
  const isGuard =
    isEvident ||
    (settled.kind === 'executor' &&
      calls(start, new Set(settlers), settings) &&
      !onlyStartsLater(start, settlers));
  if (!isGuard) return undefined;
  const bindings = field?.bindings ?? facts.bindings;
  const isOver = overArms(start, fn, timer, bindings, scene);
  const [handler] = unclearedHandlers({
    scene,
    settled,
    start,
    ends: nodes,
    registrations,
    isOver: (why) => isOver(why) || isOptionalEnd(why, nodes),
  });
  return handler && { settled, handler };
}
