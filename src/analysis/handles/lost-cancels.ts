/**
 * One source file -> the findings of `no-lost-cancel`: every acquire of a protocol, judged on the graph of the function
 * that has its variables.
 */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { spliceSite, unitOf, type CodeUnit } from '../../ast/functions.ts';
import { isFunction, wrapped } from '../../ast/nodes.ts';
import { mentions, type Word } from '../../ast/words.ts';
import type { Tier } from '../../cfg/policies.ts';
import { lostCancelProtocols, mayMention } from '../../resources/index.ts';
import { signalHelper } from '../../resources/builtin/signal-helper.ts';
import type { Protocol } from '../../resources/protocol.ts';
import type { Configured } from '../../resources/user.ts';
import { configuredBy, type Resource } from '../../resources/define.ts';
import {
  acquireOf,
  unreachableSourceOf,
  type Acquire,
  type Call,
  type UnreachableSource,
} from './acquires.ts';
import { configuredAcquire } from './configured.ts';
import { disposableAcquire, mayDispose, type DisposableTypes } from './disposables.ts';
import type { EffectContext, Effects } from '../effects.ts';
import { neglectedField } from './fields.ts';
import { factsOf, type FileFacts, type Source, type TierFacts } from '../file.ts';
import type { Account, Finding, LossKind, Silence, Witness } from '../finding.ts';
import { effectsOf, effectsOnVariable } from '../follow.ts';
import { guardsOf, siblingsOf } from '../guards.ts';
import { isThrownByCall, type Obligation, type Verdict } from '../losses.ts';
import { judge } from '../obligations.ts';
import { beginningOf } from './beginnings.ts';
import { withOwnEnds } from './own-ends.ts';
import { ownDecisions } from './own-decisions.ts';
import { servicesOf } from '../types.ts';
import { failsBeforeExit } from '../process-ends.ts';
import { isProven, mayAcquire, mayRelease, needsEvidence } from './proof.ts';

export interface NoLostCancelOptions {
  readonly throws: Tier;
  readonly helpers: 'can-release' | 'all-paths';
  readonly resources?: readonly Resource[];
  readonly disposableTypes?: DisposableTypes;
}

/** Under `helpers: "all-paths"`: is the handle released on every path of the helper? */
function alwaysReleases(facts: FileFacts, tier: TierFacts): EffectContext['releasesAlways'] {
  const open = new Set<string>();
  const { bindings, ownership } = facts;
  const releasesAlways: EffectContext['releasesAlways'] = (fn, variable, key, release) => {
    const name = `${String(fn.range[0])} ${variable.name} ${key}`;
    if (open.has(name)) return true;
    const cfg = tier.cfgOf(fn);
    if (cfg.incomplete) return true;
    open.add(name);
    const context = { bindings, ownership, releasesAlways };
    const effects = effectsOnVariable({ kind: 'variable', variable, key, release }, fn, context);
    open.delete(name);
    if (!effects) return true;
    const verdict = judge({
      cfg,
      effects,
      index: tier.indexOf(fn),
      tests: tier.testsOf(fn),
      guards: guardsOf(effects, release.keys, new Set(), bindings),
      start: 'entry',
    });
    return !verdict?.loss;
  };
  return releasesAlways;
}

/** A path on which a promise is rejected is easier to believe in than one on which a mere call throws. */
function plainestVerdict(obligation: Obligation): Verdict | undefined {
  const verdict = judge(obligation);
  if (!verdict?.loss?.witness.edges.some(isThrownByCall)) return verdict;
  const plainer = judge({ ...obligation, callsReturn: true });
  const loss = plainer?.loss;
  return loss?.kind === verdict.loss.kind ? { ...verdict, loss } : verdict;
}

/** Nothing in reach ever released it: that says more than on which path. */
function lossOf({ loss, ended }: Verdict): { kind: LossKind; witness: Witness } | undefined {
  if (!loss) return undefined;
  const leavesHeld = loss.kind === 'missed' || loss.kind === 'missed-on-throw';
  return { kind: !ended && leavesHeld ? 'never-released' : loss.kind, witness: loss.witness };
}

function endsOf({ onEvaluate, onBind, onInvoke }: Effects): readonly TSESTree.Node[] {
  return [...onEvaluate, ...onBind, ...onInvoke]
    .filter(([, effect]) => effect.ends.length > 0)
    .map(([node]) => node);
}

