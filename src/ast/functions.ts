/** Which code runs as one unit: function-likes, and the functions that run inside another where they stand. */
import type { TSESTree } from '@typescript-eslint/utils';
import { callOf, isFunction, unwrap, wrapped, type FunctionNode } from './nodes.ts';

type Node = TSESTree.Node;

/** A piece of code that is evaluated as one: a function, the module, a static block, an initialiser. */
export type CodeUnit =
  | TSESTree.Program
  | FunctionNode
  | TSESTree.StaticBlock
  | TSESTree.PropertyDefinition
  | TSESTree.AccessorProperty;

/** The unit that evaluates a node. The key and the decorators of a property belong to the unit outside. */
export function unitOf(node: Node): CodeUnit {
  let child = node;
  let at = node.parent;
  while (at) {
    if (isFunction(at)) {
      // A name is evaluated by nobody; a parameter default and the body by the function.
      return at;
    }
    if (at.type === 'Program' || at.type === 'StaticBlock') return at;
    if (
      (at.type === 'PropertyDefinition' || at.type === 'AccessorProperty') &&
      at.value === child
    ) {
      return at;
    }
    child = at;
    at = at.parent;
  }
  return child as TSESTree.Program;
}

const SETTLEMENTS: ReadonlySet<string> = new Set(['then', 'catch', 'finally']);

/** `p.then(…)`, `p.catch(…)`, `p.finally(…)` */
export function isSettlement(node: Node): node is TSESTree.CallExpression {
  if (node.type !== 'CallExpression') return false;
  const callee = unwrap(node.callee);
  return (
    callee.type === 'MemberExpression' &&
    !callee.computed &&
    callee.property.type === 'Identifier' &&
    SETTLEMENTS.has(callee.property.name) &&
    // `MaybePromise.then(…)`: a function of a namespace, with an order of arguments of its own
    !(callee.object.type === 'Identifier' && /^[A-Z][a-z]/.test(callee.object.name))
  );
}

/** The arguments of a settlement that run when the promise settles. */
export function settlementCallbacks(call: TSESTree.CallExpression): readonly Node[] {
  const callee = unwrap(call.callee);
  const two =
    callee.type === 'MemberExpression' &&
    callee.property.type === 'Identifier' &&
    callee.property.name === 'then';
  return call.arguments.slice(0, two ? 2 : 1);
}

export function isPromiseConstruction(node: Node): node is TSESTree.NewExpression {
  return (
    node.type === 'NewExpression' &&
    node.callee.type === 'Identifier' &&
    node.callee.name === 'Promise'
  );
}

/**
 * The call or `new` at which a function runs as a part of the function around it: an immediately invoked function, a
 * promise executor, an inline callback of a settlement. Undefined for every other function.
 */
export function spliceSite(
  fn: FunctionNode,
): TSESTree.CallExpression | TSESTree.NewExpression | undefined {
  if (fn.type === 'FunctionDeclaration') return undefined;
  const invoked = callOf(fn);
  if (invoked) return fn.generator ? undefined : invoked;
  const outer = wrapped(fn);
  const { parent } = outer;
  if (!parent || fn.generator) return undefined;
  if (isPromiseConstruction(parent)) return parent.arguments[0] === outer ? parent : undefined;
  return isSettlement(parent) && settlementCallbacks(parent).includes(outer) ? parent : undefined;
}

/** Where a unit runs as a part of the one around it: also what a class evaluates once, where it stands. */
export function siteOf(unit: CodeUnit): Node | undefined {
  if (isFunction(unit)) return spliceSite(unit);
  if (unit.type === 'Program' || (unit.type !== 'StaticBlock' && !unit.static)) return undefined;
  return unit.parent.parent;
}

/** Is the unit evaluated as a part of `root`: the same, or spliced into it at some depth? */
export function runsWithin(unit: CodeUnit, root: CodeUnit): boolean {
  let at: CodeUnit = unit;
  while (at !== root) {
    const site = siteOf(at);
    if (!site) return false;
    at = unitOf(site);
  }
  return true;
}

/** Is the function awaited where it is called (`await (async () => …)()`)? */
export function isAwaited(call: Node): boolean {
  return wrapped(call).parent?.type === 'AwaitExpression';
}
