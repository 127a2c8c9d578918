/**
 * What a function can do with a handle that reaches it: variable -> the strongest thing that some use of it does.
 *
 * This looks at no path: a helper that *can* release counts as releasing, because once-guards
 * (`if (settled) return; settled = true; cancel()`) make the other paths right. Recursion ends at "does nothing".
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Bindings, Variable } from '../ast/bindings.ts';
import { constantValue } from '../ast/bindings.ts';
import { unitOf } from '../ast/functions.ts';
import { contains, isFunction, nameOf, unwrap, type FunctionNode } from '../ast/nodes.ts';
import type { FileFacts } from './file.ts';
import { ANY, inside, PART, WHOLE, type Key, type Release } from './keys.ts';
import { leavesOf } from './patterns.ts';
import { usesOf, type Use } from './uses.ts';

type Node = TSESTree.Node;

/** In ascending order: it is only looked at; somebody else may release it from now on; it is released. */
export type Strength = 'none' | 'handover' | 'release';

const ORDER: Readonly<Record<Strength, number>> = { none: 0, handover: 1, release: 2 };

export function stronger(a: Strength, b: Strength): Strength {
  return ORDER[a] >= ORDER[b] ? a : b;
}

/** Which handle is followed: how it is released, and the region of code whose uses count. */
interface Follow {
  readonly release: Release;
  readonly within: Node;
  /** The function with which local containers die, when `within` is a closure of it. */
  readonly home?: Node;
}

export interface Ownership {
  /** The strongest thing that uses of the variable inside `within` do with the handle under `key`. */
  readonly strengthOf: (variable: Variable, key: Key, follow: Follow) => Strength;
  readonly strengthOfUse: (use: Use, follow: Follow) => Strength;
  /** What the callee does with this argument; undefined when nothing is known of it. */
  readonly strengthOfArgument: (
    call: TSESTree.CallExpression | TSESTree.NewExpression,
    argument: Node,
    key: Key,
    release: Release,
  ) => Strength | undefined;
  /** What a function of this file does with an argument of a call, which may stand in another file. */
  readonly strengthOfParameter: (
    fn: FunctionNode,
    call: TSESTree.CallExpression,
    argument: Node,
    key: Key,
    release: Release,
  ) => Strength;
  /** The key under which a function of this file returns this argument, when it does nothing else with it. */
  readonly returnedKey: (
    call: TSESTree.CallExpression,
    argument: Node,
    key: Key,
    release: Release,
  ) => Key | undefined;
  /** Does a container that this variable holds die with the code in `within`? */
  readonly diesIn: (container: Variable, within: Node) => boolean;
}

const CONTAINERS: ReadonlySet<string> = new Set([
  'Array',
  'Map',
  'Set',
  'DisposableStack',
  'AsyncDisposableStack',
]);

function isFreshContainer(value: Node): boolean {
  const fresh = unwrap(value);
  if (fresh.type === 'ObjectExpression' || fresh.type === 'ArrayExpression') return true;
  return (
    fresh.type === 'NewExpression' &&
    fresh.callee.type === 'Identifier' &&
    CONTAINERS.has(fresh.callee.name)
  );
}

function isUsing(variable: Variable): boolean {
  const declaration = variable.defs[0]?.parent;
  return declaration?.type === 'VariableDeclaration' && declaration.kind.endsWith('using');
}

export function isDeclaredIn(variable: Variable, within: Node): boolean {
  return contains(within, variable.scope.block);
}

/** The pattern that a loop binds each item to, and the key under which the item has the handle. */
function itemPattern(
  { target, key }: Use & { readonly kind: 'iterate' },
  { release }: Follow,
): [Node, Key] {
  const pattern = target.type === 'VariableDeclaration' ? target.declarations[0].id : target;
  // The items of a map are pairs of a key and a value.
  const isPair = key === WHOLE || (key === PART && !release.keys.has('1'));
  const value = pattern.type === 'ArrayPattern' && isPair ? pattern.elements[1] : undefined;
  return [value ?? pattern, key];
}

/** The parameter pattern that receives an argument, and the key under which it has the handle. */
function parameterFor(
  fn: FunctionNode,
  call: TSESTree.CallExpression,
  argument: Node,
  key: Key,
): { readonly pattern: Node; readonly key: Key } | undefined {
  const index = call.arguments.findIndex((it) => it === argument);
  const last = fn.params.at(-1);
  if (index < 0) return undefined;
  if (last?.type === 'RestElement' && index >= fn.params.length - 1) {
    return { pattern: last.argument, key: inside(ANY, key) };
  }
  const pattern = fn.params[index];
  return pattern && { pattern, key };
}

/** Past this depth of calls within calls nobody can say any more what happens to the handle. */
const MAX_DEPTH = 64;

interface Search {
  readonly bindings: Bindings;
  readonly elsewhere: FileFacts['elsewhere'];
  /** Questions being answered: asked again, they add nothing. */
  readonly open: Set<string>;
  readonly idOf: (thing: object) => number;
}

/** Does the node stand in this code, and in no function of it that nobody ever names? */
export function mayRun(bindings: Bindings, node: Node, within: Node): boolean {
  if (!contains(within, node)) return false;
  for (let unit = unitOf(node); unit !== within && contains(within, unit); unit = unitOf(unit)) {
    const name = isFunction(unit) ? nameOf(unit) : undefined;
    const variable = name && bindings.variableOf(name);
    if (variable?.references.every((reference) => !reference.isRead()) === true) return false;
  }
  return true;
}

