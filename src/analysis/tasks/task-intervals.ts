/**
 * Intervals that nobody can clear: `setInterval` calls -> the ones that a function starts and that run for ever.
 *
 * Silent: intervals of the process's own lifetime, callbacks that clear their own interval or end the process, and
 * intervals with nothing to do, whose purpose is to keep the process alive.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { isFunction, memberName, unwrap, walk } from '../../ast/nodes.ts';
import { timerCall } from '../../ast/timers.ts';
import type { FileFacts } from '../file.ts';
import { timerCallsOf } from '../timer-calls.ts';
import { mentioned, type Fine, type Mention } from '../finding.ts';
import { neglectOfTimer, type Neglect } from './task-handles.ts';
import { functionValue } from './task-starts.ts';

type Node = TSESTree.Node;

export interface NeglectedInterval {
  readonly call: TSESTree.CallExpression;
  readonly neglect: Neglect;
}

function isEmpty(fn: Node): boolean {
  return isFunction(fn) && fn.body.type === 'BlockStatement' && fn.body.body.length === 0;
}

function endsProcess(call: TSESTree.CallExpression): boolean {
  const callee = unwrap(call.callee);
  return (
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'process' &&
    /^(?:exit|abort|kill)$/.test(memberName(callee) ?? '')
  );
}

/** `clearInterval(this)` in the callback. */
function ownClear(callback: Node, facts: FileFacts): Node | undefined {
  let found: Node | undefined;
  walk(callback, facts.sourceCode.visitorKeys, (node) => {
    if (node.type === 'CallExpression' && node.arguments[0]?.type === 'ThisExpression') {
      const kind = timerCall(node, facts.bindings)?.kind;
      if (kind === 'clearInterval' || kind === 'clearTimeout') found ??= node;
    }
    return !found;
  });
  return found;
}

/** The functions that see to the end of the process, in a callback perhaps, and where. */
function endingFunctions(facts: FileFacts): ReadonlyMap<Node, Node> {
  return facts.once('task process ends', () => {
    const ending = new Map<Node, Node>();
    for (const call of facts.calls) {
      if (call.type !== 'CallExpression' || !endsProcess(call)) continue;
      for (let at: Node = call; at.parent; at = at.parent) {
        if (isFunction(at) && !ending.has(at)) ending.set(at, call);
      }
    }
    return ending;
  });
}

/** Where a function around the interval ends the process, and the interval with it. */
function endAround(interval: Node, facts: FileFacts): Node | undefined {
  const ending = endingFunctions(facts);
  if (ending.size === 0) return undefined;
  for (let at = interval; at.parent; at = at.parent) {
    const end = ending.get(at);
    if (end) return end;
  }
  return undefined;
}

const FAKE =
  /\b(?:useFakeTimers|mock\.timers|fakeAsync|installClock|FakeTime|FakeTimers|advanceTimers\w*)\b|\bclock\.(?:install|tick|runFor|next|fastForward)\b/;

/** Under fake timers no time passes but the test's own. */
export function hasFakeTimers({ sourceCode: { text } }: FileFacts): boolean {
  return FAKE.test(text);
}

/** Why it is fine that nobody clears an interval, or where somebody can. */
export interface Excuse {
  readonly because: Fine;
  readonly at: readonly Mention[];
}

/** An interval, and why nobody can clear it, or why that is fine. */
export interface Interval {
  readonly call: TSESTree.CallExpression;
  readonly outcome: Neglect | Excuse;
}

function outcomeOf(call: TSESTree.CallExpression, facts: FileFacts): Interval['outcome'] {
  const [argument] = call.arguments;
  const callback = argument && (functionValue(argument, facts) ?? argument);
  if (!callback || isEmpty(callback)) return { because: 'interval-empty', at: [] };
  const clear = ownClear(callback, facts);
  if (clear) return { because: 'interval-ends-itself', at: mentioned([clear], 'released') };
  const end = endAround(call, facts) ?? endingFunctions(facts).get(callback);
  if (end) return { because: 'interval-ends-process', at: mentioned([end], 'ends-process') };
  return neglectOfTimer(call, facts) ?? { because: 'interval-kept', at: [] };
}

/** Every `setInterval` of the file. */
export function intervalsOf(facts: FileFacts): readonly Interval[] {
  return facts.once('intervals', () =>
    timerCallsOf(facts).flatMap(({ call, kind }) =>
      kind === 'setInterval' ? [{ call, outcome: outcomeOf(call, facts) }] : [],
    ),
  );
}

export function neglectedIntervals(facts: FileFacts): readonly NeglectedInterval[] {
  return intervalsOf(facts).flatMap(({ call, outcome }) =>
    'because' in outcome ? [] : [{ call, neglect: outcome }],
  );
}