/** Does a function that runs as a part of another ever run there? */
function isReached(root: CodeUnit, tier: TierFacts): boolean {
  const site = isFunction(root) ? spliceSite(root) : undefined;
  if (!site) return true;
  const outer = unitOf(site);
  const { blocks, reachable } = tier.cfgOf(outer);
  const runs = blocks.slice(0, reachable).some((it) => it.role === 'callback' && it.node === root);
  return runs && isReached(outer, tier);
}

/** No path of the function loses the handle: does the class that it is given to? */
function keptFinding(acquire: Acquire, facts: FileFacts): Finding | undefined {
  const { protocol, call, at, name, uses, release } = acquire;
  // That something can be disposed, which its type says, does not say that its class has to.
  if (!('acquire' in protocol)) return undefined;
  // A source without a parent is known to nobody but its class, and dies with it.
  const isSource = 'handle' in protocol && protocol.handle.kind === 'method';
  if (isSource && call.arguments.length === 0) return undefined;
  const field = neglectedField(uses, release, facts);
  return (
    field && {
      rule: 'no-lost-cancel',
      kind: 'kept',
      protocol,
      acquire: call,
      at,
      name,
      ends: [],
      witness: undefined,
      field,
    }
  );
}

const NO_EVIDENCE: Silence = { kind: 'exempt', because: 'no-evidence', at: [] };

/** May what has been acquired come to its end by itself? A context may not, nor what the user says must be released. */
function mayEnd({ protocol }: Acquire): boolean {
  return needsEvidence(protocol) || protocol === signalHelper;
}

/** What becomes of the handle of an acquire: a finding, or why there is none. */
function examine(
  acquire: Acquire,
  facts: FileFacts,
  tier: TierFacts,
  helpers: NoLostCancelOptions['helpers'],
): Finding | Silence {
  const { bindings, ownership } = facts;
  const evident = needsEvidence(acquire.protocol);
  if (evident && !mayAcquire(acquire.call, facts)) return NO_EVIDENCE;
  const releasesAlways = helpers === 'all-paths' ? alwaysReleases(facts, tier) : () => true;
  const siblings = siblingsOf(acquire, bindings);
  const followed = effectsOf(acquire, { bindings, ownership, releasesAlways });
  if (!followed) return { kind: 'given-up', limit: 'places', at: acquire.call };
  const ending = mayEnd(acquire) ? withOwnEnds(followed, acquire, siblings, facts) : followed;
  const begun = evident ? beginningOf(ending, acquire) : undefined;
  const { effects, start } = begun ?? { effects: ending, start: acquire.node };
  // Asked of the effects first: that builds no graph.
  if (evident && !mayRelease(effects)) return NO_EVIDENCE;
  const { root } = effects;
  const cfg = tier.cfgOf(root);
  if (cfg.incomplete) return { kind: 'given-up', limit: 'graph', at: cfg.incomplete.node };
  if (!isReached(root, tier)) return { kind: 'unreached' };
  const guards = guardsOf(effects, acquire.release.keys, siblings, bindings);
  const decided = ownDecisions(effects, facts);
  const verdict = plainestVerdict({
    cfg,
    effects,
    index: tier.indexOf(root),
    tests: tier.testsOf(root),
    guards: evident ? (why) => guards(why) | decided(why) : guards,
    start,
  });
  if (!verdict) return { kind: 'given-up', limit: 'budget', at: root };
  if (evident && !verdict.released) return NO_EVIDENCE;
  const loss = lossOf(verdict);
  if (!loss) {
    const kept = evident ? undefined : keptFinding(acquire, facts);
    return kept ?? { kind: 'ended', endings: verdict.endings };
  }
  // What lives as long as the module is nobody's to release; only what nothing ever names is lost there.
  if (root.type === 'Program' && loss.kind !== 'discarded') return { kind: 'module' };
  if (evident && failsBeforeExit(loss.witness, cfg, bindings)) return NO_EVIDENCE;
  if (evident && !isProven(acquire, loss, effects, facts)) return NO_EVIDENCE;
  const { protocol, call, at, name } = acquire;
  return {
    rule: 'no-lost-cancel',
    kind: loss.kind,
    protocol,
    acquire: call,
    at: loss.kind === 'discarded' ? call.callee : at,
    name,
    ends: endsOf(effects),
    witness: loss.kind === 'discarded' ? undefined : loss.witness,
  };
}

interface Analysis {
  readonly findings: readonly Finding[];
  readonly accounts: readonly Account[];
}

interface Mentioned {
  readonly protocols: readonly Protocol[];
  readonly configured: readonly Configured[];
  readonly types: DisposableTypes;
}

