/**
 * One source file -> the findings of `no-leaked-timer`: timers that guard an operation and outlive it.
 *
 * A timer is a guard when it settles an arm of a race, when it aborts what an awaited operation works with, when it
 * settles a promise that other handlers settle too, or when some path clears it. Then every path has to clear it.
 */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { spliceSite, unitOf, type CodeUnit } from '../../ast/functions.ts';
import { contains, isFunction, memberName, type FunctionNode } from '../../ast/nodes.ts';
import { TIMER_WORDS } from '../../ast/timers.ts';
import { mentions, type Word } from '../../ast/words.ts';
import type { Tier } from '../../cfg/policies.ts';
import { callsNamed } from '../callers.ts';
import { factsOf, type FileFacts, type Source } from '../file.ts';
import { RACES } from '../races.ts';
import { mentioned, type Account, type LossKind, type Silence, type Witness } from '../finding.ts';
import { guardsOperation } from './guarded-operations.ts';
import { armTimers, helperTimers, raceOf, type ArmTimer, type Race } from './race-arms.ts';
import {
  keeperOf,
  settledUncleared,
  sleepInExecutor,
  type SettledUncleared,
} from './settled-timers.ts';
import { executorAround } from '../signals/settling.ts';
import { isWorkflow } from './sleeps.ts';
import { controllerOf, unabortedSleep, type UnabortedSleep } from './sleep-signals.ts';
import { fieldTimerOf, type FieldTimer } from './timer-fields.ts';
import { clearsOf, judgeStart, type Judged, type RacedTimer } from './timer-paths.ts';
import type { TimerScene } from './timer-scene.ts';
import {
  calls,
  timerStartOf,
  type TimerPair,
  type TimerSettings,
  type TimerStart,
} from './timer-starts.ts';
import { endsProcess, isScriptThatExits } from './ways-on.ts';
import { isMeantToWin } from './watchers.ts';
import { returnsOf } from '../return-statements.ts';
import { isInTest } from '../test-code.ts';

type Node = TSESTree.Node;

export interface NoLeakedTimerOptions {
  readonly throws: Tier;
  /** Whether a timer that does not keep the process alive still counts. */
  readonly unref: 'allow' | 'report';
  /** Further sleep functions: names, or modules all of whose functions count. */
  readonly sleepHelpers: readonly string[];
  readonly timerFunctions: readonly TimerPair[];
}

/** Why the timer has to be cleared. */
export type GuardReason = 'race' | 'abort' | 'cleared';

export type TimerFinding = {
  readonly rule: 'no-leaked-timer';
  readonly at: Node;
  readonly call: TSESTree.CallExpression;
  /** What keeps the timer: a variable or a field. */
  readonly name: string | undefined;
} & (
  | {
      readonly kind: LossKind;
      readonly reason: GuardReason;
      readonly start: TimerStart;
      readonly raced: RacedTimer | undefined;
      readonly witness: Witness | undefined;
      readonly ends: readonly Node[];
    }
  /** The timer of an arm is inside a function that gives nobody its handle. */
  | { readonly kind: 'helper'; readonly race: Race }
  /** The sleep could be aborted, and is not on every exit. */
  | { readonly kind: 'signal'; readonly race: Race; readonly sleep: UnabortedSleep }
  /** A handler of the executor settles the promise and leaves the timer armed. */
  | ({ readonly kind: 'settled'; readonly start: TimerStart } & SettledUncleared)
);

function variablesOf(patterns: readonly Node[], { facts }: TimerScene): ReadonlySet<Variable> {
  return new Set(patterns.flatMap((pattern) => facts.bindings.variableOf(pattern) ?? []));
}

/** By function: the timers that are started in it, or in what runs as a part of it. */
const startsByFunction = new WeakMap<
  readonly TimerStart[],
  ReadonlyMap<CodeUnit, readonly TimerStart[]>
>();

