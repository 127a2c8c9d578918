/**
 * Is an expression, evaluated in a loop, one and the same promise each time?
 *
 * ```ts
 * const closed = once(socket, 'close');
 * let pending = it.next();
 * for (;;) {
 *   await Promise.race([closed, pending, this.#stopped, this.ended()]);
 *   pending = it.next();          // replaced: no
 * }                               // closed, this.#stopped: yes; this.ended(): if it returns a stored promise
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { isSettlement } from '../../ast/functions.ts';
import { contains, isFunction, keyName, memberName, unwrap, walk } from '../../ast/nodes.ts';
import type { FunctionNode } from '../../ast/nodes.ts';
import type { FileFacts } from '../file.ts';
import { hostOf } from '../function-uses.ts';
import { isSamePath, pathOf, type ReadPath } from '../paths.ts';

type Node = TSESTree.Node;

const MAX_DEPTH = 4;

/** Does `arm`, evaluated in the loop, give a promise that is older than this round of the loop? */
export function standingPromise(arm: Node, loop: Node, facts: FileFacts): boolean {
  return isStanding(arm, loop, facts, 0);
}

function isStanding(arm: Node, loop: Node, facts: FileFacts, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  const it = unwrap(arm);
  const inner = (node: Node): boolean => isStanding(node, loop, facts, depth + 1);
  switch (it.type) {
    case 'Identifier': {
      const variable = facts.bindings.variableOf(it);
      return variable !== undefined && isStandingVariable(variable, loop, inner);
    }
    case 'MemberExpression':
      return isStandingMember(it, loop, facts, depth);
    case 'ConditionalExpression':
      return inner(it.consequent) || inner(it.alternate);
    case 'LogicalExpression':
      return inner(it.left) || inner(it.right);
    case 'CallExpression': {
      // A reaction of its own each time, on the same promise.
      const callee = unwrap(it.callee);
      if (isSettlement(it) && callee.type === 'MemberExpression') return inner(callee.object);
      const fn = facts.bindings.functionOf(callee);
      return fn !== undefined && givesStored(fn, loop, facts, depth + 1);
    }
    default:
      return false;
  }
}

/** Is the variable written in the loop, or by a function that may run at any time? */
function isReplaced(variable: Variable, loop: Node): boolean {
  const host = hostOf(loop);
  return variable.references.some((reference) => {
    if (!reference.isWrite()) return false;
    const { identifier, init } = reference;
    return contains(loop, identifier) || (init !== true && hostOf(identifier) !== host);
  });
}

function isStandingVariable(
  variable: Variable,
  loop: Node,
  inner: (node: Node) => boolean,
): boolean {
  const [def] = variable.defs;
  if (!def) return false;
  if (contains(loop, def.name)) {
    // A name for something older, given anew each time.
    const init =
      def.node.type === 'VariableDeclarator' && def.node.id === def.name ? def.node.init : null;
    return (
      init != null && variable.references.filter((it) => it.isWrite()).length === 1 && inner(init)
    );
  }
  if (isReplaced(variable, loop)) return false;
  if (def.type === 'Parameter') return true;
  if (def.node.type !== 'VariableDeclarator') return def.type === 'ImportBinding';
  return variable.references.every(({ writeExpr }) => !writeExpr || isPromise(writeExpr));
}

/** An awaited value, a literal or a function is no promise. */
function isPromise(value: Node): boolean {
  const it = unwrap(value);
  if (it.type === 'AwaitExpression') {
    // `const { closed } = await open()` takes a promise out of what was awaited.
    const { parent } = it;
    return parent.type === 'VariableDeclarator' && parent.id.type === 'ObjectPattern';
  }
  return !/^(?:Literal|TemplateLiteral|ArrayExpression)$/.test(it.type) && !isFunction(it);
}

/** Is a property of the path, or the thing it is read from, assigned anywhere but in a constructor? */
function isPathReplaced(path: ReadPath, { bindings, sourceCode }: FileFacts): boolean {
  let replaced = false;
  walk(sourceCode.ast, sourceCode.visitorKeys, (node) => {
    if (replaced) return false;
    if (node.type !== 'AssignmentExpression' || node.left.type !== 'MemberExpression') return true;
    const target = pathOf(node.left, bindings);
    if (!target || target.members.length > path.members.length) return true;
    const prefix = { root: path.root, members: path.members.slice(0, target.members.length) };
    if (isSamePath(prefix, target) && !isInConstructor(node)) replaced = true;
    return true;
  });
  return replaced;
}

function isInConstructor(node: Node): boolean {
  const host = hostOf(node);
  const method = host?.parent;
  return method?.type === 'MethodDefinition' && method.kind === 'constructor';
}

function isStandingMember(
  member: TSESTree.MemberExpression,
  loop: Node,
  facts: FileFacts,
  depth: number,
): boolean {
  const path = pathOf(member, facts.bindings);
  if (!path || isPathReplaced(path, facts)) return false;
  if (path.root === 'this') {
    const getter = getterOf(member, memberName(member));
    return getter ? givesStored(getter, loop, facts, depth + 1) : true;
  }
  if (typeof path.root === 'string') return false;
  const [def] = path.root.defs;
  if (!def || contains(loop, def.name) || isReplaced(path.root, loop)) return false;
  return def.type === 'Parameter' || def.type === 'Variable' || def.type === 'ImportBinding';
}

function getterOf(member: Node, name: string | undefined): FunctionNode | undefined {
  let at: Node | undefined = member;
  while (at && at.type !== 'ClassBody') at = at.parent;
  if (!at) return undefined;
  const getter = at.body.find(
    (element) =>
      element.type === 'MethodDefinition' &&
      element.kind === 'get' &&
      keyName(element.key, element.computed) === name,
  );
  const value = getter?.type === 'MethodDefinition' ? getter.value : undefined;
  return value && isFunction(value) ? value : undefined;
}

/** Does the function give out a promise that somebody keeps? */
function givesStored(fn: FunctionNode, loop: Node, facts: FileFacts, depth: number): boolean {
  const body = fn.body as Node;
  let returned: Node | null = body;
  if (body.type === 'BlockStatement') {
    const [only] = body.body;
    returned = body.body.length === 1 && only?.type === 'ReturnStatement' ? only.argument : null;
  }
  const it = returned && unwrap(returned);
  if (!it || (it.type !== 'Identifier' && it.type !== 'MemberExpression')) return false;
  const variable = it.type === 'Identifier' ? facts.bindings.variableOf(it) : undefined;
  if (variable && contains(fn, variable.scope.block)) return false;
  return isStanding(it, loop, facts, depth);
}
