/**
 * What clears a timer that stands in an executor, function by function: a variable -> the nodes after which the timer
 * is cleared or somebody else's. Functions that can clear it pass that on to their callers.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Bindings, Variable } from '../../ast/bindings.ts';
import {
  calleeName,
  contains,
  memberName,
  unwrap,
  walk,
  type FunctionNode,
  type VisitorKeys,
} from '../../ast/nodes.ts';
import type { Edge } from '../../cfg/graph.ts';
import { callsNamed } from '../callers.ts';
import { canonical } from '../canonical.ts';
import type { Effects } from '../effects.ts';
import { receiverOf } from '../event-handlers.ts';
import type { FileFacts } from '../file.ts';
import { firedBy, hasFired } from './fired-timers.ts';
import { hostOf, usesOfFunction } from '../function-uses.ts';
import { guardsOf } from '../guards.ts';
import { PART, type Key } from '../keys.ts';
import { isSamePath, pathOf } from '../paths.ts';
import type { TimerScene } from './timer-scene.ts';
import type { TimerStart } from './timer-starts.ts';
import { usesOf } from '../uses.ts';

type Node = TSESTree.Node;

export interface TimerEnds {
  /** Nodes that clear the timer or hand it over. */
  readonly nodes: ReadonlySet<Node>;
  /** Nodes that clear it. */
  readonly clears: readonly Node[];
  /** Where handlers that clear it are registered. */
  readonly registrations: readonly Node[];
}

const REMOVING = /^(?:off|remove\w*|un[a-z]\w*)$/;

/** `socket.off('message', onMessage)` */
export function isRemoval(node: Node): boolean {
  return node.type === 'CallExpression' && REMOVING.test(calleeName(node) ?? '');
}

const STOPS: ReadonlySet<string> = new Set([
  'abort',
  'close',
  'destroy',
  'disconnect',
  'end',
  'kill',
  'terminate',
]);

/** `server.close()`: what is stopped says so, and its handler clears the timer. */
function stopsOf(stopped: Node | undefined, executor: Node, facts: FileFacts): readonly Node[] {
  const { bindings } = facts;
  const path = stopped && pathOf(stopped, bindings);
  if (!path) return [];
  // A signal says so when its controller aborts.
  const controller = path.members.at(-1) === 'signal' ? path.members.slice(0, -1) : path.members;
  return callsNamed(STOPS, facts).filter((call) => {
    if (!contains(executor, call)) return false;
    const receiver = receiverOf(call);
    const other = receiver && pathOf(receiver, bindings);
    return (
      other !== undefined &&
      (isSamePath(path, other) || isSamePath({ ...path, members: controller }, other))
    );
  });
}

/** Every node that clears the timer that `variable` holds, or hands it to somebody who may. */
export function endsOfTimer(
  variable: Variable,
  start: TimerStart,
  executor: FunctionNode,
  { facts }: TimerScene,
): TimerEnds {
  const { ownership, bindings } = facts;
  const { release } = start;
  const nodes = new Set<Node>();
  const clears: Node[] = [];
  const clearing: FunctionNode[] = [];
  const follow = (holder: Variable, key: Key, renames: number): void => {
    for (const reference of holder.references) {
      if (!reference.isRead()) continue;
      const { identifier } = reference;
      for (const use of usesOf(identifier, key, release.keys)) {
        const alias = use.kind === 'bind' && renames < 3 ? bindings.variableOf(use.at) : undefined;
        if (use.kind === 'bind' && alias) {
          follow(alias, use.key, renames + 1);
          continue;
        }
        const strength = ownership.strengthOfUse(use, { release, within: identifier });
        if (strength === 'none') continue;
        nodes.add(use.at);
        if (strength !== 'release') continue;
        clears.push(use.at);
        const host = hostOf(use.at);
        if (host) clearing.push(host);
      }
    }
  };
  const bound = start.uses.find((use) => use.kind === 'bind');
  follow(variable, bound?.kind === 'bind' ? bound.key : PART, 0);
  const registrations: Node[] = [];
  const home = hostOf(start.call);
  const known = new Set<FunctionNode>();
  for (let fn = clearing.pop(); fn; fn = clearing.pop()) {
    if (known.has(fn) || contains(fn, start.call)) continue;
    known.add(fn);
    for (const { kind, at } of usesOfFunction(fn, facts)) {
      const host = hostOf(at);
      if (kind === 'call' || kind === 'settlement') {
        nodes.add(at);
        if (host) clearing.push(host);
        continue;
      }
      if (isRemoval(at)) continue;
      registrations.push(at);
      for (const call of stopsOf(receiverOf(at), executor, facts)) nodes.add(call);
      // A handler hands the clearing on: to the end of a stream that it settles with, for instance.
      const isNested = host && host !== home && contains(executor, host);
      if (isNested) nodes.add(at.type === 'MethodDefinition' ? at.parent.parent : at);
    }
  }
  if (start.callback && clears.some((node) => contains(start.call, node))) {
    for (const window of lookedAt(start, facts.sourceCode.visitorKeys)) {
      for (const call of stopsOf(window, executor, facts)) nodes.add(call);
    }
  }
  return { nodes, clears, registrations };
}