function startsWithin(fn: FunctionNode, starts: readonly TimerStart[]): readonly TimerStart[] {
  const known = startsByFunction.get(starts);
  if (known) return known.get(fn) ?? [];
  const found = new Map<CodeUnit, TimerStart[]>();
  for (const start of starts) {
    for (let unit: CodeUnit | undefined = unitOf(start.call); unit;) {
      const list = found.get(unit) ?? [];
      found.set(unit, list);
      list.push(start);
      const site: Node | undefined = isFunction(unit) ? spliceSite(unit) : undefined;
      unit = site && unitOf(site);
    }
  }
  startsByFunction.set(starts, found);
  return found.get(fn) ?? [];
}

/** The timers whose firing settles the promise that an arm is. */
function startsOf(timer: ArmTimer, scene: TimerScene): readonly TimerStart[] {
  const { starts, settings } = scene;
  switch (timer.kind) {
    case 'executor': {
      const { executor } = timer;
      const settlers = variablesOf(executor.params, scene);
      return startsWithin(executor, starts).filter((start) => calls(start, settlers, settings));
    }
    case 'resolvers': {
      const settlers = new Set(timer.settlers);
      return starts.filter(
        (start) => start.kind === 'setTimeout' && calls(start, settlers, settings),
      );
    }
    case 'helper':
    case 'sleep':
      return [];
  }
}

/** Where the timer is kept, and what to call it there. */
function nameOf(
  start: TimerStart,
  field: FieldTimer | undefined,
): Pick<TimerFinding, 'at' | 'name'> {
  const bound = (field?.start ?? start).uses.find((use) => use.kind === 'bind');
  if (bound?.kind !== 'bind') return { at: start.call.callee, name: undefined };
  return { at: bound.at, name: field?.variable.name ?? bound.at.name };
}

/** `timer = setTimeout(…)`, where `timer` is a local of some function and no code ever looks at it. */
function isNeverRead({ uses }: TimerStart, { bindings }: FileFacts): boolean {
  return uses.some((use) => {
    const variable = use.kind === 'bind' ? bindings.variableOf(use.at) : undefined;
    const block = variable?.scope.block;
    if (!block || !(isFunction(block) || isFunction(unitOf(block)))) return false;
    return variable.references.every((it) => !it.isRead());
  });
}

/** Does the timer of a helper's promise stay armed whatever the caller does? */
function isStuck(timer: ArmTimer, scene: TimerScene): boolean {
  switch (timer.kind) {
    case 'sleep':
      return timer.sleep.signal === undefined;
    case 'executor':
    case 'resolvers':
      return startsOf(timer, scene).some((start) => {
        if (isUnreferenced(start, scene) || settledFinding(start, undefined, scene)) return false;
        if (isNeverRead(start, scene.facts)) return true;
        const field = fieldTimerOf(start, scene.facts);
        return !field && 'witness' in judgeStart(start, undefined, undefined, scene);
      });
    case 'helper':
      return isStuckIn(timer, scene.at(timer.facts));
  }
}

/** Is there a timer behind it at all? What a helper waits for may be something else. */
function hasTimer(timer: ArmTimer, scene: TimerScene): boolean {
  if (timer.kind === 'sleep') return true;
  if (timer.kind !== 'helper') return startsOf(timer, scene).length > 0;
  const there = scene.at(timer.facts);
  return helperTimers(timer.fn, there.arms).some((inner) => hasTimer(inner, there));
}

function isStuckIn({ fn }: ArmTimer & { kind: 'helper' }, scene: TimerScene): boolean {
  return helperTimers(fn, scene.arms).some((inner) => isStuck(inner, scene));
}

function helperFinding(timer: ArmTimer, race: Race, scene: TimerScene): TimerFinding | undefined {
  if (timer.kind !== 'helper' && timer.kind !== 'sleep') return undefined;
  const { call, signal } = timer.kind === 'helper' ? timer : timer.sleep;
  const base = { rule: 'no-leaked-timer', at: call.callee, call, name: undefined, race } as const;
  if (signal) {
    const controller = hasTimer(timer, scene) ? controllerOf(signal, scene) : undefined;
    const sleep = controller && unabortedSleep(call, controller, race, scene);
    return sleep && { ...base, kind: 'signal', sleep };
  }
  return isStuck(timer, scene) ? { ...base, kind: 'helper' } : undefined;
}

