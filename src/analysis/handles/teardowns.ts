/**
 * A method that ends what its object has begun -> does it return on some path before it releases the handle in a field?
 *
 * ```ts
 * close() {
 *   if (!this.view) return;      // reported: without a view the subscription of the constructor stays
 *   this.view.close();
 *   this.#changes.dispose();     // nothing else of the class releases it
 * }
 * ```
 *
 * The field is followed as a variable that holds the handle when the method is called. A path ends in silence where
 * what it asks may have to do with the handle: see analysis/handles/teardown-reasons.ts.
 */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { contains, isFunction, keyName, memberName, type FunctionNode } from '../../ast/nodes.ts';
import { mentions, type Word } from '../../ast/words.ts';
import type { Block, Cfg, Edge } from '../../cfg/graph.ts';
import type { Tier } from '../../cfg/policies.ts';
import { lostCancelProtocols } from '../../resources/index.ts';
import type { Effects, NodeEffect } from '../effects.ts';
import { factsOf, type FileFacts, type TierFacts } from '../file.ts';
import type { Witness } from '../finding.ts';
import { effectsOnVariable } from '../follow.ts';
import { guardsOf } from '../guards.ts';
import { classAround, fieldNamed, isWritten, membersOf } from '../members.ts';
import { judge } from '../obligations.ts';
import { isInTest } from '../test-code.ts';
import { fieldVariable, thisHost, thisMembers } from '../this-members.ts';
import { usesOf } from '../uses.ts';
import { evidentFields, releasesField, type HeldField } from './evident-fields.ts';
import { acquisitionsOf, storesOf, type Words } from './kept-handles.ts';
import { reasonsOf } from './teardown-reasons.ts';

type Node = TSESTree.Node;

export interface EarlyTeardown {
  readonly field: string;
  readonly words: Words;
  readonly method: TSESTree.MethodDefinition;
  readonly witness: Witness;
  readonly ends: readonly Node[];
}

const NAMES = [
  'close',
  'stop',
  'dispose',
  'destroy',
  'shutdown',
  'disconnect',
  'teardown',
  'tearDown',
  'cleanup',
  'terminate',
  'unmount',
  'deactivate',
  'onDestroy',
  'ngOnDestroy',
  'onModuleDestroy',
  'componentWillUnmount',
  'disconnectedCallback',
].join('|');
const TEARDOWN = new RegExp(`^(?:${NAMES}|@@dispose|@@asyncDispose)$`);
const TEARDOWN_NAME = new RegExp(`\\b(?:${NAMES}|Symbol\\.(?:asyncD|d)ispose)\\]?\\s*\\(`);

const HELD_WORDS: readonly Word[] = [
  'Interval',
  ...lostCancelProtocols.flatMap(({ words }) => words),
];

function isTeardown(method: TSESTree.MethodDefinition): boolean {
  const name = keyName(method.key, method.computed) ?? '';
  return method.kind === 'method' && !method.static && TEARDOWN.test(name);
}

/** The fields that hold handles, by protocol and by evidence. */
function heldFields(facts: FileFacts): readonly HeldField[] {
  const kept = acquisitionsOf(facts).flatMap(({ call, acquisition, words }) =>
    storesOf(acquisition, facts).flatMap((store): readonly HeldField[] => {
      const { target, key } = store;
      const isMember = target.type === 'MemberExpression';
      if (isMember && target.object.type !== 'ThisExpression') return [];
      const name = isMember ? memberName(target) : keyName(target.key, target.computed);
      const { release } = acquisition;
      return name === undefined ? [] : [{ call, words, name, at: target, key, release }];
    }),
  );
  return [...kept, ...evidentFields(facts)];
}

/** Every place outside of the stores where the class touches the field; undefined where others may reach it. */
function touchesOf(
  { name, at }: HeldField,
  facts: FileFacts,
): readonly TSESTree.MemberExpression[] | undefined {
  const field = fieldNamed(name, at);
  const members = membersOf(facts);
  if (!field || field.decorated || members.isTaken(name, at)) return undefined;
  if (field.access !== 'hard' && members.isDynamic(at)) return undefined;
  const touches = members.ofField(name, at);
  return touches.every(({ object }) => object.type === 'ThisExpression')
    ? touches.filter((it) => !isWritten(it))
    : undefined;
}

