/**
 * Expressions that are, or hold, the signal of the request that is being handled.
 *
 * ```ts
 * request.signal, c.req.raw.signal, event.request.signal, ctx.signal     by their path, from a parameter
 * const { signal } = request;                                            by another name
 * AbortSignal.any([request.signal, own])                                 ends with the request all the same
 * req.on('close', () => own.abort());  own.signal                        a bridge from Node's events
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { contains, memberName, unwrap, walk } from '../../ast/nodes.ts';
import type { FileFacts } from '../file.ts';
import { pathOf, rootOf, type ReadPath } from '../paths.ts';
import { controllerOf, isRequestPath } from './signals.ts';

type Node = TSESTree.Node;

const CONTEXT = /^(?:ctx|context|c|event|evt)$/;
const PEER = /^(?:req|request|res|response|reply|raw|socket)$/;
const LEAVING: ReadonlySet<string> = new Set(['on', 'once', 'addListener', 'addEventListener']);
const ENDS: ReadonlySet<unknown> = new Set(['close', 'aborted', 'abort']);

/** Is the root of the path a parameter, so that the path is about this request? */
function isHandled(path: ReadPath): boolean {
  return rootOf(path)?.defs[0]?.type === 'Parameter';
}

function isContextPath({ root, members }: ReadPath): boolean {
  return typeof root !== 'string' && CONTEXT.test(root.name) && members.join('.') === 'signal';
}

/** Controllers that the end of a request or response aborts, by their variable. */
function bridges(facts: FileFacts): ReadonlySet<Variable> {
  return facts.once('request-bridges', () => {
    const found = new Set<Variable>();
    for (const call of facts.calls) {
      const callee = unwrap(call.callee);
      const [event, listener] = call.arguments;
      if (callee.type !== 'MemberExpression' || !LEAVING.has(memberName(callee) ?? '')) continue;
      if (event?.type !== 'Literal' || !ENDS.has(event.value) || !listener) continue;
      const peer = pathOf(callee.object, facts.bindings);
      const root = rootOf(peer);
      if (!peer || !root || !isHandled(peer) || !isPeer(peer, root)) continue;
      const controller = abortedBy(listener, facts);
      if (controller) found.add(controller);
    }
    return found;
  });
}

function isPeer({ members }: ReadPath, root: Variable): boolean {
  return [root.name, ...members].some((name) => PEER.test(name));
}

/** The controller whose `abort` the listener calls. */
function abortedBy(listener: Node, facts: FileFacts): Variable | undefined {
  const fn = facts.bindings.functionOf(listener) ?? listener;
  for (const call of facts.calls) {
    const callee = unwrap(call.callee);
    if (!contains(fn, call) || callee.type !== 'MemberExpression') continue;
    if (memberName(callee) !== 'abort' || !controllerOf(callee.object, facts.bindings)) continue;
    return rootOf(pathOf(callee.object, facts.bindings));
  }
  return undefined;
}

/** Is this expression itself a signal that ends with the request? */
function isRequestSignal(node: Node, facts: FileFacts): boolean {
  const path = pathOf(node, facts.bindings);
  if (!path) return isMerged(node, facts);
  if (isHandled(path) && (isRequestPath(path) || isContextPath(path))) return true;
  const root = rootOf(path);
  if (root && path.members.join('.') === 'signal' && bridges(facts).has(root)) return true;
  const value = root && path.members.length === 0 ? valueOf(root) : undefined;
  return value !== undefined && isMerged(value, facts);
}

function valueOf(variable: Variable): Node | undefined {
  const writes = variable.references.filter((it) => it.isWrite());
  return writes.length === 1 ? (writes[0]?.writeExpr ?? undefined) : undefined;
}

/** `AbortSignal.any([request.signal, …])` */
function isMerged(node: Node, facts: FileFacts): boolean {
  const it = unwrap(node);
  const [list] = it.type === 'CallExpression' ? it.arguments : [];
  if (it.type !== 'CallExpression' || list?.type !== 'ArrayExpression') return false;
  const callee = unwrap(it.callee);
  if (callee.type !== 'MemberExpression' || memberName(callee) !== 'any') return false;
  return list.elements.some((element) => element !== null && isRequestSignal(element, facts));
}

/** Methods of a signal that look at it. */
const LOOKING = /^(?:aborted|reason|throwIfAborted|addEventListener|removeEventListener)$/;

/** Does the text of the node hold the word at all? Spares a walk of nearly every node. */
function mentionsSignal({ range }: Node, { sourceCode, once }: FileFacts): boolean {
  const offsets = once('signal-offsets', () =>
    [...sourceCode.text.matchAll(/signal/gi)].map(({ index }) => index),
  );
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? Infinity) < range[0]) low = middle + 1;
    else high = middle;
  }
  return (offsets[low] ?? Infinity) < range[1];
}

/** The request's signals inside of a node that are given to something, outermost first. */
export function requestSignalsIn(root: Node, facts: FileFacts): readonly Node[] {
  const found: Node[] = [];
  if (!mentionsSignal(root, facts)) return found;
  walk(root, facts.sourceCode.visitorKeys, (node) => {
    if (node.type === 'Identifier' && isNameOnly(node)) return true;
    if (!/^(?:Identifier|MemberExpression|CallExpression)$/.test(node.type)) return true;
    if (!isRequestSignal(node, facts)) return true;
    // A request that a callback inside is given for itself is another one.
    const own = rootOf(pathOf(node, facts.bindings));
    if (own && contains(root, own.scope.block)) return false;
    const { parent } = node;
    const looked = parent?.type === 'MemberExpression' && LOOKING.test(memberName(parent) ?? '');
    if (!looked && isGiven(node)) found.push(node);
    return false;
  });
  return found;
}

/** A key, a declared name: nothing is read there. */
function isNameOnly(node: TSESTree.Identifier): boolean {
  const { parent } = node;
  if (parent.type === 'Property') return parent.value !== node;
  if (parent.type === 'MemberExpression') return parent.object !== node && !parent.computed;
  return parent.type === 'VariableDeclarator' && parent.id === node;
}

/** Is the signal an argument, alone or in an options literal? */
function isGiven(node: Node): boolean {
  let at = node;
  for (let { parent } = at; parent; { parent } = at) {
    if (parent.type === 'CallExpression' || parent.type === 'NewExpression') {
      return parent.callee !== at;
    }
    if (
      !/^(?:Property|ObjectExpression|ArrayExpression|Conditional|Logical|TS)/.test(parent.type)
    ) {
      return false;
    }
    at = parent;
  }
  return false;
}
