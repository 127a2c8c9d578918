/** Who calls a function: all of its calls, as far as one file can tell. */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../ast/bindings.ts';
import { calleeName, callOf, keyName, nameOf, wrapped, type FunctionNode } from '../ast/nodes.ts';
import type { FileFacts } from './file.ts';

type Node = TSESTree.Node;

type Call = FileFacts['calls'][number];

/** All calls whose callee ends in one of these names, whatever it is a member of; in source order. */
export function callsNamed(names: Iterable<string>, { calls, once }: FileFacts): readonly Call[] {
  const byName = once('calls by name', () => {
    const found = new Map<string, Call[]>();
    for (const call of calls) {
      const name = calleeName(call);
      if (name === undefined) continue;
      const known = found.get(name);
      if (known) known.push(call);
      else found.set(name, [call]);
    }
    return found;
  });
  const found = [...names].flatMap((name) => byName.get(name) ?? []);
  return found.sort((a, b) => a.range[0] - b.range[0] || b.range[1] - a.range[1]);
}

/** All calls that certainly reach the function, in source order. */
export function callsTo(
  fn: FunctionNode,
  { bindings, calls, once }: FileFacts,
): readonly TSESTree.CallExpression[] {
  const byFunction = once('calls by function', () => {
    const found = new Map<FunctionNode, TSESTree.CallExpression[]>();
    for (const call of calls) {
      const callee = call.type === 'CallExpression' && bindings.functionOf(call.callee);
      if (!callee) continue;
      const known = found.get(callee);
      if (known) known.push(call);
      else found.set(callee, [call]);
    }
    return found;
  });
  return byFunction.get(fn) ?? [];
}

/** What holds the function under a name: `useCallback(fn, …)` is `fn` itself. */
function holderOf(value: Node): Node | undefined {
  const { parent } = wrapped(value);
  if (parent?.type !== 'CallExpression' || parent.callee === value) return parent;
  return calleeName(parent) === 'useCallback' ? wrapped(parent).parent : parent;
}

/** Is the function called through one of these names, or given another one? */
function isNamedIn({ references }: Variable): boolean {
  return references.some(
    ({ identifier, init }) =>
      init !== true &&
      (callOf(identifier) !== undefined || holderOf(identifier)?.type === 'VariableDeclarator'),
  );
}

/** Could `callsTo` find a call at all? Asked of names alone, before every callee of the file is looked up. */
export function mayBeCalled(fn: FunctionNode, facts: FileFacts): boolean {
  const holder = holderOf(fn);
  if (
    holder?.type === 'MethodDefinition' ||
    holder?.type === 'PropertyDefinition' ||
    holder?.type === 'Property'
  ) {
    const name = keyName(holder.key, holder.computed);
    if (name !== undefined && callsNamed([name], facts).length > 0) return true;
  }
  const ids = [fn.id, holder?.type === 'VariableDeclarator' ? holder.id : undefined];
  return ids.some((id) => {
    const variable = id ? facts.bindings.variableOf(id) : undefined;
    return variable !== undefined && isNamedIn(variable);
  });
}

export interface FunctionUses {
  readonly calls: readonly TSESTree.CallExpression[];
  /** Where it is meant, but not called. */
  readonly values: readonly Node[];
}

/** Every use of a function that other files cannot reach; undefined where they can. */
export function usesOf(fn: FunctionNode, facts: FileFacts): FunctionUses | undefined {
  if (fn.parent.type === 'MethodDefinition') {
    return isPrivate(fn.parent) ? { calls: callsTo(fn, facts), values: [] } : undefined;
  }
  const name = nameOf(fn);
  const variable = name && facts.bindings.variableOf(name);
  if (!variable || isExported(name)) return undefined;
  const calls: TSESTree.CallExpression[] = [];
  const values: Node[] = [];
  for (const { identifier } of variable.references) {
    const { parent } = identifier;
    if (identifier === name) continue;
    if (parent.type === 'CallExpression' && parent.callee === identifier) calls.push(parent);
    else values.push(identifier);
  }
  return { calls, values };
}

/** All calls of a function that nothing but calls refer to; undefined where it is used otherwise too. */
export function callsOf(
  fn: FunctionNode,
  facts: FileFacts,
): readonly TSESTree.CallExpression[] | undefined {
  const uses = usesOf(fn, facts);
  return uses?.values.length === 0 ? uses.calls : undefined;
}

/** Is a function that has a name nothing but a callback: handed to calls, and never called itself? */
export function isPassedOn(fn: FunctionNode, { bindings }: FileFacts): boolean {
  const name = nameOf(fn);
  const variable = name && bindings.variableOf(name);
  if (!variable || isExported(name)) return false;
  const uses = variable.references.filter(({ identifier }) => identifier !== name);
  return uses.every(({ identifier: { parent } }) =>
    /^(?:Call|New)Expression$/.test(parent.type)
      ? !('callee' in parent && variable.references.some((it) => it.identifier === parent.callee))
      : parent.type === 'Property',
  );
}

function isPrivate({ key, accessibility }: TSESTree.MethodDefinition): boolean {
  return key.type === 'PrivateIdentifier' || accessibility === 'private';
}

function isExported(name: Node): boolean {
  for (let at = name.parent; at; at = at.parent) {
    if (at.type.startsWith('Export')) return true;
    if (at.type === 'BlockStatement' || at.type === 'Program') return false;
  }
  return false;
}
