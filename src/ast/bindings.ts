/** Scope questions: what does a name refer to, which function does a call reach? */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { calleeName, isFunction, keyName, memberName, unwrap, type FunctionNode } from './nodes.ts';

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

/** The one value that a variable without initialiser is ever given: `let tick; tick = () => …`. */
function laterValue({ defs, references }: Variable): Node | undefined {
  const [def] = defs;
  if (defs.length !== 1 || def?.node.type !== 'VariableDeclarator' || def.node.init)
    return undefined;
  const [write, ...others] = references.filter((reference) => reference.isWrite());
  const assignment = others.length === 0 ? write?.identifier.parent : undefined;
  return assignment?.type === 'AssignmentExpression' && assignment.operator === '='
    ? assignment.right
    : undefined;
}

type ClassBody = TSESTree.ClassBody;

function methodOf(
  { body }: ClassBody,
  name: string,
  isWanted: (element: TSESTree.MethodDefinition | TSESTree.PropertyDefinition) => boolean,
): FunctionNode | undefined {
  for (const element of body) {
    if (element.type !== 'MethodDefinition' && element.type !== 'PropertyDefinition') continue;
    if (keyName(element.key, element.computed) !== name || !isWanted(element)) continue;
    // A signature without a body.
    if ((element.value?.type as string | undefined) === 'TSEmptyBodyFunctionExpression') continue;
    // What a getter returns is called, not the getter.
    if (element.type === 'MethodDefinition' && element.kind !== 'method') return undefined;
    return element.value && isFunction(element.value) ? element.value : undefined;
  }
  return undefined;
}

function propertyOf(object: TSESTree.ObjectExpression, name: string): Node | undefined {
  for (const property of object.properties) {
    if (property.type !== 'Property' || property.kind !== 'init') continue;
    if (keyName(property.key, property.computed) === name) return property.value;
  }
  return undefined;
}

function functionIn(
  object: TSESTree.ObjectExpression | undefined,
  name: string,
): FunctionNode | undefined {
  const value = object && propertyOf(object, name);
  return value && isFunction(value) ? value : undefined;
}

/** The `methods` that the options of a component give to its `this`. */
function methodsOf(object: TSESTree.ObjectExpression): TSESTree.ObjectExpression | undefined {
  const methods = propertyOf(object, 'methods');
  return methods?.type === 'ObjectExpression' ? methods : undefined;
}

/** What `this.name` is at this place: a method of the class, or of the object literal, around it. */
function methodNamed(from: Node, name: string): FunctionNode | undefined {
  /** Where `this` comes from: nothing yet, a method of the next object, or one of an object further in. */
  let owner: 'unknown' | 'next' | 'inner' = 'unknown';
  for (let at: Node | undefined = from; at; at = at.parent) {
    if (at.type === 'ClassBody') return methodOf(at, name, () => true);
    if (isFunction(at) && at.type !== 'ArrowFunctionExpression') {
      owner = at.parent.type === 'Property' ? 'next' : 'unknown';
    }
    if (at.type !== 'ObjectExpression' || owner === 'unknown') continue;
    const found =
      (owner === 'next' ? functionIn(at, name) : undefined) ?? functionIn(methodsOf(at), name);
    if (found) return found;
    owner = 'inner';
  }
  return undefined;
}

/** `Class.method`, `object.method`, where the name stands for one class, or one object literal, for good. */
function memberOfNamed(variable: Variable, name: string): FunctionNode | undefined {
  const [def] = variable.defs;
  if (def?.type === 'ClassName') return methodOf(def.node.body, name, (it) => it.static);
  const value = constantValue(variable);
  const object = value && unwrap(value);
  return object?.type === 'ObjectExpression' ? functionIn(object, name) : undefined;
}

/** `poller.run = …` */
function isReplaced({ references }: Variable, name: string): boolean {
  return references.some(({ identifier: { parent } }) => {
    const isNamed = parent.type === 'MemberExpression' && memberName(parent) === name;
    return (
      isNamed && parent.parent.type === 'AssignmentExpression' && parent.parent.left === parent
    );
  });
}

/** `new Poller()`, or a variable that has it for good: a method of that class. */
function memberOfInstance(
  object: Node,
  name: string,
  variableOf: Bindings['variableOf'],
): FunctionNode | undefined {
  const variable = variableOf(object);
  const made = unwrap((variable && constantValue(variable)) ?? object);
  const [def] = (made.type === 'NewExpression' ? variableOf(made.callee)?.defs : undefined) ?? [];
  if (def?.type !== 'ClassName' || (variable && isReplaced(variable, name))) return undefined;
  return methodOf(def.node.body, name, (it) => !it.static);
}

/** React's `useCallback(fn, …)` is `fn`. */
function memoised(value: Node): Node | undefined {
  const isHook = value.type === 'CallExpression' && calleeName(value) === 'useCallback';
  return isHook ? value.arguments[0] : undefined;
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
  const resolve = (callee: Node, depth: number): FunctionNode | undefined => {
    const target = unwrap(callee);
    if (isFunction(target)) return target;
    if (target.type === 'Identifier') {
      const variable = variables.get(target);
      const value = variable && (constantValue(variable) ?? laterValue(variable));
      // The bound keeps `const a = b, b = a` from looping; a chain of four renames is already odd.
      return value && depth < 4 ? resolve(value, depth + 1) : undefined;
    }
    if (target.type === 'MemberExpression') {
      const name = memberName(target);
      if (name === undefined) return undefined;
      if (target.object.type === 'ThisExpression') return methodNamed(target, name);
      const variable = variables.get(target.object);
      return (
        (variable && memberOfNamed(variable, name)) ??
        memberOfInstance(unwrap(target.object), name, (it) => variables.get(it))
      );
    }
    const inner = memoised(target);
    return inner && depth < 4 ? resolve(inner, depth + 1) : undefined;
  };
  // All rules ask about the same callees.
  const resolved = new Map<Node, FunctionNode | undefined>();
  return {
    variableOf: (identifier) => variables.get(identifier),
    functionOf: (callee) => {
      if (!resolved.has(callee)) resolved.set(callee, resolve(callee, 0));
      return resolved.get(callee);
    },
    usesArguments: (fn) =>
      (scopeManager.acquire(fn)?.set.get('arguments')?.references.length ?? 0) > 0,
  };
}