/** A timer that settles a promise, or ends what a callback waits for, beside other handlers. */
function settledFinding(
  start: TimerStart,
  field: FieldTimer | undefined,
  scene: TimerScene,
): TimerFinding | undefined {
  const found = settledUncleared(start, field, scene);
  const { call } = start;
  const named = nameOf(start, field);
  return found && { rule: 'no-leaked-timer', kind: 'settled', call, start, ...found, ...named };
}

/** `timer.unref`, also of what an object keeps: `timers.deadline.unref` */
function unreferenceOf(identifier: Node): Node | undefined {
  for (let at = identifier; at.parent?.type === 'MemberExpression'; at = at.parent) {
    if (at.parent.object !== at) return undefined;
    if (memberName(at.parent) === 'unref') return at.parent;
  }
  return undefined;
}

function unreferencesOf(start: TimerStart, scene: TimerScene): readonly Node[] {
  if (!scene.settings.unrefEnds) return [];
  const timer = keeperOf(start, fieldTimerOf(start, scene.facts), scene);
  return (timer?.references ?? []).flatMap(({ identifier }) => unreferenceOf(identifier) ?? []);
}

function isUnreferenced(start: TimerStart, scene: TimerScene): boolean {
  return unreferencesOf(start, scene).length > 0;
}

function reasonOf(
  start: TimerStart,
  raced: RacedTimer | undefined,
  scene: TimerScene,
): GuardReason {
  if (raced) return 'race';
  return !isInTest(start.call) && guardsOperation(start, scene) ? 'abort' : 'cleared';
}

/** Is the timer known to nobody but the executor that it is started in? Then its handlers are what counts. */
function isOfExecutor(start: TimerStart, scene: TimerScene): FunctionNode | undefined {
  const executor = executorAround(start.call);
  const timer = keeperOf(start, undefined, scene);
  return !timer || (executor && contains(executor, timer.scope.block)) ? executor : undefined;
}

/** A field that other methods clear may live on when the method ends, but not when it fails. */
function isFieldLost({ start, clearing }: FieldTimer, { kind, released }: Judged): boolean {
  if (!released || start.inLoop) return false;
  return clearing.size === 0 || kind === 'missed-on-throw';
}

/** What becomes of a timer: a finding, or why there is none. */
function examine(
  start: TimerStart,
  raced: RacedTimer | undefined,
  scene: TimerScene,
): TimerFinding | Silence {
  const unreferences = mentioned(unreferencesOf(start, scene), 'unreferenced');
  if (unreferences.length > 0) return { kind: 'exempt', because: 'unreferenced', at: unreferences };
  const field = fieldTimerOf(start, scene.facts);
  const reason = reasonOf(start, raced, scene);
  if (reason === 'cleared' && isOfExecutor(start, scene)) {
    const at = mentioned(clearsOf(start, scene.facts.bindings), 'released');
    return settledFinding(start, field, scene) ?? { kind: 'exempt', because: 'executor', at };
  }
  // Nothing keeps it and it guards nothing: a plain one-shot timer.
  const isPlain = reason === 'cleared' && !start.uses.some((use) => use.kind !== 'drop');
  const judged: Judged | Silence = isPlain
    ? { kind: 'exempt', because: 'guards-nothing', at: [] }
    : judgeStart(start, raced, field, scene);
  if (!('witness' in judged)) return settledFinding(start, field, scene) ?? judged;
  if (field ? isFieldLost(field, judged) : reason !== 'cleared' || judged.released) {
    const { kind, witness, ends } = judged;
    const named = nameOf(start, field);
    const { call } = start;
    return { rule: 'no-leaked-timer', kind, reason, call, start, raced, witness, ends, ...named };
  }
  const silence: Silence = { kind: 'exempt', because: 'guards-nothing', at: [] };
  return settledFinding(start, field, scene) ?? silence;
}

