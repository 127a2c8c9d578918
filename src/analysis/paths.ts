/**
 * Expressions -> the place that they read, so that two spellings of one thing compare equal.
 *
 * ```ts
 * options?.signal                    options, ['signal']
 * const { signal } = options; signal options, ['signal']
 * this.#lifetime.signal              'this', ['#lifetime', 'signal']
 * ```
 *
 * Not modelled: that a property may have been assigned between two reads; what getters return.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue, type Bindings, type Variable } from '../ast/bindings.ts';
import { keyName, memberName, unwrap } from '../ast/nodes.ts';

type Node = TSESTree.Node;

export interface ReadPath {
  /** A variable, `this`, or the name of something that no scope declares. */
  readonly root: Variable | string;
  readonly members: readonly string[];
}

const MAX_RENAMES = 6;

/** For `const { key } = object`, never written again: where the variable's value is read from. */
export function destructuredFrom(
  variable: Variable,
): { readonly object: Node; readonly key: string } | undefined {
  const [def] = variable.defs;
  if (variable.defs.length !== 1 || def?.node.type !== 'VariableDeclarator') return undefined;
  const { id, init } = def.node;
  if (!init || id.type !== 'ObjectPattern') return undefined;
  if (variable.references.some((it) => it.isWrite() && it.init !== true)) return undefined;
  for (const property of id.properties) {
    if (property.type !== 'Property') continue;
    const { value } = property;
    const target = value.type === 'AssignmentPattern' ? value.left : value;
    const key = target === def.name ? keyName(property.key, property.computed) : undefined;
    if (key !== undefined) return { object: init, key };
  }
  return undefined;
}

/** The default of `options ?? {}`, of which nothing can be read. */
function isEmptyObject(node: Node): boolean {
  return node.type === 'ObjectExpression' && node.properties.length === 0;
}

function readPath(node: Node, bindings: Bindings, renames: number): ReadPath | undefined {
  const it = unwrap(node);
  if (it.type === 'ThisExpression') return { root: 'this', members: [] };
  if (it.type === 'MemberExpression') {
    const name = memberName(it);
    const object = name === undefined ? undefined : readPath(it.object, bindings, renames);
    return object && { ...object, members: [...object.members, name ?? ''] };
  }
  if (it.type === 'LogicalExpression' && isEmptyObject(it.right)) {
    return readPath(it.left, bindings, renames);
  }
  if (it.type !== 'Identifier') return undefined;
  const variable = bindings.variableOf(it);
  if (!variable) return { root: it.name, members: [] };
  if (renames < MAX_RENAMES) {
    const value = constantValue(variable);
    const source = value && readPath(value, bindings, renames + 1);
    if (source) return source;
    const from = destructuredFrom(variable);
    const object = from && readPath(from.object, bindings, renames + 1);
    if (object) return { ...object, members: [...object.members, from.key] };
  }
  return { root: variable, members: [] };
}

/** Where the expression's value is read from; undefined for values that are computed. */
export function pathOf(node: Node, bindings: Bindings): ReadPath | undefined {
  return readPath(node, bindings, 0);
}

export function isSamePath(a: ReadPath, b: ReadPath): boolean {
  return (
    a.root === b.root &&
    a.members.length === b.members.length &&
    a.members.every((name, index) => name === b.members[index])
  );
}

/** The variable at the root, if it is one. */
export function rootOf(path: ReadPath | undefined): Variable | undefined {
  return path && typeof path.root !== 'string' ? path.root : undefined;
}
