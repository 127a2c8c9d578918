/**
 * One source file -> the findings of `no-unstoppable-task`: what a function starts and leaves alone, and nothing can
 * stop.
 *
 * ```ts
 * async function work() { while (true) await step(); }
 * export function start() {
 *   void work();                       endless: at the call, with the loop that is never left
 *   setInterval(report, 1000);         interval: nobody has the handle
 *   (function tick() { setTimeout(tick, 9); })();       rearm: each run arms the next one
 * }
 * ```
 */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { contains, type FunctionNode } from '../../ast/nodes.ts';
import { TIMER_WORDS } from '../../ast/timers.ts';
import { mentions, type Word } from '../../ast/words.ts';
import { callsTo } from '../callers.ts';
import { factsOf, type FileFacts, type Source } from '../file.ts';
import { endlessChains } from './task-chains.ts';
import { flagsOf, type Flag } from './task-flags.ts';
import type { Neglect } from './task-handles.ts';
import { hasFakeTimers, neglectedIntervals, type NeglectedInterval } from './task-intervals.ts';
import { lifetimeOf, type Lifetime } from './task-lifetime.ts';
import { endlessIn, type Endless } from './task-loops.ts';
import { rearmingCycles, type Rearm } from './task-rearm.ts';
import { startsOf, type Start } from './task-starts.ts';
import { asyncCircles, trappingFunctions } from './task-traps.ts';

type Node = TSESTree.Node;

export interface NoUnstoppableTaskOptions {
  readonly moduleLevel: 'allow' | 'report';
  readonly foreignIterables: 'allow' | 'report';
}

export type TaskFinding = { readonly at: Node } & (
  | {
      readonly kind: 'endless';
      readonly endless: Endless;
      /** The flags in the loop's own test, none of which anything flips. */
      readonly flags: readonly Flag[];
    }
  | {
      readonly kind: 'interval';
      readonly call: TSESTree.CallExpression;
      readonly neglect: Neglect;
    }
  | { readonly kind: 'rearm'; readonly rearm: Rearm }
);

function testOf(loop: Node): Node | undefined {
  switch (loop.type) {
    case 'WhileStatement':
    case 'DoWhileStatement':
      return loop.test;
    case 'ForStatement':
      return loop.test ?? undefined;
    default:
      return undefined;
  }
}

/** The flags among the leaves of a test. */
function flagsIn(test: Node | undefined, facts: FileFacts): readonly Flag[] {
  if (!test) return [];
  switch (test.type) {
    case 'UnaryExpression':
      return flagsIn(test.argument, facts);
    case 'LogicalExpression':
      return [...flagsIn(test.left, facts), ...flagsIn(test.right, facts)];
    default: {
      const flag = flagsOf(facts).flagOf(test);
      return flag ? [flag] : [];
    }
  }
}

function endlessTasks(
  facts: FileFacts,
  { moduleLevel, foreignIterables }: NoUnstoppableTaskOptions,
): readonly TaskFinding[] {
  const trapping = trappingFunctions(facts);
  if (trapping.size === 0) return [];
  const endlessOf = endlessIn(
    facts,
    (source) => source === 'finite' || (source === 'foreign' && foreignIterables === 'allow'),
  );
  const lifetime = lifetimeOf(facts);
  const circles = asyncCircles(facts);
  const isOnce = (at: Node): boolean => moduleLevel === 'allow' && lifetime.isModules(at);
  const found: TaskFinding[] = [];
  const started = new Set<Node>();
  const own = new Map<ReadonlySet<FunctionNode>, Start>();
  const report = ({ at, fn }: Start): void => {
    const endless = endlessOf(fn);
    if (!endless) return;
    const { trap } = endless;
    const flags = trap.kind === 'loop' ? flagsIn(testOf(trap.loop), facts) : [];
    found.push({ kind: 'endless', at, endless, flags });
  };
  for (const start of startsOf(trapping, facts)) {
    const { at, fn } = start;
    // Functions that start themselves, or each other, again are reported where somebody else starts one.
    const circle = circles.get(fn);
    const isOwn = [...(circle ?? [fn])].some((it) => contains(it, at) && !contains(at, it));
    if (!isOwn) {
      started.add(fn);
      if (!isOnce(at)) report(start);
    } else if (circle && !own.has(circle)) own.set(circle, start);
  }
  for (const [circle, start] of own) {
    const isStarted = [...circle].some(
      (fn) => started.has(fn) || callsTo(fn, facts).some((call) => isOnce(call)),
    );
    if (!isStarted) report(start);
  }
  return found;
}

/** Is the interval, or each call that drops what a function has started, a matter of the whole process? */
export function isModules({ call, neglect }: NeglectedInterval, lifetime: Lifetime): boolean {
  const by = neglect.kind === 'dropped' ? neglect.by : [];
  return lifetime.isModules(call) || (by.length > 0 && by.every(lifetime.isModules));
}

function timerTasks(
  facts: FileFacts,
  { moduleLevel }: NoUnstoppableTaskOptions,
): readonly TaskFinding[] {
  if (!mentions(facts.sourceCode.text, TIMER_WORDS)) return [];
  const lifetime = moduleLevel === 'allow' ? lifetimeOf(facts) : undefined;
  const intervals = neglectedIntervals(facts)
    .filter((interval) => !lifetime || !isModules(interval, lifetime))
    .map(({ call, neglect }): TaskFinding => {
      return { kind: 'interval', at: call.callee, call, neglect };
    });
  const rearms = rearmingCycles(facts, lifetime).map((rearm): TaskFinding => {
    return { kind: 'rearm', at: rearm.call.callee, rearm };
  });
  const found = [...intervals, ...rearms];
  return found.length > 0 && hasFakeTimers(facts) ? [] : found;
}

function chainTasks(
  facts: FileFacts,
  { moduleLevel }: NoUnstoppableTaskOptions,
): readonly TaskFinding[] {
  if (!mentions(facts.sourceCode.text, SETTLEMENTS)) return [];
  const lifetime = moduleLevel === 'allow' ? lifetimeOf(facts) : undefined;
  return endlessChains(facts, lifetime).map(({ at, call }): TaskFinding => {
    const endless: Endless = { trap: { kind: 'recursion', call }, via: [] };
    return { kind: 'endless', at, endless, flags: [] };
  });
}

const SETTLEMENTS: readonly Word[] = ['then', 'finally'];

const WORDS: readonly Word[] = [...TIMER_WORDS, ...SETTLEMENTS, 'async'];

/** Can the file start a task at all? */
export function mayStartTasks({ text }: Source): boolean {
  return mentions(text, WORDS);
}

/** The findings of `no-unstoppable-task`, in source order. */
export function findUnstoppableTasks(
  sourceCode: TSESLint.SourceCode,
  options: NoUnstoppableTaskOptions,
): readonly TaskFinding[] {
  if (!mayStartTasks(sourceCode)) return [];
  const facts = factsOf(sourceCode);
  const key = `no-unstoppable-task ${options.moduleLevel} ${options.foreignIterables}`;
  return facts.once(key, () =>
    [
      ...endlessTasks(facts, options),
      ...chainTasks(facts, options),
      ...timerTasks(facts, options),
    ].sort((a, b) => a.at.range[0] - b.at.range[0]),
  );
}
