/**
 * Protocols that go by evidence: some path releases the handle, so every path must. When that is no proof:
 *
 * ```ts
 * const job = wrap(cancel);           // a function of the file that starts nothing
 * return () => off();                 // of the paths that throw this says nothing
 * it('locks', async () => { … });     // a test that fails need not clean up
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue, type Bindings } from '../../ast/bindings.ts';
import { isPromiseConstruction } from '../../ast/functions.ts';
import { calleeName, isFunction, memberName, unwrap, walk } from '../../ast/nodes.ts';
import type { Edge } from '../../cfg/graph.ts';
import { unlockFunction } from '../../resources/builtin/unlock-function.ts';
import type { Protocol, Wording } from '../../resources/protocol.ts';
import type { Effects } from '../effects.ts';
import type { FileFacts, Source } from '../file.ts';
import type { LossKind, Witness } from '../finding.ts';
import { isThrownByCall } from '../losses.ts';
import { isInTest } from '../test-code.ts';
import type { Acquire } from './acquires.ts';

type Node = TSESTree.Node;

interface Loss {
  readonly kind: LossKind;
  readonly witness: Witness;
}

/**
 * Could the call start anything? A function that calls nothing only puts its arguments together, and
 * whatever is in them has been acquired before.
 */
export function mayAcquire(call: Node, facts: FileFacts): boolean {
  if (call.type !== 'CallExpression') return true;
  const own = facts.bindings.functionOf(call.callee);
  const fn = own ?? facts.elsewhere(call.callee)?.value;
  if (!fn || !isFunction(fn)) return true;
  let calls = false;
  walk(fn.body, facts.sourceCode.visitorKeys, (node) => {
    calls ||= node.type === 'CallExpression' || node.type === 'NewExpression';
    return !calls && !isFunction(node);
  });
  return calls;
}

/** Is a call under this protocol an obligation only because some path releases what it gives? */
export function needsEvidence(protocol: Protocol | Wording): boolean {
  const shape = 'handle' in protocol ? protocol.handle.kind : undefined;
  return shape === 'called-local' || shape === 'released-local';
}

/** Does anything that the function runs release the handle? Closures that others run hand it over at most. */
export function mayRelease({ onEvaluate, onBind, onInvoke, onScopeEnd }: Effects): boolean {
  return [onEvaluate, onBind, onInvoke, onScopeEnd].some((phase) =>
    [...phase.values()].some(({ ends }) => ends.some(({ how }) => how === 'release')),
  );
}

/** Is it a clean-up function, or what returns one, rather than a release? */
function isReturned(node: Node): boolean {
  return node.type === 'ReturnStatement' || isFunction(node);
}

/** Does it run only when something has failed? */
function isInCatch(node: Node): boolean {
  for (let at = node.parent; at && !isFunction(at); at = at.parent) {
    if (at.type === 'CatchClause') return true;
  }
  return false;
}

/** `cleanup`, `keepAlive`, `autoClose`, `ownsClient`: by its name it says who releases. */
const SAYS_WHO = /clean|dispose|close|release|keep|destroy|owns?(?:[A-Z]|$)|owned|persist|reuse/i;

/** `if (!skip.cleanup) layer.dispose()`, where `skip` comes from the caller: it says who releases. */
function isCallersChoice(release: Node, { bindings, sourceCode }: FileFacts): boolean {
  for (let at = release.parent; at && !isFunction(at); at = at.parent) {
    if (at.type === 'IfStatement' && asksCaller(at.test, bindings, sourceCode)) return true;
  }
  return false;
}

function asksCaller(test: Node, bindings: Bindings, { visitorKeys }: Source): boolean {
  let found = false;
  walk(test, visitorKeys, (node) => {
    if (node.type === 'MemberExpression' && SAYS_WHO.test(memberName(node) ?? '')) {
      found ||= bindings.variableOf(unwrap(node.object))?.defs[0]?.type === 'Parameter';
    }
    return !found;
  });
  return found;
}

/** `await Promise.race([changed, prompt.result])`: what is rejected may be the handle's own end. */
function racesWith({ places }: Effects, { why }: Edge, { bindings }: FileFacts): boolean {
  if (why.kind !== 'throw' || why.cause.type !== 'AwaitExpression') return false;
  const it = unwrap(why.cause.argument);
  const arms = it.type === 'CallExpression' && calleeName(it) === 'race' ? it.arguments[0] : null;
  if (arms?.type !== 'ArrayExpression') return false;
  return arms.elements.some((arm) => {
    const owner = arm?.type === 'MemberExpression' && bindings.variableOf(unwrap(arm.object));
    return owner && places.some(({ holder }) => holder === owner);
  });
}

