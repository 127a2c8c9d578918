/**
 * When closures of a function write its variables: at any time, or only where a helper is called that nothing but these
 * calls can reach.
 *
 * ```ts
 * let closed = false;
 * const close = async () => { closed = true; await client.destroy(); };
 * await work(client);             // does not write `closed`: nobody else has `close`
 * if (broken) await close();      // does
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Bindings, Variable } from '../ast/bindings.ts';
import { runsWithin, unitOf, type CodeUnit } from '../ast/functions.ts';
import { callOf, contains, isFunction, wrapped, type FunctionNode } from '../ast/nodes.ts';
import { closureAround } from './closures.ts';

type Node = TSESTree.Node;

/** The name that a function goes by, if it has one that never changes. */
function nameOf(fn: FunctionNode, bindings: Bindings): Variable | undefined {
  if (fn.type === 'FunctionDeclaration') return fn.id ? bindings.variableOf(fn.id) : undefined;
  const { parent } = wrapped(fn);
  const isConstant = parent?.type === 'VariableDeclarator' && parent.parent.kind === 'const';
  return isConstant ? bindings.variableOf(parent.id) : undefined;
}

/** The nodes at which such a helper runs; undefined when it can run at other times too. */
function runsOf(
  closure: CodeUnit | undefined,
  root: CodeUnit,
  bindings: Bindings,
): readonly Node[] | undefined {
  if (!closure || !isFunction(closure) || closure.generator) return undefined;
  const name = nameOf(closure, bindings);
  const runs: Node[] = [];
  for (const { identifier, init } of name?.references ?? []) {
    if (init === true) continue;
    const call = callOf(identifier);
    if (!call || !runsWithin(unitOf(call), root)) return undefined;
    const { parent } = wrapped(call);
    if (!closure.async) runs.push(call);
    else if (parent?.type === 'AwaitExpression') runs.push(call, parent);
    else return undefined;
  }
  return name && runs;
}

/**
 * The nodes of `root` at which closures of it may write the variable; `any-time` when nobody can tell. Code outside of
 * the function is taken to leave it alone.
 */
export function closureWrites(
  variable: Variable,
  root: CodeUnit,
  bindings: Bindings,
): readonly Node[] | 'any-time' {
  const nodes: Node[] = [];
  for (const reference of variable.references) {
    if (!reference.isWrite() || !contains(root, reference.identifier)) continue;
    if (runsWithin(unitOf(reference.identifier), root)) continue;
    const isOwn = contains(root, variable.scope.block);
    const closure = isOwn ? closureAround(reference.identifier, root) : undefined;
    const runs = runsOf(closure, root, bindings);
    if (!runs) return 'any-time';
    nodes.push(...runs);
  }
  return nodes;
}
