/**
 * The removals of `abort` listeners in a file, by what they name: made once, so that a hundred listeners do not look at
 * all calls a hundred times.
 *
 * ```ts
 * signal.removeEventListener('abort', onAbort);   // names `onAbort`
 * detach(signal, onAbort);                        // so does this, where `detach` removes its second parameter
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { isFunction, unwrap, type FunctionNode } from '../../ast/nodes.ts';
import type { FileFacts } from '../file.ts';
import { isSamePath, pathOf, rootOf, type ReadPath } from '../paths.ts';
import {
  abortListenerCall,
  identityOf,
  optionsOf,
  type Given,
  type Registration,
} from './listeners.ts';

type Node = TSESTree.Node;
type Root = ReadPath['root'];

export interface Removal {
  /** The call that removes, perhaps through a helper. */
  readonly call: Node;
  readonly given: Given;
  readonly capture: boolean;
}

/** The argument for a parameter of a local function. */
function argumentOf(
  fn: FunctionNode,
  parameter: Node,
  call: TSESTree.CallExpression,
): Node | undefined {
  const index = fn.params.findIndex((it) => it === parameter);
  return index < 0 ? undefined : call.arguments[index];
}

/** Calls of a helper that is given what it removes: `detach(signal, onAbort)`. */
function helperCalls(given: Given, facts: FileFacts): readonly { call: Node; given: Given }[] {
  const { bindings } = facts;
  const handler = unwrap(given.handler);
  const variable = handler.type === 'Identifier' ? bindings.variableOf(handler) : undefined;
  const [def] = variable?.defs ?? [];
  if (def?.type !== 'Parameter' || !isFunction(def.node)) return [];
  const fn = def.node;
  const signalVariable = given.signal && rootOf(pathOf(given.signal, bindings));
  return facts.calls.flatMap((call) => {
    if (call.type !== 'CallExpression' || bindings.functionOf(call.callee) !== fn) return [];
    const passed = argumentOf(fn, def.name, call);
    const on =
      signalVariable?.identifiers[0] && argumentOf(fn, signalVariable.identifiers[0], call);
    return passed ? [{ call, given: { handler: passed, signal: on } }] : [];
  });
}

function removalsOf(facts: FileFacts): readonly Removal[] {
  return facts.calls.flatMap((call) => {
    const given = abortListenerCall(call, 'removeEventListener');
    if (!given) return [];
    const { capture } = optionsOf(given.options);
    return [{ call, given }, ...helperCalls(given, facts)].map((it) => ({ ...it, capture }));
  });
}

/** What a handler may go by: its own name, and what that name stands for. */
function rootsOf(handler: Node, facts: FileFacts): ReadonlySet<Root> {
  const paths = [identityOf(handler, facts), pathOf(handler, facts.bindings)];
  return new Set(paths.flatMap((path) => (path ? [path.root] : [])));
}

function grouped<Item>(
  items: readonly Item[],
  keysOf: (item: Item) => Iterable<Root>,
): ReadonlyMap<Root, readonly Item[]> {
  const groups = new Map<Root, Item[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const known = groups.get(key);
      if (known) known.push(item);
      else groups.set(key, [item]);
    }
  }
  return groups;
}

/** Removals with the same capture flag that may name the handler of a registration, in source order. */
export function removalsNaming(
  { handler, capture }: Registration,
  facts: FileFacts,
): readonly Removal[] {
  const { all, byRoot } = facts.once('removals of abort listeners', () => {
    const removals = removalsOf(facts);
    const groups = grouped(removals, ({ given }) => rootsOf(given.handler, facts));
    return { all: new Map(removals.map((it, index) => [it, index])), byRoot: groups };
  });
  const found = new Set([...rootsOf(handler, facts)].flatMap((root) => byRoot.get(root) ?? []));
  return [...found]
    .filter((it) => it.capture === capture)
    .toSorted((a, b) => (all.get(a) ?? 0) - (all.get(b) ?? 0));
}

/** Is the handler registered once in the file? */
export function isAlone({ identity }: Registration, facts: FileFacts): boolean {
  if (!identity) return false;
  const registered = facts.once('handlers of abort listeners', () => {
    const paths = facts.calls.flatMap((call) => {
      const handler = abortListenerCall(call, 'addEventListener')?.handler;
      const isNamed = handler && unwrap(handler).type === 'Identifier';
      const path = isNamed ? pathOf(handler, facts.bindings) : undefined;
      return path ? [path] : [];
    });
    return grouped(paths, ({ root }) => [root]);
  });
  const others = registered.get(identity.root) ?? [];
  return others.filter((path) => isSamePath(path, identity)).length <= 1;
}
