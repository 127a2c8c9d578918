/** The fields that code reaches through its own `this`, and one of them as a variable of the method that uses it. */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../ast/bindings.ts';
import { unitOf, type CodeUnit } from '../ast/functions.ts';
import { unwrap } from '../ast/nodes.ts';
import type { FileFacts } from './file.ts';
import { isWritten, membersOf } from './members.ts';

type Node = TSESTree.Node;

export interface ThisMember {
  readonly node: TSESTree.MemberExpression;
  /** The function whose `this` it is. */
  readonly host: CodeUnit;
}

/** The function or initialiser whose `this` a node sees. */
export function thisHost(node: Node): CodeUnit {
  let unit = unitOf(node);
  while (unit.type === 'ArrowFunctionExpression') unit = unitOf(unit);
  return unit;
}

/** All `this.name` of the file. */
export function thisMembers(name: string, facts: FileFacts): readonly ThisMember[] {
  return membersOf(facts)
    .named(name)
    .filter((node) => unwrap(node.object).type === 'ThisExpression')
    .map((node) => ({ node, host: thisHost(node) }));
}

/** What the engine asks of a variable, for the members of one field in one method: it then need not know of fields. */
export function fieldVariable(
  field: string,
  root: CodeUnit,
  members: readonly TSESTree.MemberExpression[],
): Variable {
  const references = members.map((identifier) => {
    const writes = isWritten(identifier);
    return { identifier, isRead: () => !writes, isWrite: () => writes, init: false };
  });
  const variable = {
    name: `this.${field}`,
    references,
    identifiers: [],
    defs: [],
    scope: { block: root },
  };
  return variable as unknown as Variable;
}
