/** Syntax helpers that need no scopes: wrappers, names, walking. */
import type { TSESTree } from '@typescript-eslint/utils';

type Node = TSESTree.Node;

export type FunctionNode =
  TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression;

export function isFunction(node: Node): node is FunctionNode {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}

export type Loop =
  | TSESTree.WhileStatement
  | TSESTree.DoWhileStatement
  | TSESTree.ForStatement
  | TSESTree.ForOfStatement
  | TSESTree.ForInStatement;

const LOOPS: ReadonlySet<string> = new Set<`${Loop['type']}`>([
  'WhileStatement',
  'DoWhileStatement',
  'ForStatement',
  'ForOfStatement',
  'ForInStatement',
]);

export function isLoop(node: Node): node is Loop {
  return LOOPS.has(node.type);
}

/** Wrappers whose value is the value of their operand. Babel adds `ParenthesizedExpression`, of the same shape. */
export type Wrapper =
  | TSESTree.TSAsExpression
  | TSESTree.TSSatisfiesExpression
  | TSESTree.TSNonNullExpression
  | TSESTree.TSTypeAssertion
  | TSESTree.TSInstantiationExpression
  | TSESTree.ChainExpression;

const TRANSPARENT: ReadonlySet<string> = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
  'ChainExpression',
  'ParenthesizedExpression',
]);

export function isTransparent(node: Node): node is Wrapper {
  return TRANSPARENT.has(node.type);
}

/** The operand below any transparent wrappers. */
export function unwrap(node: Node): Node {
  let inner = node;
  while (isTransparent(inner)) inner = inner.expression;
  return inner;
}

/** The outermost transparent wrapper around a node, or the node itself. */
export function wrapped(node: Node): Node {
  let outer = node;
  while (outer.parent && isTransparent(outer.parent)) outer = outer.parent;
  return outer;
}

/** Marks a well-known symbol as a member name. */
const SYMBOL_PREFIX = '@@';

/**
 * The name of a property key: `a`, `'a'`, `0`, `#a`, or `@@dispose` for `[Symbol.dispose]`.
 * Undefined where only running the program can tell.
 */
export function keyName(key: Node, computed: boolean): string | undefined {
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  if (key.type === 'Identifier') return computed ? undefined : key.name;
  if (key.type === 'Literal') return String(key.value);
  if (key.type === 'TemplateLiteral' && key.expressions.length === 0) {
    return key.quasis[0]?.value.cooked ?? undefined;
  }
  if (
    key.type === 'MemberExpression' &&
    key.object.type === 'Identifier' &&
    key.object.name === 'Symbol' &&
    key.property.type === 'Identifier'
  ) {
    return SYMBOL_PREFIX + key.property.name;
  }
  return undefined;
}

export function memberName(node: TSESTree.MemberExpression): string | undefined {
  return keyName(node.property, node.computed);
}

/** The callee's last name: `f` of `f()`, `m` of `a.b.m()`. */
export function calleeName(
  call: TSESTree.CallExpression | TSESTree.NewExpression,
): string | undefined {
  const callee = unwrap(call.callee);
  if (callee.type === 'Identifier') return callee.name;
  return callee.type === 'MemberExpression' ? memberName(callee) : undefined;
}

/** Is this the callee, however wrapped, of a call? Gives that call. */
export function callOf(callee: Node): TSESTree.CallExpression | undefined {
  const outer = wrapped(callee);
  const { parent } = outer;
  return parent?.type === 'CallExpression' && parent.callee === outer ? parent : undefined;
}

/** Does `outer` contain `inner` (or is it the same node)? */
export function contains(outer: Node, inner: Node): boolean {
  return outer.range[0] <= inner.range[0] && inner.range[1] <= outer.range[1];
}

/** Holes of arrays and absent parts are `null`, or not there at all. */
type Child = Node | null | undefined;

function isList(value: Node | readonly Child[]): value is readonly Child[] {
  return Array.isArray(value);
}

export type VisitorKeys = Readonly<Record<string, readonly string[] | undefined>>;

/**
 * Visits a tree in source order without recursion, so that depth costs no stack.
 * `enter` returning false skips the children.
 */
export function walk(
  root: Node,
  visitorKeys: VisitorKeys,
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a callback that need not answer
  enter: (node: Node) => boolean | void,
): void {
  const stack: Node[] = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (enter(node) === false) continue;
    const keys = visitorKeys[node.type] ?? [];
    for (let k = keys.length - 1; k >= 0; k -= 1) {
      const value = (node as unknown as Record<string, Child | readonly Child[]>)[keys[k] ?? ''];
      if (!value) continue;
      if (!isList(value)) {
        stack.push(value);
        continue;
      }
      for (let i = value.length - 1; i >= 0; i -= 1) {
        const child = value[i];
        if (child) stack.push(child);
      }
    }
  }
}

/** Does some node of the body, functions inside left out, satisfy the test? */
export function holds(
  body: Node,
  visitorKeys: VisitorKeys,
  test: (node: Node) => boolean,
): boolean {
  const found: Node[] = [];
  walk(body, visitorKeys, (node) => {
    if (test(node)) found.push(node);
    return found.length === 0 && !isFunction(node);
  });
  return found.length > 0;
}

/** The name that a function is declared or bound under. */
export function nameOf(fn: FunctionNode): TSESTree.Identifier | null | undefined {
  if (fn.type === 'FunctionDeclaration') return fn.id;
  const { parent } = fn;
  return parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier'
    ? parent.id
    : undefined;
}