/** `if (popup.closed) clearInterval(timer)`: what the callback of an interval looks at, to stop when it is closed. */
function lookedAt({ kind, callback }: TimerStart, visitorKeys: VisitorKeys): readonly Node[] {
  const found: Node[] = [];
  if (kind !== 'setInterval' || !callback) return found;
  walk(callback.body, visitorKeys, (node) => {
    if (node.type === 'MemberExpression' && memberName(node) === 'closed') found.push(node.object);
    return true;
  });
  return found;
}

/** The tests that have an answer once the timer has been started: those around the start, and those that return before. */
function answersAt(start: Node, executor: Node): readonly { test: Node; answer: boolean }[] {
  const answers: { test: Node; answer: boolean }[] = [];
  const add = (test: Node, answer: boolean): void => {
    const isSplit = test.type === 'LogicalExpression' && test.operator === (answer ? '&&' : '||');
    if (isSplit) {
      add(test.left, answer);
      add(test.right, answer);
    } else answers.push({ test, answer });
  };
  for (let at = start; at !== executor && at.parent; at = at.parent) {
    const { parent } = at;
    if (parent.type === 'IfStatement' || parent.type === 'ConditionalExpression') {
      if (parent.test !== at) add(parent.test, parent.consequent === at);
    }
    if (parent.type === 'LogicalExpression' && parent.operator === '&&' && parent.right === at) {
      add(parent.left, true);
    }
    if (parent.type !== 'BlockStatement') continue;
    for (const before of parent.body.slice(0, parent.body.indexOf(at as TSESTree.Statement))) {
      if (before.type === 'IfStatement' && !before.alternate && leaves(before.consequent)) {
        add(before.test, false);
      }
    }
  }
  return answers;
}

function leaves(statement: Node): boolean {
  const last = statement.type === 'BlockStatement' ? statement.body.at(-1) : statement;
  return last?.type === 'ReturnStatement' || last?.type === 'ThrowStatement';
}

function isUnwritten({ references }: Variable): boolean {
  return references.every((it) => !it.isWrite() || it.init === true);
}

/** Names of members that the code writes: what a test said of them need not be so any more when a handler runs. */
function writtenMembers(code: Node, visitorKeys: VisitorKeys): ReadonlySet<string> {
  const names = new Set<string>();
  walk(code, visitorKeys, (node) => {
    const written = node.type === 'AssignmentExpression' ? unwrap(node.left) : undefined;
    const name = written?.type === 'MemberExpression' ? memberName(written) : undefined;
    if (name !== undefined) names.add(name);
    return true;
  });
  return names;
}

function reads(test: Node, names: ReadonlySet<string>, visitorKeys: VisitorKeys): boolean {
  let found = false;
  walk(test, visitorKeys, (node) => {
    found ||= node.type === 'MemberExpression' && names.has(memberName(node) ?? '');
    return !found;
  });
  return found;
}

/** Arms that cannot be taken while the timer is armed: it was started under the opposite answer, or it has fired. */
export function overArms(
  start: TimerStart,
  executor: Node,
  variable: Variable | undefined,
  bindings: Bindings,
  { facts, settings, tier }: TimerScene,
): (why: Edge['why']) => boolean {
  const numbers = new Map<object, number>();
  const ids = (thing: object): number => {
    const id = numbers.get(thing) ?? numbers.size;
    numbers.set(thing, id);
    return id;
  };
  const { visitorKeys } = facts.sourceCode;
  const written = writtenMembers(executor, visitorKeys);
  const answers = new Map<string, boolean>();
  for (const { test, answer } of answersAt(start.call, executor)) {
    const asked = canonical(test, 'truthy', bindings, ids);
    if (asked?.variables.every(isUnwritten) === true && !reads(test, written, visitorKeys)) {
      answers.set(asked.text, answer !== asked.negated);
    }
  }
  const contradicts = (why: Edge['why']): boolean => {
    if ((why.kind !== 'true' && why.kind !== 'false') || answers.size === 0) return false;
    const asked = canonical(why.test, why.question, bindings, ids);
    const answer = asked && answers.get(asked.text);
    return answer !== undefined && answer !== ((why.kind === 'true') !== asked?.negated);
  };
  const places = variable ? [{ holder: variable, key: PART, mask: 1 }] : [];
  const nothing = new Map<Node, never>();
  const effects: Effects = {
    root: facts.sourceCode.ast,
    initial: 1,
    onEvaluate: nothing,
    onBind: nothing,
    onInvoke: nothing,
    onScopeEnd: nothing,
    places,
    temporary: 0,
    returned: 0,
    returns: [],
    needsPast: false,
    escapable: [],
  };
  const absent = guardsOf(effects, start.release.keys, new Set(), bindings);
  const { text } = facts.sourceCode;
  const fired = firedBy(start, undefined, text, settings, tier.policies.mayReject);
  return (why) => contradicts(why) || absent(why) !== 0 || hasFired(why, fired, text, bindings);
}