/** `.catch(noop)`: a handler of which nothing but the name is known is taken to handle. */
function isNamedHandler({ why }: Edge): boolean {
  return why.kind === 'throw' && /^(?:Identifier|MemberExpression)$/.test(why.cause.type);
}

/** By its name alone, which makes a rejection unlikely: without a signal nothing could cause one. */
const PAUSE = /^(?:sleep|delay|pause)(?:Ms|For)?$/i;

/** `Promise.race([delay(5000), opened])`: nobody rejects a sleep, nor a promise that is only ever fulfilled. */
function isFulfilled(promise: Node, facts: FileFacts): boolean {
  const it = unwrap(promise);
  if (it.type !== 'CallExpression') return !facts.tier('await').policies.mayReject(it);
  if (PAUSE.test(calleeName(it) ?? '') && it.arguments.length === 1) return true;
  const callee = unwrap(it.callee);
  const isCombined =
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'Promise';
  const arms = isCombined && it.arguments[0] ? unwrap(it.arguments[0]) : undefined;
  return (
    arms?.type === 'ArrayExpression' &&
    arms.elements.every(
      (arm) => arm !== null && arm.type !== 'SpreadElement' && isFulfilled(arm, facts),
    )
  );
}

/** Does the path begin with the rejection of something that is never rejected? */
function awaitsFulfilled({ why }: Edge, facts: FileFacts): boolean {
  if (why.kind !== 'throw' || why.cause.type !== 'AwaitExpression') return false;
  return isFulfilled(why.cause.argument, facts);
}

/**
 * Does the path begin with a call that throws, in a `try` that waits for something? Its `catch` is written for what is
 * rejected, and that leads to no loss.
 */
function isUnlikely({ edges }: Witness, facts: FileFacts): boolean {
  const { sourceCode } = facts;
  if (edges.some((edge) => isNamedHandler(edge) || awaitsFulfilled(edge, facts))) return true;
  return edges.filter(isThrownByCall).some(({ why }) => {
    const block = 'cause' in why ? triedAround(why.cause) : undefined;
    let waits = false;
    if (block) {
      walk(block, sourceCode.visitorKeys, (node) => {
        waits ||= node.type === 'AwaitExpression';
        return !waits && !isFunction(node);
      });
    }
    return waits;
  });
}

/** The block of the `try` that catches what is thrown here. */
function triedAround(node: Node): Node | undefined {
  for (let at = node; at.parent && !isFunction(at); at = at.parent) {
    const { parent } = at;
    if (parent.type === 'TryStatement' && parent.handler && parent.block === at) return at;
  }
  return undefined;
}

/** `throw pending`, of a promise that is made here: whoever renders waits for it and comes again, and so does the work. */
function isSuspended({ end }: Witness, { bindings }: FileFacts): boolean {
  if (end.kind !== 'throw' || end.node.type !== 'ThrowStatement') return false;
  const it = unwrap(end.node.argument);
  const variable = it.type === 'Identifier' ? bindings.variableOf(it) : undefined;
  const value = variable ? constantValue(variable) : it;
  return value !== undefined && isPromiseConstruction(unwrap(value));
}

/**
 * Do the releases, of which some path has one, prove that this loss is a mistake? A release in a `catch` shows what to
 * do when something fails: of the other paths it says nothing. A clean-up function that is returned shows what a caller
 * gets who gets anything: of a path that throws it says nothing. A release that the caller may switch off says nothing at
 * all. And a test that fails is over, whatever it leaves.
 */
export function isProven(
  { call, protocol }: Pick<Acquire, 'call' | 'protocol'>,
  { kind, witness }: Loss,
  effects: Effects,
  facts: FileFacts,
): boolean {
  const releases = [...effects.onEvaluate, ...effects.onInvoke]
    .filter(([, { ends }]) => ends.some(({ how }) => how === 'release'))
    .map(([node]) => node);
  const failed = witness.edges.some(({ why }) => why.kind === 'throw');
  if (failed && (isInTest(call) || isUnlikely(witness, facts))) return false;
  if (isSuspended(witness, facts)) return false;
  if (witness.edges.some((edge) => racesWith(effects, edge, facts))) return false;
  const own = releases.filter((it) => !isCallersChoice(it, facts));
  // A lock that is still held, and that nobody can unlock any more, is no other way out.
  if (protocol === unlockFunction && kind === 'missed') return own.length > 0;
  return own.some((it) => !(kind === 'missed-on-throw' ? isReturned(it) : isInCatch(it)));
}
