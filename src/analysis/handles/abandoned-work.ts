/**
 * One local controller -> the work that goes on with its signal when the function has left, although another path of
 * the function aborts it.
 *
 * ```ts
 * const own = new AbortController();
 * void beat(own.signal);     // floating: nobody waits for it
 * await send(letter);        // rejects: the beating goes on
 * own.abort();
 * ```
 *
 * Work is what nobody waits for, a promise that is kept, the arms of `Promise.race`, `any` and `all`, and a listener
 * that the signal takes off. What is awaited on the spot is over when the function goes on, and needs no abort.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { isSettlement, settlementCallbacks, unitOf } from '../../ast/functions.ts';
import {
  callOf,
  calleeName,
  contains,
  isFunction,
  memberName,
  unwrap,
  wrapped,
} from '../../ast/nodes.ts';
import { promiseTimer } from '../../ast/timers.ts';
import type { Edge } from '../../cfg/graph.ts';
import type { CancelSource } from '../signals/cancel-sources.ts';
import type { FileFacts, TierFacts } from '../file.ts';
import type { Witness } from '../finding.ts';
import { isPromiseMethod } from '../races.ts';
import { iteratedBy } from '../signals/signals.ts';
import { judgeStarted } from './unaborted.ts';

type Node = TSESTree.Node;
type Call = TSESTree.CallExpression;

export interface AbandonedWork {
  readonly controller: Variable;
  readonly start: Node;
  readonly what: 'work' | 'listener';
  readonly kind: 'missed' | 'missed-on-throw';
  readonly witness: Witness;
  readonly ends: readonly Node[];
}

/** Work that was started with the signal. */
interface Work {
  readonly start: Node;
  readonly what: AbandonedWork['what'];
  /** Where it is over, or somebody else's. */
  readonly settled: readonly Node[];
  /** When this rejects, the work is over. */
  readonly awaited?: Node | undefined;
  /** Is the work over when all goes well? Then only a failure can leave it behind. */
  readonly isOverAtLast?: boolean;
}

/** The call that gets the signal, as an argument or in an object of options. */
function receiverOf(signal: Node): Call | undefined {
  let at = wrapped(signal);
  while (at.parent?.type === 'Property' && at.parent.value === at) {
    if (at.parent.parent.type !== 'ObjectExpression') return undefined;
    at = wrapped(at.parent.parent);
  }
  const { parent } = at;
  return parent?.type === 'CallExpression' && parent.callee !== at ? parent : undefined;
}

/** The call with the settlements that are chained to it. */
function chainOf(call: Node): Node {
  let end = wrapped(call);
  for (;;) {
    const member = end.parent;
    if (member?.type !== 'MemberExpression' || member.object !== end) return end;
    const next = callOf(member);
    if (!next || !isSettlement(next)) return end;
    end = wrapped(next);
  }
}

/** `void`, a chain that ends in nothing, an async function of the file: a promise for which nobody waits. */
function isFloating(call: Call, chain: Node, { bindings }: FileFacts): boolean {
  const { parent } = chain;
  if (parent?.type === 'UnaryExpression') return parent.operator === 'void';
  if (parent?.type !== 'ExpressionStatement') return false;
  return chain !== wrapped(call) || bindings.functionOf(call.callee)?.async === true;
}

function isListening(call: Call): boolean {
  const [, , options] = call.arguments;
  return calleeName(call) === 'addEventListener' && options?.type === 'ObjectExpression';
}

/** A target that dies with the function takes its listeners along. */
function isLocalTarget(call: Call, root: Node, { bindings }: FileFacts): boolean {
  const callee = unwrap(call.callee);
  const target = callee.type === 'MemberExpression' ? unwrap(callee.object) : undefined;
  const variable = target?.type === 'Identifier' ? bindings.variableOf(target) : undefined;
  const [def] = variable?.defs ?? [];
  return (
    variable !== undefined && contains(root, variable.scope.block) && def?.type !== 'Parameter'
  );
}

/** Is the value only looked at, or guarded against being unhandled (`p.catch(() => {})`)? */
function isPassive(reference: Node): boolean {
  const chain = chainOf(reference);
  const { parent } = chain;
  return parent?.type === 'ExpressionStatement' && chain !== wrapped(reference);
}

/** The places that show that a variable holds a promise, and wait for it or hand it on. */
function usesOfPromise(variable: Variable): readonly Node[] {
  return variable.references
    .filter((it) => it.isRead())
    .map(({ identifier }) => identifier)
    .filter((it) => !isPassive(it));
}

function isAwaitedSomewhere(uses: readonly Node[]): boolean {
  return uses.some((use) => {
    const { parent } = chainOf(use);
    if (parent?.type === 'AwaitExpression') return true;
    const list = parent?.type === 'ArrayExpression' ? parent.parent : undefined;
    return list !== undefined && isPromiseMethod(list, ['all', 'allSettled', 'race', 'any']);
  });
}

