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
import type { Fine } from '../finding.ts';
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

function holds(
  root: Node,
  facts: FileFacts,
  test: (call: TSESTree.CallExpression) => boolean,
): boolean {
  let found = false;
  walk(root, facts.sourceCode.visitorKeys, (node) => {
    found ||= node.type === 'CallExpression' && test(node);
    return !found;
  });
  return found;
}

/** `clearInterval(this)` */
function clearsItself(callback: Node, facts: FileFacts): boolean {
  return holds(callback, facts, (call) => {
    const kind = timerCall(call, facts.bindings)?.kind;
    const isOwn = call.arguments[0]?.type === 'ThisExpression';
    return isOwn && (kind === 'clearInterval' || kind === 'clearTimeout');
  });
}

/** The functions that see to the end of the process, in a callback perhaps. */
function endingFunctions(facts: FileFacts): ReadonlySet<Node> {
  return facts.once('task process ends', () => {
    const ending = new Set<Node>();
    for (const call of facts.calls) {
      if (call.type !== 'CallExpression' || !endsProcess(call)) continue;
      for (let at: Node = call; at.parent; at = at.parent) if (isFunction(at)) ending.add(at);
    }
    return ending;
  });
}

/** Does a function around the interval end the process? That ends the interval too. */
function endsWithProcess(interval: Node, facts: FileFacts): boolean {
  const ending = endingFunctions(facts);
  if (ending.size === 0) return false;
  for (let at = interval; at.parent; at = at.parent) if (ending.has(at)) return true;
  return false;
}

const FAKE =
  /\b(?:useFakeTimers|mock\.timers|fakeAsync|installClock|FakeTime|FakeTimers|advanceTimers\w*)\b|\bclock\.(?:install|tick|runFor|next|fastForward)\b/;

/** Under fake timers no time passes but the test's own. */
export function hasFakeTimers({ sourceCode: { text } }: FileFacts): boolean {
  return FAKE.test(text);
}

/** An interval, and why nobody can clear it, or why that is fine. */
export interface Interval {
  readonly call: TSESTree.CallExpression;
  readonly outcome: Neglect | Fine;
}

function outcomeOf(call: TSESTree.CallExpression, facts: FileFacts): Interval['outcome'] {
  const [argument] = call.arguments;
  const callback = argument && (functionValue(argument, facts) ?? argument);
  if (!callback || isEmpty(callback)) return 'interval-empty';
  if (clearsItself(callback, facts)) return 'interval-ends-itself';
  if (endsWithProcess(call, facts) || endingFunctions(facts).has(callback)) {
    return 'interval-ends-process';
  }
  return neglectOfTimer(call, facts) ?? 'interval-kept';
}

/** Every `setInterval` of the file. */
export function intervalsOf(facts: FileFacts): readonly Interval[] {
  return facts.once('intervals', () =>
    facts.calls.flatMap((call) =>
      call.type === 'CallExpression' && timerCall(call, facts.bindings)?.kind === 'setInterval'
        ? [{ call, outcome: outcomeOf(call, facts) }]
        : [],
    ),
  );
}

export function neglectedIntervals(facts: FileFacts): readonly NeglectedInterval[] {
  return intervalsOf(facts).flatMap(({ call, outcome }) =>
    typeof outcome === 'string' ? [] : [{ call, neglect: outcome }],
  );
}
