/**
 * Where a value comes from: an expression -> the module or global object it is read from, and the path of names to it.
 *
 * ```ts
 * import { setInterval as every } from 'node:timers';   // every: timers, ['setInterval']
 * const { clearInterval: stop } = globalThis;           // stop: global, ['clearInterval']
 * window.setTimeout                                     // global, ['setTimeout']
 * ```
 *
 * Not followed: variables that are written twice, parameters, properties of the file's own objects, other files.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Bindings, Variable } from './bindings.ts';
import { keyName, memberName, unwrap } from './nodes.ts';

type Node = TSESTree.Node;

export interface Origin {
  /** The module without its prefix `node:`, or {@link GLOBAL}. */
  readonly source: string;
  /** Empty: the module, or the global object, itself. */
  readonly path: readonly string[];
}

/** The source of what no module provides. No module specifier is empty. */
export const GLOBAL = '';

const GLOBAL_OBJECTS: ReadonlySet<string> = new Set(['globalThis', 'window', 'self', 'global']);

/** Bounds steps from expression to expression: names may refer to each other in circles. */
const MAX_DEPTH = 12;

function moduleOrigin(specifier: unknown): Origin | undefined {
  return typeof specifier === 'string'
    ? { source: specifier.replace(/^node:/, ''), path: [] }
    : undefined;
}

function memberOrigin(object: Origin | undefined, name: string | undefined): Origin | undefined {
  if (object === undefined || name === undefined) return undefined;
  const { source, path } = object;
  const isSame =
    path.length === 0 && (source === GLOBAL ? GLOBAL_OBJECTS.has(name) : name === 'default');
  return isSame ? object : { source, path: [...path, name] };
}

/** The keys from the whole of an object pattern to one of its leaves. */
function keysTo(leaf: Node, pattern: Node): readonly (string | undefined)[] | undefined {
  if (pattern === leaf) return [];
  if (pattern.type === 'AssignmentPattern') return keysTo(leaf, pattern.left);
  if (pattern.type !== 'ObjectPattern') return undefined;
  for (const property of pattern.properties) {
    if (property.type !== 'Property') continue;
    const below = keysTo(leaf, property.value);
    if (below) return [keyName(property.key, property.computed), ...below];
  }
  return undefined;
}

function importOrigin(binding: Node, parent: Node | null | undefined): Origin | undefined {
  if (binding.type === 'TSImportEqualsDeclaration') {
    const { moduleReference } = binding;
    return moduleReference.type === 'TSExternalModuleReference'
      ? moduleOrigin(moduleReference.expression.value)
      : undefined;
  }
  if (parent?.type !== 'ImportDeclaration') return undefined;
  const whole = moduleOrigin(parent.source.value);
  return binding.type === 'ImportSpecifier'
    ? memberOrigin(whole, keyName(binding.imported, false))
    : whole;
}

function variableOrigin(variable: Variable, bindings: Bindings, depth: number): Origin | undefined {
  const [def] = variable.defs;
  if (!def || variable.defs.length > 1) return undefined;
  if (def.type === 'ImportBinding') return importOrigin(def.node, def.parent);
  if (def.node.type !== 'VariableDeclarator' || !def.node.init) return undefined;
  const isRewritten = variable.references.some((it) => it.isWrite() && it.init !== true);
  const keys = isRewritten ? undefined : keysTo(def.name, def.node.id);
  return keys?.reduce(memberOrigin, originOf(def.node.init, bindings, depth + 1));
}

function same(a: Origin | undefined, b: Origin | undefined): Origin | undefined {
  return a?.source === b?.source && a?.path.join('.') === b?.path.join('.') ? a : undefined;
}

function callOrigin(
  call: TSESTree.CallExpression,
  bindings: Bindings,
  depth: number,
): Origin | undefined {
  const callee = unwrap(call.callee);
  const [argument] = call.arguments;
  if (callee.type === 'Identifier') {
    const isRequire = callee.name === 'require' && argument?.type === 'Literal';
    return isRequire ? moduleOrigin(argument.value) : undefined;
  }
  // `setTimeout.bind(window)` calls what it is made from.
  return callee.type === 'MemberExpression' && memberName(callee) === 'bind'
    ? originOf(callee.object, bindings, depth)
    : undefined;
}

/** The origin of an expression's value, where the source shows it. */
export function originOf(value: Node, bindings: Bindings, depth = 0): Origin | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const it = unwrap(value);
  switch (it.type) {
    case 'Identifier': {
      const variable = bindings.variableOf(it);
      if (variable && variable.defs.length > 0) return variableOrigin(variable, bindings, depth);
      return memberOrigin({ source: GLOBAL, path: [] }, it.name);
    }
    case 'MemberExpression':
      return memberOrigin(originOf(it.object, bindings, depth + 1), memberName(it));
    case 'CallExpression':
      return callOrigin(it, bindings, depth + 1);
    case 'AwaitExpression':
      return it.argument.type === 'ImportExpression' && it.argument.source.type === 'Literal'
        ? moduleOrigin(it.argument.source.value)
        : undefined;
    case 'ConditionalExpression':
      return same(
        originOf(it.consequent, bindings, depth + 1),
        originOf(it.alternate, bindings, depth + 1),
      );
    default:
      return undefined;
  }
}
