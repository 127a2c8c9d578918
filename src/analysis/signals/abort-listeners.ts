/**
 * One source file -> the findings of `no-leaked-abort-listener`: `abort` listeners on somebody else's signal that stay
 * there when the operation they were made for has ended.
 *
 * ```ts
 * async function call(signal) {
 *   const own = new AbortController();
 *   signal.addEventListener('abort', () => own.abort());   // finding
 *   return await fetch(url, { signal: own.signal });       // … the operation ends, the listener stays
 * }
 * ```
 *
 * Operations are async functions and generators that wait after the registration, functions that go on in `.then`, and
 * promises made by hand (analysis/signals/settling.ts). Not modelled: callback-style operations, helpers of other files.
 */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { isPromiseConstruction, isSettlement } from '../../ast/functions.ts';
import { contains, memberName, unwrap, type FunctionNode, isLoop } from '../../ast/nodes.ts';
import { mentions } from '../../ast/words.ts';
import type { Block, Cfg } from '../../cfg/graph.ts';
import type { Tier } from '../../cfg/policies.ts';
import { factsOf, type FileFacts, type Source } from '../file.ts';
import type { Witness } from '../finding.ts';
import { hostOf } from '../function-uses.ts';
import { handlerOf, listenerEnds, type ListenerEnds } from './listener-ends.ts';
import { findLeaks, type Leak } from './listener-paths.ts';
import { overOf, type ListenerScene } from './listener-scene.ts';
import { isUnlistening, registrationsOf, type Registration } from './listeners.ts';
import { outlives } from './listener-lifetimes.ts';
import {
  controllerAbortedBy,
  handMergeOf,
  mergedSignals,
  type HandMerge,
} from './merged-signals.ts';
import { pathOf, rootOf } from '../paths.ts';
import { isPromiseMethod, isRace, racesWith } from '../races.ts';
import { executorAround, settlingOf } from './settling.ts';

type Node = TSESTree.Node;

export interface NoLeakedAbortListenerOptions {
  readonly throws: Tier;
}

/**
 * - `never-removed`: nothing takes it off; `missed`, `missed-on-throw`: some way out does not.
 * - `added-again`: a loop adds another one each time it goes round.
 * - `settled`: the promise it belongs to is settled while it is on; `raced`: an other arm of the race wins.
 * - `merged`: it merges signals into one that is given away.
 */
export interface ListenerFinding {
  readonly kind: Leak['kind'] | 'never-removed' | 'settled' | 'raced' | 'merged';
  readonly registration: Registration;
  /** The function that the listener is, where the file shows it. */
  readonly handler: FunctionNode | undefined;
  readonly root: FunctionNode;
  readonly at: Node;
  readonly witness: Witness | undefined;
  /** What settles, the race, or what is merged. */
  readonly by: readonly Node[];
  readonly ends: readonly Node[];
  /** Does the listener pass the abort on to a controller that the function has made? */
  readonly linked: boolean;
  readonly merge: HandMerge | undefined;
}

