/**
 * Calls and `new` expressions -> acquires of the resources that the option `resources` names.
 *
 * ```ts
 * const client = await pool.connect();       // the handle is the result: client.release()
 * const [, release] = await permits.acquire(); // the handle is element 1: release()
 * pool.connect().then((client) => { … });    // not followed: the result is a promise that goes its own way
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { callOf, isFunction, memberName, unwrap, wrapped } from '../../ast/nodes.ts';
import type { Configured } from '../../resources/user.ts';
import { resultOf, type Acquire, type Call } from './acquires.ts';
import { matchesCallee } from '../callees.ts';
import { isMaking, type Making } from './factories.ts';
import type { FileFacts } from '../file.ts';
import { BY_CALL, inside, PART, WHOLE, type Key, type Release } from '../keys.ts';
import { usesOf, type Use } from '../uses.ts';
import { isInLoop } from '../loops.ts';

type Node = TSESTree.Node;

const DISPOSING = ['@@dispose', '@@asyncDispose'];

function lastName(callee: Node): string | undefined {
  const it = unwrap(callee);
  if (it.type === 'Identifier') return it.name;
  return it.type === 'MemberExpression' ? memberName(it) : undefined;
}

function releaseOf({ methods, passedTo }: Configured): Release {
  if (!passedTo) return { ...BY_CALL, keys: new Set([...methods, ...DISPOSING]) };
  const { names, argument } = passedTo;
  return {
    ...BY_CALL,
    keys: new Set(DISPOSING),
    byArgument: (callee) => names.includes(lastName(callee) ?? ''),
    argument,
  };
}

function keyOf({ part, methods, passedTo }: Configured): Key {
  const key = methods.length > 0 || passedTo ? PART : WHOLE;
  return part === undefined ? key : inside(part, key);
}

/** `f().then(…)`, `watch(path).on(…)`: the value of a method that is called on the result may be the result again. */
function isChained(result: Node, methods: ReadonlySet<string>): boolean {
  const outer = wrapped(result);
  const { parent } = outer;
  if (parent?.type !== 'MemberExpression' || parent.object !== outer) return false;
  return callOf(parent) !== undefined && !methods.has(memberName(parent) ?? '');
}

const SETTLING: ReadonlySet<string> = new Set(['then', 'catch', 'finally']);

/** Is the variable a promise, which is awaited or settled later? */
function holdsPromise(variable: Variable | undefined): boolean {
  return (variable?.references ?? []).some(({ identifier }) => {
    const outer = wrapped(identifier);
    const { parent } = outer;
    if (parent?.type === 'AwaitExpression') return true;
    return parent?.type === 'MemberExpression' && SETTLING.has(memberName(parent) ?? '');
  });
}

/** Does the call give its handle to a callback instead of returning it? */
function givesToCallback(call: Call): boolean {
  return call.arguments.some((argument) => isFunction(unwrap(argument)));
}

function isFollowed(
  call: Call,
  resource: Configured,
  uses: readonly Use[],
  facts: FileFacts,
): boolean {
  const isDiscarded = uses.every((use) => use.kind === 'drop');
  if (isDiscarded && (resource.discardedOk || givesToCallback(call))) return false;
  if (resultOf(call) !== call) return true;
  return !uses.some(
    (use) => use.kind === 'bind' && holdsPromise(facts.bindings.variableOf(use.at)),
  );
}

function isAcquire({ acquire }: Configured): Making['acquires'] {
  return (call, facts) => matchesCallee(call, acquire, facts);
}

/** The acquire that a call is, of one resource. */
export function configuredAcquire(
  call: Call,
  resource: Configured,
  facts: FileFacts,
): Acquire | undefined {
  const release = releaseOf(resource);
  const making = { ...resource, acquires: isAcquire(resource), key: keyOf(resource), release };
  if (!making.acquires(call, facts) && !isMaking(call, making, facts)) return undefined;
  const node = resultOf(call);
  if (resource.part === undefined && isChained(node, release.keys)) return undefined;
  const uses = usesOf(node, keyOf(resource), release.keys);
  if (!isFollowed(call, resource, uses, facts)) return undefined;
  const bound = uses.find((use) => use.kind === 'bind');
  return {
    protocol: resource,
    call,
    node,
    release,
    uses,
    inLoop: isInLoop(call),
    at: bound?.at ?? call.callee,
    name: bound?.kind === 'bind' ? bound.at.name : undefined,
  };
}
