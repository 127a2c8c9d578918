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
import { contains, isLoop, unwrap, type FunctionNode } from '../../ast/nodes.ts';
import { mentions } from '../../ast/words.ts';
import type { Tier } from '../../cfg/policies.ts';
import { factsOf, type FileFacts, type Source } from '../file.ts';
import {
  fine,
  mentioned,
  type Account,
  type Ending,
  type Mention,
  type Silence,
  type Witness,
} from '../finding.ts';
import { hostOf } from '../function-uses.ts';
import { handlerOf, listenerEnds, type ListenerEnds } from './listener-ends.ts';
import { findLeaks, type Leak } from './listener-paths.ts';
import { overOf, type ListenerScene } from './listener-scene.ts';
import { isUnlistening, registrationsOf, type Registration } from './listeners.ts';
import { outlives } from './listener-lifetimes.ts';
import { completesWork, isAbortedWait, isRemoved } from './listener-work.ts';
import {
  controllerAbortedBy,
  handMergeOf,
  mergedSignals,
  type HandMerge,
} from './merged-signals.ts';
import { racesWith } from '../races.ts';
import type { SignalOrigin } from './signals.ts';
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

/** Where the listener is removed, or becomes somebody else's to remove; one place for each line. */
function endingsOf({ ends }: ListenerScene): readonly Ending[] {
  const endings = [...ends.at].map(([node, how]): Ending => {
    return { node, how: how === 'removed' ? 'release' : 'handover' };
  });
  const byLine = new Map<string, Ending>();
  for (const it of endings) {
    const key = `${it.how} ${it.node.loc.start.line}`;
    if (!byLine.has(key)) byLine.set(key, it);
  }
  return [...byLine.values()].toSorted((a, b) => a.node.range[0] - b.node.range[0]);
}

function removalsOf(scene: ListenerScene): readonly Node[] {
  return endingsOf(scene).flatMap(({ node, how }) => (how === 'release' ? [node] : []));
}

/** On which way out of its function does the listener stay on? Removals inside `except` do not count. */
function leakOfFunction(scene: ListenerScene, except: FunctionNode | undefined): Leak | Silence {
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
  if (!leaks) {
    const at = graphOf(root).cfg.incomplete?.node;
    return { kind: 'given-up', limit: at ? 'graph' : 'budget', at: at ?? root };
  }
  return plainest(leaks) ?? { kind: 'ended', endings: endingsOf(scene) };
}

function judgePromise(scene: ListenerScene, executor: FunctionNode): Verdict | Silence {
  const leak = leakOfFunction(scene, executor);
  if (!('witness' in leak)) return leak;
  const settling = settlingOf(scene, executor);
  if (settling.abortOnly) {
    const promise = executor.parent;
    const [race] = racesWith(promise, scene.facts);
    return race ? { kind: 'raced', witness: leak.witness, by: [race] } : fine('listener-aborts');
  }
  // A clean-up that somebody else calls: we cannot tell when.
  const cleaned = scene.ends.handedOver.some(
    ({ node, fn }) =>
      contains(executor, node) && (!(fn && settling.settlers.has(fn)) || isFinalEvent(node)),
  );
  const [first] = settling.leaks.toSorted((a, b) => a.settledBy.range[0] - b.settledBy.range[0]);
  if (cleaned || !first) return fine('listener-settles', mentioned(removalsOf(scene), 'released'));
  return { kind: 'settled', witness: first.witness, by: [first.settledBy] };
}

/** `socket.on('close', …)`: comes after every other end. */
function isFinalEvent(node: Node): boolean {
  if (node.type !== 'CallExpression') return false;
  const [event] = node.arguments;
  return event?.type === 'Literal' && (event.value === 'close' || event.value === 'exit');
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

function judgeFunction(scene: ListenerScene, all: readonly Registration[]): Verdict | Silence {
  const { registration, root, facts } = scene;
  const removed = isRemoved(scene);
  if (!root.async && !root.generator && removesOnlyItself(scene)) {
    const merged = mergedSignals(registration, all, root, facts);
    if (merged) return { kind: 'merged', witness: undefined, by: merged };
  }
  if (!completesWork(scene)) return fine('listener-sets-up');
  if (!removed && outlives(scene)) return fine('listener-lives-on');
  const leak = leakOfFunction(scene, undefined);
  if (!('witness' in leak)) return leak;
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

/** Where the name stands under which the function has the signal. */
function originPlace({ path }: Registration, origin: SignalOrigin): readonly Mention[] {
  const name = path && typeof path.root !== 'string' ? path.root.defs[0]?.name : undefined;
  return mentioned([name], origin === 'own' ? 'made' : 'given');
}

function laterRemovals({ at, handedOver }: ListenerEnds): readonly Mention[] {
  const removed = [...at].flatMap(([node, how]) => (how === 'removed' ? [node] : []));
  const given = handedOver.map(({ node }) => node);
  return [...mentioned(removed, 'released'), ...mentioned(given, 'handed-over')];
}

function judge(
  registration: Registration,
  all: readonly Registration[],
  facts: FileFacts,
  throws: Tier,
): ListenerFinding | Silence {
  const root = hostOf(registration.place);
  const { origin } = registration;
  if (origin !== 'foreign') return fine(`signal-${origin}`, originPlace(registration, origin));
  if (!root) return { kind: 'module' };
  if (isConstructor(root)) return fine('listener-constructor');
  const ends = listenerEnds(registration, facts);
  if (ends.elsewhere) return fine('listener-elsewhere', laterRemovals(ends));
  if (isCleanUp(registration, facts)) return fine('listener-cleans');
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
  if (!('witness' in verdict)) return verdict;
  return {
    ...verdict,
    registration,
    handler: handlerOf(registration, facts),
    root,
    at: registration.call.callee,
    ends: [...ends.at.keys()],
    linked: controllerAbortedBy(registration, root, facts) !== undefined,
    merge: ends.at.size === 0 ? handMergeOf(registration, all, root, facts) : undefined,
  };
}

interface Analysis {
  readonly findings: readonly ListenerFinding[];
  readonly accounts: readonly Account[];
}

function analyse(facts: FileFacts, throws: Tier): Analysis {
  const findings: ListenerFinding[] = [];
  const accounts: Account[] = [];
  const all = registrationsOf(facts);
  for (const registration of all) {
    const outcome = judge(registration, all, facts, throws);
    const silence = 'registration' in outcome ? undefined : outcome;
    if ('registration' in outcome) findings.push(outcome);
    accounts.push({
      rule: 'no-leaked-abort-listener',
      acquire: registration.call,
      name: undefined,
      noun: 'the listener',
      released: 'removed',
      silence,
    });
  }
  return { findings, accounts };
}

function analysisOf(sourceCode: TSESLint.SourceCode, throws: Tier): Analysis {
  if (!mayListen(sourceCode)) return { findings: [], accounts: [] };
  const facts = factsOf(sourceCode);
  return facts.once(`no-leaked-abort-listener ${throws}`, () => analyse(facts, throws));
}

/** The findings of `no-leaked-abort-listener`, in source order. */
export function findLeakedListeners(
  sourceCode: TSESLint.SourceCode,
  { throws }: NoLeakedAbortListenerOptions,
): readonly ListenerFinding[] {
  return analysisOf(sourceCode, throws).findings;
}

/** What became of each `abort` listener, reported or not. */
export function accountForListeners(
  sourceCode: TSESLint.SourceCode,
  { throws }: NoLeakedAbortListenerOptions,
): readonly Account[] {
  return analysisOf(sourceCode, throws).accounts;
}
