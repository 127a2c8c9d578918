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
import { isFunction, walk } from '../../ast/nodes.ts';
import type { Edge } from '../../cfg/graph.ts';
import type { Protocol, Wording } from '../../resources/protocol.ts';
import type { Effects } from '../effects.ts';
import type { FileFacts } from '../file.ts';
import type { LossKind, Witness } from '../finding.ts';
import { isThrownByCall } from '../losses.ts';
import { isInTest } from '../test-code.ts';

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

/** `.catch(noop)`: a handler of which nothing but the name is known is taken to handle. */
function isNamedHandler({ why }: Edge): boolean {
  return why.kind === 'throw' && /^(?:Identifier|MemberExpression)$/.test(why.cause.type);
}

/**
 * Does the path begin with a call that throws, in a `try` that waits for something? Its `catch` is written for what is
 * rejected, and that leads to no loss.
 */
function isUnlikely({ edges }: Witness, { sourceCode }: FileFacts): boolean {
  if (edges.some(isNamedHandler)) return true;
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

/**
 * Do the releases, of which some path has one, prove that this loss is a mistake? A release in a `catch` shows what to
 * do when something fails: of the other paths it says nothing. A clean-up function that is returned shows what a caller
 * gets who gets anything: of a path that throws it says nothing. And a test that fails is over, whatever it leaves.
 */
export function isProven(
  call: Node,
  { kind, witness }: Loss,
  effects: Effects,
  facts: FileFacts,
): boolean {
  const releases = [...effects.onEvaluate, ...effects.onInvoke]
    .filter(([, { ends }]) => ends.some(({ how }) => how === 'release'))
    .map(([node]) => node);
  const failed = witness.edges.some(({ why }) => why.kind === 'throw');
  if (failed && (isInTest(call) || isUnlikely(witness, facts))) return false;
  return releases.some((it) => !(kind === 'missed-on-throw' ? isReturned(it) : isInCatch(it)));
}