/** The functions in which something releases what the field holds; undefined where somebody else may. */
function releasingFunctions(
  { key, release }: HeldField,
  touches: readonly TSESTree.MemberExpression[],
  facts: FileFacts,
): ReadonlySet<FunctionNode> | undefined {
  const found = new Set<FunctionNode>();
  for (const touch of touches) {
    const within = thisHost(touch);
    const strengths = usesOf(touch, key, release.keys).map((use) =>
      facts.ownership.strengthOfUse(use, { release, within }),
    );
    if (strengths.includes('release')) {
      if (!isFunction(within)) return undefined;
      found.add(within);
    } else if (strengths.includes('handover')) {
      return undefined;
    }
  }
  return found;
}

/** A method that nothing but calls of this class can reach. */
function callersOf(fn: FunctionNode, facts: FileFacts): readonly FunctionNode[] | undefined {
  const { parent } = fn;
  if (parent.type !== 'MethodDefinition' || parent.kind !== 'method') return undefined;
  const name = keyName(parent.key, parent.computed);
  const isOwn = parent.key.type === 'PrivateIdentifier' || parent.accessibility === 'private';
  if (name === undefined || !isOwn) return undefined;
  const callers: FunctionNode[] = [];
  for (const mention of membersOf(facts).ofField(name, fn)) {
    const { parent: call } = mention;
    if (call.type !== 'CallExpression' || call.callee !== mention) return undefined;
    const host = thisHost(call);
    if (!isFunction(host)) return undefined;
    callers.push(host);
  }
  return callers;
}

interface Teardown {
  readonly method: TSESTree.MethodDefinition;
  readonly fn: FunctionNode;
  /** Functions that the method calls to release the handle. */
  readonly helpers: ReadonlySet<FunctionNode>;
}

/** The one teardown method through which the handle is ever released. */
function teardownOf(releasing: ReadonlySet<FunctionNode>, facts: FileFacts): Teardown | undefined {
  const helpers = new Set<FunctionNode>();
  const methods = new Set<FunctionNode>();
  const open = [...releasing];
  for (let fn = open.pop(); fn; fn = open.pop()) {
    const { parent } = fn;
    if (parent.type === 'MethodDefinition' && isTeardown(parent)) {
      methods.add(fn);
      continue;
    }
    if (helpers.has(fn)) continue;
    helpers.add(fn);
    const callers = callersOf(fn, facts);
    if (!callers) return undefined;
    open.push(...callers);
  }
  const [fn, ...others] = methods;
  if (!fn || others.length > 0 || fn.generator) return undefined;
  return fn.parent.type === 'MethodDefinition' ? { method: fn.parent, fn, helpers } : undefined;
}

/** `registry.delete(this)`: whoever gets the object may end it. */
function givesThis(call: HeldField['call']): boolean {
  return call.arguments.some((it) => it.type === 'ThisExpression');
}

/** `setTimeout(() => this.close(), 100)`: the method itself comes back later. */
function callsItself({ method, fn }: Teardown, facts: FileFacts): boolean {
  const name = keyName(method.key, method.computed);
  return name !== undefined && thisMembers(name, facts).some(({ host }) => host === fn);
}

/** Calls of the helpers release; a `return` that says something tells the caller that nothing has been ended. */
function withHelpers(effects: Effects, { fn, helpers }: Teardown, facts: FileFacts): Effects {
  const from = effects.places.reduce((mask, place) => mask | place.mask, 0);
  const onEvaluate = new Map<Node, NodeEffect>(effects.onEvaluate);
  const end = (node: Node, how: 'release' | 'handover'): void => {
    const nothing = { acquire: 0, moves: [], kill: 0, ends: [], escapes: 0, forget: 0 };
    const known = onEvaluate.get(node) ?? nothing;
    onEvaluate.set(node, { ...known, ends: [...known.ends, { from, how }] });
  };
  for (const call of facts.calls) {
    const called = facts.bindings.functionOf(call.callee);
    if (!contains(fn, call) || thisHost(call) !== fn) continue;
    if (called && helpers.has(called)) end(call, 'release');
    else if (givesThis(call)) end(call, 'handover');
  }
  for (const node of facts
    .tier('await')
    .cfgOf(fn)
    .blocks.flatMap((it) => it.instructions)) {
    if (node.kind === 'evaluate' && isTelling(node.node)) end(node.node, 'handover');
  }
  return { ...effects, onEvaluate };
}