function sceneOf(facts: FileFacts, options: NoLeakedTimerOptions): TimerScene {
  const { bindings, sourceCode } = facts;
  const { visitorKeys } = sourceCode;
  const unrefEnds = options.unref === 'allow';
  const settings: TimerSettings = {
    bindings,
    visitorKeys,
    calls: facts.calls,
    pairs: options.timerFunctions,
    returnsOf: (fn) => returnsOf(fn, facts),
    unrefEnds,
  };
  const names = { names: new Set(options.sleepHelpers), unrefEnds };
  return {
    facts,
    tier: facts.tier(options.throws),
    settings,
    starts: isWorkflow(sourceCode.ast)
      ? []
      : facts.calls.flatMap((call) => timerStartOf(call, settings) ?? []),
    arms: { facts, names },
    at: (other) => timerScene(other, options),
  };
}

function timerScene(facts: FileFacts, options: NoLeakedTimerOptions): TimerScene {
  const name = `timer scene ${JSON.stringify(options)}`;
  return facts.once(name, () => sceneOf(facts, options));
}

interface Analysis {
  readonly findings: readonly TimerFinding[];
  readonly accounts: readonly Account[];
}

function analyse(facts: FileFacts, options: NoLeakedTimerOptions): Analysis {
  const scene = timerScene(facts, options);
  const findings = new Map<Node, TimerFinding>();
  const accounts: Account[] = [];
  const raced = new Map<TimerStart, RacedTimer>();
  for (const call of callsNamed(RACES, facts)) {
    const race = raceOf(call, facts.bindings);
    for (const arm of race?.arms ?? []) {
      if (!race || endsProcess(call, scene)) break;
      const timers = armTimers(arm, scene.arms);
      if (timers.length === 0 || isMeantToWin(arm, race, scene)) continue;
      for (const timer of timers) {
        for (const start of startsOf(timer, scene)) raced.set(start, { race, arm });
        const finding = helperFinding(timer, race, scene);
        if (finding) findings.set(finding.call, finding);
      }
    }
  }
  for (const call of facts.calls) {
    const start = sleepInExecutor(call, scene);
    if (!start || !armTimers(call, scene.arms).some((timer) => isStuck(timer, scene))) continue;
    const finding = settledFinding(start, undefined, scene);
    if (finding) findings.set(call, finding);
  }
  for (const start of scene.starts) {
    const outcome = examine(start, raced.get(start), scene);
    if ('rule' in outcome) findings.set(outcome.call, outcome);
    const silence = 'rule' in outcome ? undefined : outcome;
    const { name } = nameOf(start, fieldTimerOf(start, facts));
    const { call: acquire } = start;
    accounts.push({ rule: 'no-leaked-timer', acquire, name, released: 'cleared', silence });
  }
  if (findings.size > 0 && isScriptThatExits(scene)) findings.clear();
  return {
    findings: [...findings.values()].toSorted((a, b) => a.at.range[0] - b.at.range[0]),
    accounts,
  };
}

const WORDS: readonly Word[] = [...TIMER_WORDS, 'race', 'any'];

/** Could the file race, or start a timer, at all? */
export function mayLeakTimers(
  { text }: Source,
  { sleepHelpers, timerFunctions }: NoLeakedTimerOptions,
): boolean {
  return (
    mentions(text, WORDS) ||
    [...sleepHelpers, ...timerFunctions.map(({ set }) => set)].some((it) => text.includes(it))
  );
}

const NOTHING: Analysis = { findings: [], accounts: [] };

function analysisOf(sourceCode: TSESLint.SourceCode, options: NoLeakedTimerOptions): Analysis {
  if (!mayLeakTimers(sourceCode, options)) return NOTHING;
  const facts = factsOf(sourceCode);
  return facts.once(`no-leaked-timer ${JSON.stringify(options)}`, () => analyse(facts, options));
}

/** The findings of `no-leaked-timer`, in source order. */
export function findLeakedTimers(
  sourceCode: TSESLint.SourceCode,
  options: NoLeakedTimerOptions,
): readonly TimerFinding[] {
  return analysisOf(sourceCode, options).findings;
}

/** What becomes of every timer, those that are not reported included. */
export function accountForTimers(
  sourceCode: TSESLint.SourceCode,
  options: NoLeakedTimerOptions,
): readonly Account[] {
  return analysisOf(sourceCode, options).accounts;
}
