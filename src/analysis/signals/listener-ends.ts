/**
 * One registration -> the nodes at which its listener is taken off, or at which somebody else gets the means to do so.
 *
 * ```ts
 * const clean = () => signal.removeEventListener('abort', onAbort);
 * clean();                     // removed
 * void work().finally(clean);  // removed, on settlement
 * socket.on('close', clean);   // handed over
 * ```
 *
 * A function that removes makes each call of it a removal, whatever its own paths: once-guards make the others right.
 * Not modelled: a removal through the listener itself does not count where the signal fires it, only where code calls it.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import {
  contains,
  isFunction,
  keyName,
  memberName,
  unwrap,
  type FunctionNode,
} from '../../ast/nodes.ts';
import type { FileFacts } from '../file.ts';
import { hostOf, usesOfFunction, type FunctionUse } from '../function-uses.ts';
import { PART, WHOLE } from '../keys.ts';
import { isAlone, removalsNaming } from './listener-removals.ts';
import {
  abortListenerCall,
  isAbortSlot,
  isMeant,
  placeOf,
  removalOf,
  type Registration,
} from './listeners.ts';
import { isSamePath, pathOf, rootOf } from '../paths.ts';
import { usesOf } from '../uses.ts';

type Node = TSESTree.Node;

export interface ListenerEnds {
  /** By the node whose evaluation (or binding, or invocation) it is. */
  readonly at: ReadonlyMap<Node, 'removed' | 'handed-over'>;
  /** The functions that remove and are handed over; undefined for the listener itself. */
  readonly handedOver: readonly { readonly node: Node; readonly fn: FunctionNode | undefined }[];
  /** Removed by a method that this code does not call: a teardown. */
  readonly elsewhere: boolean;
}

interface Search {
  readonly registration: Registration;
  readonly facts: FileFacts;
  readonly at: Map<Node, 'removed' | 'handed-over'>;
  readonly handedOver: { readonly node: Node; readonly fn: FunctionNode | undefined }[];
  readonly open: Node[];
  elsewhere: boolean;
}

function handOver({ at, handedOver }: Search, node: Node, fn: FunctionNode | undefined): void {
  handedOver.push({ node, fn });
  if (!at.has(node)) at.set(node, 'handed-over');
}

function directRemovals({ registration, facts, open }: Search): void {
  const alone = isAlone(registration, facts);
  for (const { call, given } of removalsNaming(registration, facts)) {
    if (isMeant(given, registration, alone, facts)) open.push(call);
  }
}

/** `own.abort()` for `{ signal: own.signal }`. */
function abortsOfRemover({ registration, facts, open }: Search): void {
  const { remover } = registration;
  if (!remover) return;
  for (const call of facts.calls) {
    const callee = unwrap(call.callee);
    if (callee.type !== 'MemberExpression' || memberName(callee) !== 'abort') continue;
    const path = pathOf(callee.object, facts.bindings);
    if (path && isSamePath(path, remover)) open.push(call);
  }
}

const DISPOSE: ReadonlySet<string> = new Set(['@@dispose']);

/** What becomes of the disposable that `addAbortListener` gives. */
function disposals(search: Search): void {
  const { registration, facts, open } = search;
  if (!registration.disposable) return;
  const seen = new Set<unknown>();
  const follow = (value: Node): void => {
    // Helpers of the same name give a function: `const remove = util.addAbortListener(…); remove();`
    if (value.parent?.type === 'CallExpression' && value.parent.callee === value) {
      open.push(value.parent);
      return;
    }
    for (const use of usesOf(value, PART, DISPOSE)) {
      if (use.kind === 'release') open.push(use.at);
      else if (use.kind === 'bind') {
        const variable = facts.bindings.variableOf(use.at);
        if (!variable || seen.has(variable)) continue;
        seen.add(variable);
        for (const reference of variable.references) {
          if (reference.isRead()) follow(reference.identifier);
        }
      } else if (use.kind !== 'drop') handOver(search, use.at, undefined);
    }
  };
  follow(registration.call);
}

/** Is the function handed to `addEventListener` or `removeEventListener` here, as the listener that it is? */
function isListening(use: FunctionUse, fn: FunctionNode, search: Search): boolean {
  const { facts, registration } = search;
  const parts =
    abortListenerCall(use.at, 'addEventListener') ??
    abortListenerCall(use.at, 'removeEventListener');
  if (!parts) return use.at === registration.call && registration.disposable;
  const path = pathOf(parts.signal, facts.bindings);
  const same = path && registration.path ? isSamePath(path, registration.path) : true;
  return same || handlerOf(registration, facts) === fn;
}