const TRIGGER = /['"`]abort['"`]|addAbortListener/;

/** Could the file listen to a signal? */
export function mayListen({ text }: Source): boolean {
  return mentions(text, ['Listener']) && mentions(text, ['bort']) && TRIGGER.test(text);
}

function isEndAt({ at }: ListenerEnds, outside: FunctionNode | undefined): (node: Node) => boolean {
  return (node) => at.has(node) && !(outside && contains(outside, node));
}

/** `await done.promise`, where nothing but the listener settles `done`: once it goes on, the signal has aborted. */
function isAbortedWait(node: Node, { facts, registration }: ListenerScene): boolean {
  if (node.type !== 'AwaitExpression') return false;
  const variable = rootOf(pathOf(node.argument, facts.bindings));
  const handler = handlerOf(registration, facts);
  if (!variable || !handler || variable.defs[0]?.type !== 'Variable') return false;
  let inHandler = 0;
  for (const { identifier, init } of variable.references) {
    if (init === true || contains(node, identifier)) continue;
    if (!contains(handler, identifier)) return false;
    inHandler += 1;
  }
  return inHandler > 0;
}

/** Blocks that can be reached once the registration has run. */
function blocksAfter(cfg: Cfg, place: Node): ReadonlySet<Block> {
  const reached = new Set<Block>(
    cfg.blocks.filter((block) =>
      block.instructions.some((it) => it.kind === 'evaluate' && it.node === place),
    ),
  );
  for (const block of reached) for (const edge of block.out) reached.add(edge.to);
  return reached;
}

/** The promise of `Promise.withResolvers()`, which other code than the listener settles, and nothing removes. */
function isDeferred(promise: Node, scene: ListenerScene): boolean {
  const { facts, registration } = scene;
  const path = pathOf(promise, facts.bindings);
  const declarator = rootOf(path)?.defs[0]?.node;
  if (declarator?.type !== 'VariableDeclarator' || !declarator.init) return false;
  if (!isPromiseMethod(unwrap(declarator.init), ['withResolvers'])) return false;
  const handler = handlerOf(registration, facts);
  const declared = facts.sourceCode.scopeManager?.getDeclaredVariables(declarator) ?? [];
  const settled = declared.some(({ references }) =>
    references.some(
      ({ identifier, init }) =>
        init !== true &&
        !contains(promise, identifier) &&
        !(handler && contains(handler, identifier)),
    ),
  );
  return settled && !isRemoved(scene) && scene.ends.handedOver.length === 0;
}

const GOING_ON: ReadonlySet<string> = new Set(['then', 'finally']);

/** Is this node something that the function waits for, or goes on after? */
function isWork(node: Node, scene: ListenerScene): boolean {
  const { root, registration } = scene;
  switch (node.type) {
    case 'AwaitExpression':
      return !isAbortedWait(node, scene);
    case 'YieldExpression':
      return true;
    case 'ForOfStatement':
      return node.await;
    case 'ReturnStatement':
    case 'CallExpression': {
      if (node.type === 'ReturnStatement') {
        const value = node.argument && unwrap(node.argument);
        if (!value) return false;
        if (root.async && (value.type === 'CallExpression' || isPromiseConstruction(value))) {
          return true;
        }
        return isRace(value) || isDeferred(value, scene);
      }
      const callee = unwrap(node.callee);
      const name = callee.type === 'MemberExpression' ? memberName(callee) : undefined;
      return isSettlement(node) && GOING_ON.has(name ?? '') && !contains(node, registration.call);
    }
    default:
      return false;
  }
}

/** Does the function complete some work after it has registered? Set-up functions do not. */
function completesWork(scene: ListenerScene): boolean {
  const { root, registration, graphOf } = scene;
  const { cfg } = graphOf(root);
  for (const block of blocksAfter(cfg, registration.place)) {
    const from = block.instructions.findIndex(({ node }) => node === registration.place);
    for (const { node } of block.instructions.slice(from + 1)) {
      if (isWork(node, scene)) return true;
    }
    if (
      block.out.some(
        ({ why }) => why.kind === 'true' && why.question === 'next' && isAwaited(why.test),
      )
    ) {
      return true;
    }
  }
  return false;
}

function isAwaited({ parent }: Node): boolean {
  return parent?.type === 'ForOfStatement' && parent.await;
}

/** The innermost loop around the registration that makes a listener of its own each time. */
function loopAround({ registration, root, facts }: ListenerScene): Node | undefined {
  const handler = handlerOf(registration, facts) ?? registration.handler;
  for (let at: Node | undefined = registration.place; at && at !== root; at = at.parent) {
    if (isLoop(at)) return contains(at, handler) ? at : undefined;
  }
  return undefined;
}

const RANK: readonly Leak['kind'][] = ['missed', 'added-again', 'missed-on-throw'];

/** Calls that must throw for this walk. */
function throwsOn({ witness }: Leak): number {
  return witness.edges.filter(
    ({ why }) => why.kind === 'throw' && why.cause.type === 'CallExpression',
  ).length;
}

function plainest(leaks: readonly Leak[]): Leak | undefined {
  const [first] = leaks.toSorted(
    (a, b) =>
      throwsOn(a) - throwsOn(b) ||
      RANK.indexOf(a.kind) - RANK.indexOf(b.kind) ||
      a.witness.edges.length - b.witness.edges.length,
  );
  return first;
}

type Verdict = Pick<ListenerFinding, 'kind' | 'witness' | 'by'>;

/** On which way out of its function does the listener stay on? Removals inside `except` do not count. */
function leakOfFunction(scene: ListenerScene, except: FunctionNode | undefined): Leak | undefined {
  const { registration, root, ends, graphOf, isOver } = scene;
  const isEnd = isEndAt(ends, except);
  const leaks = findLeaks({
    ...graphOf(root),
    start: registration.place,
    freshIn: loopAround(scene),
    isEnd: (node) => isEnd(node) || isAbortedWait(node, scene),
    settles: undefined,
    trustsCalls: scene.throws !== 'call',
    isOver,
  });
  return plainest(leaks ?? []);
}

function judgePromise(scene: ListenerScene, executor: FunctionNode): Verdict | undefined {
  const leak = leakOfFunction(scene, executor);
  if (!leak) return undefined;
  const settling = settlingOf(scene, executor);
  if (settling.abortOnly) {
    const promise = executor.parent;
    const [race] = racesWith(promise, scene.facts);
    return race && { kind: 'raced', witness: leak.witness, by: [race] };
  }
  // A clean-up that somebody else calls: we cannot tell when.
  const cleaned = scene.ends.handedOver.some(
    ({ node, fn }) =>
      contains(executor, node) && (!(fn && settling.settlers.has(fn)) || isFinalEvent(node)),
  );
  const [first] = settling.leaks.toSorted((a, b) => a.settledBy.range[0] - b.settledBy.range[0]);
  if (cleaned || !first) return undefined;
  return { kind: 'settled', witness: first.witness, by: [first.settledBy] };
}

/** `socket.on('close', …)`: comes after every other end. */
function isFinalEvent(node: Node): boolean {
  if (node.type !== 'CallExpression') return false;
  const [event] = node.arguments;
  return event?.type === 'Literal' && (event.value === 'close' || event.value === 'exit');
}

/** Does anything but the listener itself remove it? */
function isRemoved({ registration, ends, facts }: ListenerScene): boolean {
  const handler = handlerOf(registration, facts);
  return [...ends.at].some(
    ([node, how]) => how === 'removed' && !(handler && contains(handler, node)),
  );
}

/** Does the listener take itself off, and nothing else does but calls of it? Then it goes with an abort only. */
function removesOnlyItself({ registration, ends, facts }: ListenerScene): boolean {
  const handler = handlerOf(registration, facts);
  return [...ends.at].every(([node, how]) => {
    if (how !== 'removed' || !handler) return false;
    const called =
      node.type === 'CallExpression' ? facts.bindings.functionOf(node.callee) : undefined;
    return called === handler || contains(handler, node);
  });
}

function judgeFunction(scene: ListenerScene, all: readonly Registration[]): Verdict | undefined {
  const { registration, root, facts } = scene;
  const removed = isRemoved(scene);
  if (!root.async && !root.generator && removesOnlyItself(scene)) {
    const merged = mergedSignals(registration, all, root, facts);
    if (merged) return { kind: 'merged', witness: undefined, by: merged };
  }
  if (!completesWork(scene) || (!removed && outlives(scene))) return undefined;
  const leak = leakOfFunction(scene, undefined);
  if (!leak) return undefined;
  const kind = removed || leak.kind === 'added-again' ? leak.kind : 'never-removed';
  return { kind, witness: leak.witness, by: [] };
}

function isConstructor({ parent }: FunctionNode): boolean {
  return parent.type === 'MethodDefinition' && parent.kind === 'constructor';
}

/** A listener that does nothing but take others off: its signal is the scope in which these are wanted. */
function isCleanUp(registration: Registration, facts: FileFacts): boolean {
  const body = handlerOf(registration, facts)?.body;
  if (body?.type !== 'BlockStatement') return body !== undefined && isUnlistening(unwrap(body));
  return (
    body.body.length > 0 &&
    body.body.every(
      (it) => it.type === 'ExpressionStatement' && isUnlistening(unwrap(it.expression)),
    )
  );
}

function judge(
  registration: Registration,
  all: readonly Registration[],
  facts: FileFacts,
  throws: Tier,
): ListenerFinding | undefined {
  const root = hostOf(registration.place);
  if (registration.origin !== 'foreign' || !root || isConstructor(root)) return undefined;
  const ends = listenerEnds(registration, facts);
  if (ends.elsewhere || isCleanUp(registration, facts)) return undefined;
  const tier = facts.tier(throws);
  const scene: ListenerScene = {
    facts,
    registration,
    ends,
    root,
    throws,
    graphOf: (fn) => ({
      cfg: tier.cfgOf(fn),
      tests: tier.testsOf(fn),
      index: tier.indexOf(fn),
    }),
    isOver: overOf(registration, ends, facts),
  };
  const executor = executorAround(registration.place);
  const verdict = executor ? judgePromise(scene, executor) : judgeFunction(scene, all);
  return (
    verdict && {
      ...verdict,
      registration,
      handler: handlerOf(registration, facts),
      root,
      at: registration.call.callee,
      ends: [...ends.at.keys()],
      linked: controllerAbortedBy(registration, root, facts) !== undefined,
      merge: ends.at.size === 0 ? handMergeOf(registration, all, root, facts) : undefined,
    }
  );
}

/** The findings of `no-leaked-abort-listener`, in source order. */
export function findLeakedListeners(
  sourceCode: TSESLint.SourceCode,
  { throws }: NoLeakedAbortListenerOptions,
): readonly ListenerFinding[] {
  if (!mayListen(sourceCode)) return [];
  const facts = factsOf(sourceCode);
  return facts.once(`no-leaked-abort-listener ${throws}`, () => {
    const all = registrationsOf(facts);
    return all.flatMap((registration) => judge(registration, all, facts, throws) ?? []);
  });
}