/** What is looked for in a file. */
function mentioned(sourceCode: Source, options: NoLostCancelOptions): Mentioned {
  const { text } = sourceCode;
  const { resources = [], disposableTypes = 'symbol' } = options;
  return {
    protocols: lostCancelProtocols.filter((it) => mayMention(text, it)),
    // With type information a function of another file may acquire.
    configured: configuredBy(resources).filter(
      ({ trigger }) => trigger.test(text) || servicesOf(sourceCode) !== undefined,
    ),
    types: mayDispose(sourceCode, disposableTypes) ? disposableTypes : 'off',
  };
}

/** The obligation that a call starts: the first that it fits. */
function startOf(
  call: Call,
  { protocols, configured, types }: Mentioned,
  facts: FileFacts,
): Acquire | UnreachableSource | undefined {
  for (const resource of configured) {
    const acquire = configuredAcquire(call, resource, facts);
    if (acquire) return acquire;
  }
  const { bindings } = facts;
  for (const protocol of protocols) {
    if (needsEvidence(protocol)) continue;
    const start =
      unreachableSourceOf(call, protocol, bindings) ?? acquireOf(call, protocol, bindings);
    if (start) return start;
  }
  const typed = disposableAcquire(call, types, facts);
  if (typed) return typed;
  for (const protocol of protocols) {
    const start = needsEvidence(protocol) && acquireOf(call, protocol, bindings);
    if (start) return start;
  }
  return undefined;
}

/** What has one report at most: where it stands or, where nothing is named, the expression that gives the value. */
function placeOf({ kind, at, acquire }: Finding): TSESTree.Node {
  if (kind !== 'discarded') return at;
  let value = wrapped(acquire);
  for (let { parent } = value; parent; { parent } = value) {
    const isArm =
      (parent.type === 'ConditionalExpression' && parent.test !== value) ||
      parent.type === 'LogicalExpression';
    if (!isArm) break;
    value = wrapped(parent);
  }
  return value === wrapped(acquire) ? at : value;
}

function analyse(facts: FileFacts, looked: Mentioned, options: NoLostCancelOptions): Analysis {
  const { calls } = facts;
  const tier = facts.tier(options.throws);
  const found = new Map<TSESTree.Node, Finding>();
  const accounts: Account[] = [];
  for (const call of calls) {
    const start = startOf(call, looked, facts);
    if (!start) continue;
    const source = 'member' in start;
    const outcome = source ? inlineToken(start) : examine(start, facts, tier, options.helpers);
    const { released } = start.protocol;
    const name = source ? start.member : start.name;
    const silence = 'rule' in outcome ? undefined : outcome;
    accounts.push({ rule: 'no-lost-cancel', acquire: call, name, released, silence });
    const place = 'rule' in outcome && placeOf(outcome);
    if (place && !found.has(place)) found.set(place, outcome);
  }
  return { findings: [...found.values()], accounts };
}

function inlineToken({ protocol, call, member }: UnreachableSource): Finding {
  return {
    rule: 'no-lost-cancel',
    kind: 'unreachable',
    protocol,
    acquire: call,
    at: call.callee,
    name: member,
    ends: [],
    witness: undefined,
  };
}

const NOTHING: Analysis = { findings: [], accounts: [] };

function analysisOf(sourceCode: TSESLint.SourceCode, options: NoLostCancelOptions): Analysis {
  const looked = mentioned(sourceCode, options);
  const { protocols, configured, types } = looked;
  if (protocols.length + configured.length === 0 && types === 'off') return NOTHING;
  const facts = factsOf(sourceCode);
  const key = `no-lost-cancel ${JSON.stringify(options)}`;
  return facts.once(key, () => analyse(facts, looked, options));
}

const WORDS: readonly Word[] = lostCancelProtocols.flatMap(({ words }) => words);

/** Could the file hold an acquire? */
export function mayAcquireIn(
  sourceCode: Source,
  { resources = [], disposableTypes = 'symbol' }: NoLostCancelOptions,
): boolean {
  const { text } = sourceCode;
  return mentions(text, WORDS) || resources.length > 0 || mayDispose(sourceCode, disposableTypes);
}

/** The findings of `no-lost-cancel`, in source order. */
export function findLostCancels(
  sourceCode: TSESLint.SourceCode,
  options: NoLostCancelOptions,
): readonly Finding[] {
  return analysisOf(sourceCode, options).findings;
}

/** What becomes of every acquire, those that are not reported included. */
export function accountForCancels(
  sourceCode: TSESLint.SourceCode,
  options: NoLostCancelOptions,
): readonly Account[] {
  return analysisOf(sourceCode, options).accounts;
}
