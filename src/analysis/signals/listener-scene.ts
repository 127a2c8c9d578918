/** What the judgements on one listener share: its registration, its ends, the graphs, and what a test says of it. */
import type { TSESTree } from '@typescript-eslint/utils';
import { contains, isFunction, memberName, unwrap, type FunctionNode } from '../../ast/nodes.ts';
import type { Edge } from '../../cfg/graph.ts';
import type { Tier } from '../../cfg/policies.ts';
import type { FileFacts } from '../file.ts';
import type { ListenerEnds } from './listener-ends.ts';
import type { Watch } from './listener-paths.ts';
import { isUnhandled } from '../unhandled.ts';
import { abortListenerCall, type Registration } from './listeners.ts';
import { isSamePath, pathOf, type ReadPath } from '../paths.ts';

type Node = TSESTree.Node;

export interface ListenerScene {
  readonly facts: FileFacts;
  readonly registration: Registration;
  readonly ends: ListenerEnds;
  /** The function in whose graph the registration stands. */
  readonly root: FunctionNode;
  /** What may throw. */
  readonly throws: Tier;
  readonly graphOf: (fn: FunctionNode) => Pick<Watch, 'cfg' | 'tests' | 'index'>;
  readonly isOver: (why: Edge['why']) => boolean;
}

function isAbsentLiteral(node: Node): boolean {
  return (
    (node.type === 'Literal' && node.value === null) ||
    (node.type === 'Identifier' && node.name === 'undefined')
  );
}

/** The arm of a test on which the listener cannot be on any more; undefined when the test says nothing of it. */
function armOver(
  test: Node,
  is: (node: Node) => 'listener' | 'aborted' | undefined,
): boolean | undefined {
  const it = unwrap(test);
  if (it.type === 'UnaryExpression' && it.operator === '!') {
    const inner = armOver(it.argument, is);
    return inner === undefined ? undefined : !inner;
  }
  if (it.type === 'BinaryExpression' && it.left.type !== 'PrivateIdentifier') {
    const equal = it.operator === '===' || it.operator === '==';
    if (!equal && it.operator !== '!==' && it.operator !== '!=') return undefined;
    if (it.left.type === 'UnaryExpression' && it.left.operator === 'typeof') {
      if (is(it.left.argument) !== 'listener' || it.right.type !== 'Literal') return undefined;
      return (it.right.value === 'undefined') === equal;
    }
    if (isAbsentLiteral(it.right)) return is(it.left) === 'listener' ? equal : undefined;
    const truth = it.right.type === 'Literal' && typeof it.right.value === 'boolean';
    const inner = truth ? armOver(it.left, is) : undefined;
    if (inner === undefined || it.right.type !== 'Literal') return undefined;
    return (it.right.value === true) === equal ? inner : !inner;
  }
  switch (is(it)) {
    case 'aborted':
      return true;
    case 'listener':
      return false;
    case undefined:
      return undefined;
  }
}

/** Edges beyond which there is nothing to remove: no signal was given, no listener was made, the signal has aborted. */
export function overOf(
  { path, identity }: Registration,
  ends: ListenerEnds,
  { bindings }: FileFacts,
): (why: Edge['why']) => boolean {
  const cleaners = [...ends.at.keys()].flatMap((node) =>
    node.type === 'CallExpression' ? (pathOf(node.callee, bindings) ?? []) : [],
  );
  const removedFrom = [...ends.at.keys()].flatMap((node) => {
    const from = abortListenerCall(node, 'removeEventListener')?.signal;
    return (from && pathOf(from, bindings)) ?? [];
  });
  const aborted: ReadPath | undefined = path && { ...path, members: [...path.members, 'aborted'] };
  const is = (node: Node): 'listener' | 'aborted' | undefined => {
    const read = pathOf(node, bindings);
    if (!read) return undefined;
    if (aborted && isSamePath(read, aborted)) return 'aborted';
    if (path && (isSamePath(read, path) || isHolder(read, path) || isMethod(read, path))) {
      return 'listener';
    }
    // `if (other) other.removeEventListener(…)`, where `other` is another name of the signal.
    if (removedFrom.some((from) => isSamePath(read, from))) return 'listener';
    // `cleanup?.()`: where there is nothing to call, nothing was registered.
    const cleans = cleaners.some(
      (cleaner) => isSamePath(read, cleaner) || isObjectOf(read, cleaner),
    );
    return cleans || (identity && isSamePath(read, identity)) ? 'listener' : undefined;
  };
  return (why) => {
    if (why.kind === 'throw') {
      if (isCleaningUp(why.cause)) return true;
      const call = unwrap(why.cause);
      const callee = call.type === 'CallExpression' ? unwrap(call.callee) : undefined;
      return (
        callee?.type === 'MemberExpression' &&
        memberName(callee) === 'throwIfAborted' &&
        is(callee.object) === 'listener'
      );
    }
    if (why.kind !== 'true' && why.kind !== 'false') return false;
    // `for (const signal of signals) signal.removeEventListener(…)` has done it when the items are used up.
    if (why.question === 'next') return why.kind === 'false' && isRemovedIn(why.test.parent, ends);
    if (why.question === 'fulfilled') return why.kind === 'false' && isUnhandled(why.test);
    if (why.question === 'nullish') return why.kind === 'true' && is(why.test) === 'listener';
    if (why.question !== 'truthy') return false;
    const over = armOver(why.test, is);
    return over !== undefined && over === (why.kind === 'true');
  };
}

/** `options` of `options?.signal`: where it is absent, so is the signal. */
function isHolder(read: ReadPath, path: ReadPath): boolean {
  return (
    read.root === path.root &&
    read.members.length < path.members.length &&
    read.members.every((name, index) => name === path.members[index])
  );
}

/** `listening` of `listening.dispose()`. */
function isObjectOf(read: ReadPath, cleaner: ReadPath): boolean {
  return read.members.length === cleaner.members.length - 1 && isHolder(read, cleaner);
}

/** `signal.removeEventListener`, asked for before it is called. */
function isMethod(read: ReadPath, path: ReadPath): boolean {
  return isHolder(path, read) && /^(?:add|remove)EventListener$/.test(read.members.at(-1) ?? '');
}

/** A call on the way through a `finally` block: clean-up code that throws half-way is nobody's worry. */
function isCleaningUp(cause: Node): boolean {
  if (cause.type !== 'CallExpression' && cause.type !== 'AwaitExpression') return false;
  let at: Node = cause;
  while (at.parent && !isFunction(at)) {
    if (at.parent.type === 'TryStatement' && at.parent.finalizer === at) return true;
    at = at.parent;
  }
  return false;
}

function isRemovedIn(loop: Node | undefined, { at }: ListenerEnds): boolean {
  if (loop?.type !== 'ForOfStatement') return false;
  return [...at].some(([node, how]) => how === 'removed' && contains(loop.body, node));
}
