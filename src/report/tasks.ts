/**
 * The words of `no-unstoppable-task`.
 *
 * ```
 * Nothing can stop the task that `work()` starts: the loop on line 9 is never left. Give it a signal and …
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Flag } from '../analysis/tasks/task-flags.ts';
import type { Endless, Trap } from '../analysis/tasks/task-loops.ts';
import type { TaskFinding } from '../analysis/tasks/tasks.ts';
import { isFunction, unwrap } from '../ast/nodes.ts';
import type { Description, Step } from './description.ts';
import { lineOf, snippet } from './words.ts';

type Node = TSESTree.Node;

export type TaskMessage =
  | 'endlessLoop'
  | 'flagNeverSet'
  | 'endlessSource'
  | 'foreignSource'
  | 'endlessRecursion'
  | 'intervalDropped'
  | 'intervalNeverCleared'
  | 'rearmedForEver';

export const taskMessages: Readonly<Record<TaskMessage, string>> = {
  endlessLoop:
    'Nothing can stop the task that {{task}} starts: the loop on {{line}} is never left, and nobody keeps its promise. Pass it a signal and leave the loop when the signal is aborted.',
  flagNeverSet:
    'Nothing can stop the task that {{task}} starts: the loop on {{line}} goes on until `{{flag}}` is {{value}}, and nothing in this file makes it {{value}}. Set it where the task should end, or pass the task a signal.',
  endlessSource:
    'Nothing can stop the task that {{task}} starts: what the `for await` on {{line}} reads never ends. Pass a signal to `{{source}}`.',
  foreignSource:
    'Nothing here can stop the task that {{task}} starts: the `for await` on {{line}} ends when `{{source}}` does, and that is up to somebody else. Leave the loop when a signal is aborted, or keep the promise.',
  endlessRecursion:
    'Nothing can stop the task that {{task}} starts: on every way to its end it calls itself again, on {{line}}. Pass it a signal and return when the signal is aborted.',
  intervalDropped:
    'Nothing can stop this interval: the result of `{{callee}}` is dropped. Keep it and call `clearInterval` on it when the work is over.',
  intervalNeverCleared:
    'Nothing stops this interval: it is kept in `{{name}}`, and nothing ever clears `{{name}}`. Call `clearInterval` on it when the work is over.',
  rearmedForEver:
    'Nothing can stop this timeout from coming back: {{target}} arms it again on every way to its end, and {{reason}}. Keep the result for `clearTimeout`, or return early when a signal is aborted.',
};

function isNamed(fn: Node): boolean {
  const it = unwrap(fn);
  return it.type === 'Identifier' || it.type === 'MemberExpression';
}

/** `work()`, or "this function" for one that is written on the spot. */
function taskWords(at: Node, text: string): string {
  const call = unwrap(at);
  if (call.type === 'CallExpression' && isNamed(call.callee)) {
    return `\`${snippet(call.callee, text)}()\``;
  }
  return isNamed(call) ? `\`${snippet(call, text)}\`` : 'this function';
}

/** What an editor underlines: of a function written on the spot only the head. */
function locOf(at: Node): TSESTree.SourceLocation {
  const call = unwrap(at);
  const fn = unwrap(call.type === 'CallExpression' ? call.callee : call);
  return isFunction(fn) ? { start: at.loc.start, end: fn.body.loc.start } : at.loc;
}

function trapNode(trap: Trap): Node {
  return trap.kind === 'recursion' ? trap.call : trap.loop;
}

function endlessMessage({ trap }: Endless, flag: Flag | undefined): TaskMessage {
  switch (trap.kind) {
    case 'loop':
      return flag ? 'flagNeverSet' : 'endlessLoop';
    case 'source':
      return trap.source === 'endless' ? 'endlessSource' : 'foreignSource';
    case 'recursion':
      return 'endlessRecursion';
  }
}

function trapWords(trap: Trap, flag: Flag | undefined): string {
  switch (trap.kind) {
    case 'loop':
      return flag
        ? `nothing makes \`${flag.name}\` ${String(!flag.value)}`
        : 'no way leads out of this loop but a rejection';
    case 'source':
      return trap.source === 'endless'
        ? 'this source never ends'
        : 'this source ends when somebody else ends it';
    case 'recursion':
      return 'it calls itself again';
  }
}

function headLoc(node: Node): TSESTree.SourceLocation {
  const { loc } = node;
  return 'body' in node ? { start: loc.start, end: (node.body as Node).loc.start } : loc;
}

function describeEndless(
  { at, endless, flags }: TaskFinding & { readonly kind: 'endless' },
  text: string,
): Description {
  const { trap, via } = endless;
  const [flag] = flags;
  const place = trapNode(trap);
  const task = taskWords(at, text);
  const steps: Step[] = [
    { loc: locOf(at), words: `${task} starts the task, and nobody keeps its promise` },
    ...via.map((call) => ({ loc: call.loc, words: 'it waits for the end of this call' })),
    { loc: headLoc(place), words: trapWords(trap, flag) },
  ];
  return {
    rule: 'no-unstoppable-task',
    messageId: endlessMessage(endless, flag),
    data: {
      task,
      line: lineOf(place),
      flag: flag?.name ?? '',
      value: String(flag?.value === false),
      source: trap.kind === 'source' ? snippet(trap.loop.right, text) : '',
    },
    loc: locOf(at),
    steps,
  };
}

function describeInterval(
  { at, call, neglect }: TaskFinding & { readonly kind: 'interval' },
  text: string,
): Description {
  const starter = snippet(call.callee, text);
  const [drop] = neglect.kind === 'dropped' ? neglect.by : [];
  const callee = drop ? snippet(drop.callee, text) : starter;
  const dropped = drop
    ? [{ loc: drop.loc, words: 'nobody keeps the interval that this returns' }]
    : [];
  const rest: readonly Step[] =
    neglect.kind === 'kept'
      ? [{ loc: neglect.at.loc, words: `nothing ever clears \`${neglect.name}\`` }]
      : dropped;
  return {
    rule: 'no-unstoppable-task',
    messageId: neglect.kind === 'kept' ? 'intervalNeverCleared' : 'intervalDropped',
    data: { callee, name: neglect.kind === 'kept' ? neglect.name : '' },
    loc: at.loc,
    steps: [{ loc: call.loc, words: `${starter} starts the interval` }, ...rest],
  };
}

function describeRearm(
  { at, rearm }: TaskFinding & { readonly kind: 'rearm' },
  text: string,
): Description {
  const { call, neglect, target } = rearm;
  const name = 'id' in target && target.id ? target.id.name : undefined;
  const callback = call.arguments[0];
  const words = name ?? (callback && isNamed(callback) ? snippet(callback, text) : undefined);
  const reason =
    neglect.kind === 'kept' ? `nothing ever clears \`${neglect.name}\`` : `its handle is dropped`;
  return {
    rule: 'no-unstoppable-task',
    messageId: 'rearmedForEver',
    data: { target: words === undefined ? 'its callback' : `\`${words}\``, reason },
    loc: at.loc,
    steps: [
      { loc: call.loc, words: 'arms the timeout' },
      { loc: headLoc(target), words: 'every way through this function arms it again' },
    ],
  };
}

export function describeTask(finding: TaskFinding, text: string): Description {
  switch (finding.kind) {
    case 'endless':
      return describeEndless(finding, text);
    case 'interval':
      return describeInterval(finding, text);
    case 'rearm':
      return describeRearm(finding, text);
  }
}
