/** Scope questions: what does a name refer to, which function does a call reach? */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { isFunction, keyName, memberName, unwrap, type FunctionNode } from './nodes.ts';

type Node = TSESTree.Node;
export type Variable = TSESLint.Scope.Variable;

export interface Bindings {
  /** The variable that an identifier declares, reads or writes. */
  readonly variableOf: (identifier: Node) => Variable | undefined;
  /** The function of this file that a callee or function value reaches, if that is certain. */
  readonly functionOf: (callee: Node) => FunctionNode | undefined;
  /** Does the function read `arguments`? */
  readonly usesArguments: (fn: FunctionNode) => boolean;
}

/** The one value a variable ever has, where the source shows it: a `const` initialiser or a function declaration. */
export function constantValue(variable: Variable): Node | undefined {
  if (variable.defs.length !== 1) return undefined;
  const def = variable.defs[0];
  // A parameter's definition points at its function too.
  if (def?.type === 'FunctionName') {
    return variable.references.some((reference) => reference.isWrite()) ? undefined : def.node;
  }
  if (def?.node.type !== 'VariableDeclarator' || def.node.id.type !== 'Identifier')
    return undefined;
  const once =
    def.node.parent.kind === 'const' ||
    variable.references.every((reference) => !reference.isWrite() || reference.init === true);
  return once ? (def.node.init ?? undefined) : undefined;
}

function methodNamed(from: Node, name: string): FunctionNode | undefined {
  let at: Node | undefined = from;
  while (at && at.type !== 'ClassBody') at = at.parent;
  const member = at?.body.find(
    (element) =>
      (element.type === 'MethodDefinition' || element.type === 'PropertyDefinition') &&
      keyName(element.key, element.computed) === name,
  );
  if (member?.type !== 'MethodDefinition' && member?.type !== 'PropertyDefinition')
    return undefined;
  // What a getter returns is called, not the getter.
  if (member.type === 'MethodDefinition' && member.kind !== 'method') return undefined;
  return member.value && isFunction(member.value) ? member.value : undefined;
}

/** Builds the lookup tables of one file: linear in its identifiers, done once. */
export function bindingsOf(scopeManager: TSESLint.Scope.ScopeManager): Bindings {
  const variables = new Map<Node, Variable>();
  for (const scope of scopeManager.scopes) {
    for (const reference of scope.references) {
      if (reference.resolved) variables.set(reference.identifier, reference.resolved);
    }
    for (const variable of scope.variables) {
      for (const identifier of variable.identifiers) variables.set(identifier, variable);
    }
  }
  const functionOf = (callee: Node, depth = 0): FunctionNode | undefined => {
    const target = unwrap(callee);
    if (isFunction(target)) return target;
    if (target.type === 'Identifier') {
      const variable = variables.get(target);
      const value = variable && constantValue(variable);
      // The bound keeps `const a = b, b = a` from looping; a chain of four renames is already odd.
      return value && depth < 4 ? functionOf(value, depth + 1) : undefined;
    }
    if (target.type === 'MemberExpression' && target.object.type === 'ThisExpression') {
      const name = memberName(target);
      return name === undefined ? undefined : methodNamed(target, name);
    }
    return undefined;
  };
  return {
    variableOf: (identifier) => variables.get(identifier),
    functionOf,
    usesArguments: (fn) =>
      (scopeManager.acquire(fn)?.set.get('arguments')?.references.length ?? 0) > 0,
  };
}