/** `return false`, but neither `return`, `return undefined` nor `return Promise.resolve()` */
function isTelling(node: Node): boolean {
  if (node.type !== 'ReturnStatement' || !node.argument) return false;
  const { argument } = node;
  if (argument.type === 'Identifier') return argument.name !== 'undefined';
  if (argument.type === 'UnaryExpression') return argument.operator !== 'void';
  if (argument.type !== 'CallExpression' || argument.arguments.length > 0) return true;
  const { callee } = argument;
  return callee.type !== 'MemberExpression' || memberName(callee) !== 'resolve';
}

function releasesIn({ onEvaluate, onBind, onInvoke }: Effects): readonly Node[] {
  return [...onEvaluate, ...onBind, ...onInvoke]
    .filter(([, { ends }]) => ends.some(({ how }) => how === 'release'))
    .map(([node]) => node);
}

/** The blocks from which the handle can still be released. */
function leadingTo(ends: readonly Node[], { blocks }: Cfg): ReadonlySet<Block> {
  const wanted = new Set(ends);
  const found = new Set<Block>();
  const open = blocks.filter((it) => it.instructions.some(({ node }) => wanted.has(node)));
  for (let block = open.pop(); block; block = open.pop()) {
    if (found.has(block)) continue;
    found.add(block);
    open.push(...block.in.map(({ from }) => from));
  }
  return found;
}

function earlyReturn(
  held: HeldField,
  facts: FileFacts,
  tier: TierFacts,
): EarlyTeardown | undefined {
  const { name, key, release, words } = held;
  const touches = touchesOf(held, facts);
  const releasing = touches && releasingFunctions(held, touches, facts);
  const teardown = releasing && teardownOf(releasing, facts);
  if (!teardown || callsItself(teardown, facts)) return undefined;
  const { fn, method } = teardown;
  const own = thisMembers(name, facts).flatMap(({ node, host }) => (host === fn ? [node] : []));
  const nodes = new Set<Node>(own);
  const variable = fieldVariable(name, fn, own);
  const bindings = {
    ...facts.bindings,
    variableOf: (node: Node) => (nodes.has(node) ? variable : facts.bindings.variableOf(node)),
  };
  const context = { bindings, ownership: facts.ownership, releasesAlways: () => true };
  const cfg = tier.cfgOf(fn);
  if (cfg.incomplete) return undefined;
  const followed = effectsOnVariable({ kind: 'variable', variable, key, release }, fn, context);
  if (!followed) return undefined;
  const effects = withHelpers(followed, teardown, facts);
  const ends = releasesIn(effects);
  const reaching = leadingTo(ends, cfg);
  const all = effects.places.reduce((mask, place) => mask | place.mask, 0);
  const reasons = reasonsOf(held, fn, facts);
  const leaving = new Map<Edge['why'], boolean>();
  for (const { out } of cfg.blocks) {
    for (const { why, to } of out) if (!reaching.has(to)) leaving.set(why, true);
  }
  const guards = guardsOf(effects, release.keys, new Set(), bindings);
  const verdict = judge({
    cfg,
    effects,
    index: tier.indexOf(fn),
    tests: tier.testsOf(fn),
    guards: (why) => guards(why) | (leaving.has(why) && reasons.explain(why) ? all : 0),
    start: 'entry',
  });
  const loss = verdict?.released ? verdict.loss : undefined;
  if (loss?.kind !== 'missed') return undefined;
  return { field: name, words, method, witness: loss.witness, ends };
}

/** A teardown method and a field that it may release; no syntax. */
export function mayTearDown({ text }: Pick<TSESLint.SourceCode, 'text'>): boolean {
  if (!mentions(text, HELD_WORDS) || !/\bclass\b/.test(text) || !TEARDOWN_NAME.test(text)) {
    return false;
  }
  return releasesField(text) || /\bclearInterval\(\s*this\b/.test(text);
}

/** The teardown methods that return before they have released what a field holds. */
export function findEarlyTeardowns(
  sourceCode: TSESLint.SourceCode,
  throws: Tier,
): readonly EarlyTeardown[] {
  if (!mayTearDown(sourceCode)) return [];
  const facts = factsOf(sourceCode);
  return facts.once(`early teardowns ${throws}`, () => {
    const found = new Map<string, EarlyTeardown>();
    for (const held of heldFields(facts)) {
      if (isInTest(held.call)) continue;
      const id = `${String(classAround(held.at).node?.range[0])} ${held.name}`;
      const early = found.has(id) ? undefined : earlyReturn(held, facts, facts.tier(throws));
      if (early) found.set(id, early);
    }
    return [...found.values()];
  });
}