/** `const pending = load(own.signal)`, waited for later on. */
function keptPromise(chain: Node, { bindings }: FileFacts): Work | undefined {
  const { parent } = chain;
  if (parent?.type !== 'VariableDeclarator' || parent.init !== chain) return undefined;
  const variable = bindings.variableOf(parent.id);
  const settled = variable && usesOfPromise(variable);
  if (!settled || !isAwaitedSomewhere(settled)) return undefined;
  return { start: unwrap(chain), what: 'work', settled };
}

/** The list that a call is an element of: an array literal, or `items.map((item) => call)`. */
function listOf(chain: Node): { readonly list: Node; readonly many: boolean } | undefined {
  const { parent } = chain;
  if (parent?.type === 'ArrayExpression') return { list: parent, many: false };
  const fn = unitOf(chain);
  if (!isFunction(fn)) return undefined;
  const isResult = fn.body === chain || parent?.type === 'ReturnStatement';
  const iteration = isResult ? iteratedBy(fn) : undefined;
  const callee = iteration && unwrap(iteration.callee);
  const isMapped = callee?.type === 'MemberExpression' && memberName(callee) === 'map';
  return iteration && isMapped ? { list: iteration, many: true } : undefined;
}

interface Join {
  readonly call: Call;
  readonly method: string;
  readonly await: Node;
}

/** `await Promise.race(list)` */
function joinOf(list: Node): Join | undefined {
  const { parent: call } = wrapped(list);
  if (!call || !isPromiseMethod(call, ['race', 'any', 'all'])) return undefined;
  const { parent } = wrapped(call);
  if (parent?.type !== 'AwaitExpression') return undefined;
  return { call, method: calleeName(call) ?? '', await: parent };
}

/** Several arms of one join that have the signal: when one of them ends it, the others go on. */
function armsOf(chains: readonly Node[]): readonly Work[] {
  const joins = new Map<Node, Join & { count: number }>();
  for (const chain of chains) {
    const found = listOf(chain);
    const join = found && joinOf(found.list);
    if (!join) continue;
    const known = joins.get(join.call) ?? { ...join, count: 0 };
    known.count += found.many ? 2 : 1;
    joins.set(join.call, known);
  }
  return [...joins.values()]
    .filter(({ count }) => count > 1)
    .map(({ call, method, await: waited }): Work => {
      // `any` is rejected, and `all` fulfilled, when every arm is over.
      const awaited = method === 'any' ? waited : undefined;
      return { start: call, what: 'work', settled: [], awaited, isOverAtLast: method === 'all' };
    });
}

/** Everything that is started with the signal and may outlive the function. */
function worksOf(source: CancelSource, root: Node, facts: FileFacts): readonly Work[] {
  const works: Work[] = [];
  const chains: Node[] = [];
  for (const signal of source.signals) {
    const call = receiverOf(signal);
    // A sleep is the business of `no-leaked-timer`.
    if (!call || promiseTimer(call, facts.bindings)) continue;
    const chain = chainOf(call);
    chains.push(chain);
    if (isListening(call)) {
      const lasts = !isLocalTarget(call, root, facts);
      if (lasts) works.push({ start: call, what: 'listener', settled: [] });
    } else if (isFloating(call, chain, facts)) {
      works.push({ start: unwrap(chain), what: 'work', settled: [] });
    } else {
      const kept = keptPromise(chain, facts);
      if (kept) works.push(kept);
    }
  }
  return [...works, ...armsOf(chains)];
}

/** Code that runs because something failed. */
function isOnFailure(node: Node, root: Node): boolean {
  let child = node;
  for (let at = node.parent; at && child !== root; child = at, at = at.parent) {
    if (at.type === 'CatchClause') return true;
    if (!isSettlement(at)) continue;
    const index = settlementCallbacks(at).indexOf(child);
    const callee = unwrap(at.callee);
    const name = callee.type === 'MemberExpression' ? memberName(callee) : undefined;
    if (index === 1 || (index === 0 && name === 'catch')) return true;
  }
  return false;
}

/** The works of one controller that some way out of the function leaves behind; the first of them. */
export function abandonedWork(
  source: CancelSource,
  controller: Variable,
  facts: FileFacts,
  tier: TierFacts,
): AbandonedWork | undefined {
  const root = unitOf(source.declaration);
  for (const work of worksOf(source, root, facts)) {
    const { start, what, settled, awaited } = work;
    const isOver = (why: Edge['why']): boolean => why.kind === 'throw' && why.cause === awaited;
    const judged = judgeStarted({ at: start, controller, settled, isOver }, facts, tier);
    if (!judged?.loss || !judged.released) continue;
    const { kind, witness } = judged.loss;
    // An abort on failure only says that success is to go on working.
    const aborts = judged.aborts.filter((node) => !isOnFailure(node, root));
    if (aborts.length === 0 || (kind !== 'missed' && kind !== 'missed-on-throw')) continue;
    const { node } = witness.end;
    const isEarly = aborts.some((abort) => node.range[1] <= abort.range[0]);
    if (kind === 'missed' && (!isEarly || work.isOverAtLast === true)) continue;
    return { controller, start, what, kind, witness, ends: judged.ends };
  }
  return undefined;
}