/** The function that the listener is, where the file shows it. */
export function handlerOf(registration: Registration, facts: FileFacts): FunctionNode | undefined {
  const it = unwrap(registration.handler);
  if (it.type === 'AssignmentExpression') {
    const right = unwrap(it.right);
    return isFunction(right) ? right : undefined;
  }
  const known = facts.bindings.functionOf(it);
  if (known || it.type !== 'Identifier') return known;
  // `let onAbort; … onAbort = () => …; signal.addEventListener('abort', onAbort)`
  const variable = facts.bindings.variableOf(it);
  const functions = (variable?.references ?? []).flatMap(({ writeExpr }) => {
    const value = writeExpr && unwrap(writeExpr);
    return value && isFunction(value) ? [value] : [];
  });
  return functions.length === 1 ? functions[0] : undefined;
}

const LEAVING: ReadonlySet<string> = new Set(['store', 'put', 'return']);

/** The handler is stored or returned: whoever has it may remove it. */
function handlerLeaves(search: Search): void {
  const { registration, facts } = search;
  const { identity } = registration;
  const variable = identity && rootOf(identity);
  if (!variable || identity.members.length > 0) return;
  for (const reference of variable.references) {
    if (!reference.isRead()) continue;
    for (const use of usesOf(reference.identifier, WHOLE, new Set())) {
      const leaves = LEAVING.has(use.kind) && !isAbortSlot(use.at);
      const given = use.kind === 'argument' && givesBoth(use.at, registration, facts);
      if (leaves || given) handOver(search, use.at, undefined);
    }
  }
}

/** The names of the properties that hold the listener: `entry.onAbort`, `{ signal, onAbort }`, `entry.stop = onAbort`. */
function holdingNames({ registration: { identity } }: Search): ReadonlySet<string> {
  const last = identity?.members.at(-1);
  if (last !== undefined) return new Set([last]);
  const names = new Set<string>();
  for (const { identifier } of rootOf(identity)?.references ?? []) {
    const { parent } = identifier;
    if (parent.type === 'Property' && parent.value === identifier) {
      const name = keyName(parent.key, parent.computed);
      if (name !== undefined) names.add(name);
    } else if (parent.type === 'AssignmentExpression' && parent.right === identifier) {
      const name = parent.left.type === 'MemberExpression' ? memberName(parent.left) : undefined;
      if (name !== undefined) names.add(name);
    }
  }
  return names;
}

/** Code elsewhere removes such properties of such things: whoever holds the entry can take the listener off. */
function keptInEntry(search: Search): boolean {
  const { registration, facts } = search;
  const { identity } = registration;
  if (!identity || identity.root === 'this') return false;
  const names = holdingNames(search);
  if (names.size === 0) return false;
  return facts.calls.some((call) => {
    const given = removalOf(call, registration);
    const path = given && pathOf(given.handler, facts.bindings);
    const name = path?.members.at(-1);
    return path?.root !== identity.root && name !== undefined && names.has(name);
  });
}

/** An unknown function that is given the signal and the handler may well remove it: `off(signal, onAbort)`. */
function givesBoth(call: Node, registration: Registration, { bindings }: FileFacts): boolean {
  if (call.type !== 'CallExpression' || abortListenerCall(call, 'addEventListener')) return false;
  if (bindings.functionOf(call.callee)) return false;
  const { path } = registration;
  return call.arguments.some((argument) => {
    const given = pathOf(argument, bindings);
    return path !== undefined && given !== undefined && isSamePath(path, given);
  });
}

/** Carries removals outwards: a call of a function that removes is a removal. */
function propagate(search: Search): void {
  const { facts, at, open, registration } = search;
  // What calls the function that registers runs it as a whole.
  const root = hostOf(registration.place);
  const seen = new Set<FunctionNode>();
  for (let node = open.pop(); node; node = open.pop()) {
    at.set(node, 'removed');
    const place = placeOf(node);
    at.set(place, 'removed');
    const fn = hostOf(place);
    if (!fn || seen.has(fn) || (root && contains(fn, root))) continue;
    seen.add(fn);
    for (const use of usesOfFunction(fn, facts)) {
      if (isListening(use, fn, search)) continue;
      if (use.kind === 'method') search.elsewhere = true;
      else if (use.kind === 'handover') {
        handOver(search, use.at, fn);
        // Given away before this code even ran: a hook that comes later, a teardown.
        if (root && !contains(root, use.at)) search.elsewhere = true;
      } else open.push(use.at);
    }
  }
}

export function listenerEnds(registration: Registration, facts: FileFacts): ListenerEnds {
  const search: Search = {
    registration,
    facts,
    at: new Map(),
    handedOver: [],
    open: [],
    elsewhere: false,
  };
  search.elsewhere = keptInEntry(search);
  directRemovals(search);
  abortsOfRemover(search);
  disposals(search);
  handlerLeaves(search);
  propagate(search);
  const { at, handedOver, elsewhere } = search;
  return { at, handedOver, elsewhere };
}