function strengthOf(search: Search, variable: Variable, key: Key, follow: Follow): Strength {
  const { open, idOf } = search;
  const name = `${String(idOf(variable))} ${key} ${String(idOf(follow.within))}`;
  if (open.has(name)) return 'none';
  if (open.size > MAX_DEPTH) return 'handover';
  open.add(name);
  let strongest: Strength = 'none';
  for (const reference of variable.references) {
    if (!reference.isRead() || !mayRun(search.bindings, reference.identifier, follow.within))
      continue;
    for (const use of usesOf(reference.identifier, key, follow.release.keys)) {
      strongest = stronger(strongest, strengthOfUse(search, use, follow));
    }
    if (strongest === 'release') break;
  }
  open.delete(name);
  return strongest;
}

/** The strongest thing done with what a pattern of the function `within` binds. */
function strengthOfPattern(search: Search, pattern: Node, key: Key, follow: Follow): Strength {
  return leavesOf(pattern, key, follow.release.keys)
    .map((leaf): Strength => {
      const variable = search.bindings.variableOf(leaf.target);
      return variable ? strengthOf(search, variable, leaf.key, follow) : 'handover';
    })
    .reduce(stronger, 'none');
}

function strengthOfCallback(
  search: Search,
  callback: Node,
  key: Key,
  { release }: Follow,
): Strength {
  if (release.byArgument(callback)) return 'release';
  const fn = search.bindings.functionOf(callback);
  if (!fn) return 'handover';
  const [pattern] = fn.params;
  return pattern ? strengthOfPattern(search, pattern, key, { release, within: fn }) : 'none';
}

function strengthOfArgument(
  search: Search,
  call: TSESTree.CallExpression | TSESTree.NewExpression,
  argument: Node,
  key: Key,
  release: Release,
): Strength | undefined {
  if (release.byArgument(call.callee)) {
    return call.arguments[release.argument ?? 0] === argument ? 'release' : 'none';
  }
  const unknown: Strength | undefined = release.lent(call) ? 'none' : undefined;
  if (call.type === 'NewExpression') return unknown;
  const fn = search.bindings.functionOf(call.callee);
  if (fn) return strengthOfParameter(search, fn, call, argument, key, release);
  const there = search.elsewhere(call.callee);
  if (!there || !isFunction(there.value)) return unknown;
  const { ownership } = there.facts;
  return ownership.strengthOfParameter(there.value, call, argument, key, release);
}

function strengthOfParameter(
  search: Search,
  fn: FunctionNode,
  call: TSESTree.CallExpression,
  argument: Node,
  key: Key,
  release: Release,
): Strength {
  const unclear = call.arguments.some((it) => it.type === 'SpreadElement');
  if (unclear || search.bindings.usesArguments(fn)) return 'handover';
  const parameter = parameterFor(fn, call, argument, key);
  if (!parameter) return 'none';
  return strengthOfPattern(search, parameter.pattern, parameter.key, { release, within: fn });
}

function returnedKey(
  { bindings }: Search,
  call: TSESTree.CallExpression,
  argument: Node,
  key: Key,
  release: Release,
): Key | undefined {
  const fn = bindings.functionOf(call.callee);
  const parameter = fn && parameterFor(fn, call, argument, key);
  const variable = parameter && bindings.variableOf(parameter.pattern);
  if (!fn || !variable) return undefined;
  const uses = variable.references
    .filter((reference) => reference.isRead())
    .flatMap(({ identifier }) => usesOf(identifier, key, release.keys))
    .filter((use) => use.kind !== 'drop');
  const [first] = uses;
  if (first?.kind !== 'return') return undefined;
  const same = uses.every(
    (use) => use.kind === 'return' && use.key === first.key && unitOf(use.at) === fn,
  );
  return same ? first.key : undefined;
}

function strengthOfUse(search: Search, use: Use, follow: Follow): Strength {
  const { bindings } = search;
  switch (use.kind) {
    case 'release':
    case 'handover':
      return use.kind;
    case 'store':
    case 'return':
      return 'handover';
    case 'drop':
      return 'none';
    case 'bind': {
      const variable = bindings.variableOf(use.at);
      if (!variable || !isDeclaredIn(variable, follow.within)) return 'handover';
      return strengthOf(search, variable, use.key, follow);
    }
    case 'put': {
      const container = bindings.variableOf(use.container);
      const { release, within, home = within } = follow;
      if (!container || !diesIn(container, home)) return 'handover';
      return strengthOf(search, container, use.key, { release, within: home });
    }
    case 'argument':
      return (
        strengthOfArgument(search, use.at, use.argument, use.key, follow.release) ?? 'handover'
      );
    case 'element-callback':
      return strengthOfCallback(search, use.callback, use.key, follow);
    case 'iterate':
      return strengthOfPattern(search, ...itemPattern(use, follow), follow);
  }
}

function diesIn(container: Variable, within: Node): boolean {
  if (!isDeclaredIn(container, within) || isUsing(container)) return false;
  const value = constantValue(container);
  return value !== undefined && !isFunction(value) && isFreshContainer(value);
}

export function ownershipOf(bindings: Bindings, elsewhere: FileFacts['elsewhere']): Ownership {
  const ids = new Map<object, number>();
  const idOf = (thing: object): number => {
    const id = ids.get(thing) ?? ids.size;
    ids.set(thing, id);
    return id;
  };
  const search: Search = { bindings, elsewhere, open: new Set(), idOf };
  return {
    strengthOf: (variable, key, follow) => strengthOf(search, variable, key, follow),
    strengthOfUse: (use, follow) => strengthOfUse(search, use, follow),
    strengthOfArgument: (call, argument, key, release) =>
      strengthOfArgument(search, call, argument, key, release),
    strengthOfParameter: (fn, call, argument, key, release) =>
      strengthOfParameter(search, fn, call, argument, key, release),
    returnedKey: (call, argument, key, release) =>
      returnedKey(search, call, argument, key, release),
    diesIn,
  };
}
