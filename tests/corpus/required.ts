/**
 * Which nodes of a unit must stand in some instruction of its graph: every statement and every expression that the
 * unit itself evaluates. Not: types, nested functions' insides, names that nobody evaluates (keys, labels, specifiers),
 * and the containers of patterns, whose leaves are required instead.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { FunctionUnit } from '../../src/cfg/graph.ts';
import { childrenUnder, type VisitorKeys } from './tree.ts';

type Node = TSESTree.Node;

const TYPE_KEYS: ReadonlySet<string> = new Set([
  'implements',
  'returnType',
  'superTypeArguments',
  'superTypeParameters',
  'typeAnnotation',
  'typeArguments',
  'typeParameters',
  'predicate',
]);

/** Nodes that are declarations of types or names only: no code runs for what is in them. */
const WITHOUT_CODE: ReadonlySet<string> = new Set([
  'ExportAllDeclaration',
  'ImportDeclaration',
  'TSDeclareFunction',
  'TSIndexSignature',
  'TSImportEqualsDeclaration',
  'TSInterfaceDeclaration',
  'TSNamespaceExportDeclaration',
  'TSTypeAliasDeclaration',
]);

/** Parts of a construct that are no statement or expression of their own; what is in them counts. */
const CONTAINERS: ReadonlySet<string> = new Set([
  'AccessorProperty',
  'ArrayPattern',
  'AssignmentPattern',
  'CatchClause',
  'ClassBody',
  'Decorator',
  'JSXAttribute',
  'JSXClosingElement',
  'JSXClosingFragment',
  'JSXEmptyExpression',
  'JSXExpressionContainer',
  'JSXIdentifier',
  'JSXMemberExpression',
  'JSXNamespacedName',
  'JSXOpeningElement',
  'JSXOpeningFragment',
  'JSXSpreadAttribute',
  'JSXSpreadChild',
  'JSXText',
  'MethodDefinition',
  'ObjectPattern',
  'PrivateIdentifier',
  'PrivateName',
  'Property',
  'PropertyDefinition',
  'RestElement',
  'SpreadElement',
  'Super',
  'SwitchCase',
  'TSEnumBody',
  'TSEnumMember',
  'TSIndexSignature',
  'TSModuleBlock',
  'TSParameterProperty',
  'TemplateElement',
]);

const NAME_KEYS: Readonly<Record<string, readonly string[]>> = {
  BreakStatement: ['label'],
  ContinueStatement: ['label'],
  ExportNamedDeclaration: ['source', 'specifiers', 'attributes'],
  JSXAttribute: ['name'],
  JSXMemberExpression: ['object', 'property'],
  LabeledStatement: ['label'],
  MetaProperty: ['meta', 'property'],
  TSEnumDeclaration: ['id'],
  TSEnumMember: ['id'],
  TSModuleDeclaration: ['id'],
};

const KEYED: ReadonlySet<string> = new Set([
  'AccessorProperty',
  'MethodDefinition',
  'Property',
  'PropertyDefinition',
  'TSAbstractAccessorProperty',
  'TSAbstractMethodDefinition',
  'TSAbstractPropertyDefinition',
]);

const PATTERNS: ReadonlySet<string> = new Set([
  'ArrayPattern',
  'AssignmentPattern',
  'Identifier',
  'ObjectPattern',
  'RestElement',
  'TSParameterProperty',
]);

function isClass(node: Node): boolean {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
}

function isAmbient(node: Node): boolean {
  return 'declare' in node && node.declare;
}

function isComputed(node: Node): boolean {
  return (node as { readonly computed?: boolean }).computed === true;
}

/** Keys under which the node names something, declares a type or holds another unit. */
function isSkipped(node: Node, key: string): boolean {
  if (TYPE_KEYS.has(key) || NAME_KEYS[node.type]?.includes(key)) return true;
  if (KEYED.has(node.type)) {
    if (key === 'key') return !isComputed(node);
    if (key === 'value') return node.type !== 'Property';
  }
  if (isClass(node) && key === 'id') return true;
  // The class around evaluates the decorators of a parameter.
  if (PATTERNS.has(node.type) && key === 'decorators') return true;
  if (node.type === 'MemberExpression' && key === 'property') return !node.computed;
  // Nobody reads `var x;`: it neither creates nor changes a value.
  if (node.type === 'VariableDeclarator' && key === 'id') {
    const { parent } = node;
    const inHead =
      (parent.parent.type === 'ForInStatement' || parent.parent.type === 'ForOfStatement') &&
      parent.parent.left === parent;
    return node.init === null && parent.kind === 'var' && !inHead;
  }
  return false;
}

function isUnit(node: Node): boolean {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression' ||
    node.type === 'StaticBlock'
  );
}

function isRequired(node: Node): boolean {
  if (CONTAINERS.has(node.type)) return false;
  // `function f(this: T)` declares a type; it binds nothing.
  if (node.type === 'Identifier' && node.name === 'this') return false;
  if (node.type === 'StaticBlock' || node.type.startsWith('TSAbstract')) return false;
  if (node.type === 'TSInterfaceDeclaration')
    return node.parent.type !== 'ExportDefaultDeclaration';
  // The text of a tagged template is no value; its expressions are.
  return !(node.type === 'TemplateLiteral' && node.parent.type === 'TaggedTemplateExpression');
}

/** Where the unit's own code starts. */
function roots(unit: FunctionUnit): readonly Node[] {
  switch (unit.type) {
    case 'Program':
    case 'StaticBlock':
      return unit.body;
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return unit.value ? [unit.value] : [];
    default:
      return [
        ...unit.params,
        ...(unit.body.type === 'BlockStatement' ? unit.body.body : [unit.body]),
      ];
  }
}

export function requiredNodes(unit: FunctionUnit, visitorKeys: VisitorKeys): readonly Node[] {
  const required: Node[] = [];
  const stack: Node[] = [...roots(unit)];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (isRequired(node)) required.push(node);
    if (isUnit(node) || isAmbient(node) || WITHOUT_CODE.has(node.type)) continue;
    for (const key of visitorKeys[node.type] ?? []) {
      if (!isSkipped(node, key)) stack.push(...childrenUnder(node, key));
    }
  }
  return required;
}
