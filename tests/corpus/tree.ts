/** Walks over syntax trees of any parser, without recursion. */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import type { FunctionUnit } from '../../src/cfg/graph.ts';

export type VisitorKeys = TSESLint.SourceCode['visitorKeys'];

function isNode(value: unknown): value is TSESTree.Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'range' in value;
}

/** The children of a node under one key, holes of arrays left out. */
export function childrenUnder(node: TSESTree.Node, key: string): readonly TSESTree.Node[] {
  const value = (node as unknown as Readonly<Record<string, unknown>>)[key];
  return (Array.isArray(value) ? value : [value]).filter(isNode);
}

export function simpleTraverse(
  root: TSESTree.Node,
  visitorKeys: VisitorKeys,
  visit: (node: TSESTree.Node) => void,
): void {
  const stack = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    visit(node);
    for (const key of visitorKeys[node.type] ?? []) stack.push(...childrenUnder(node, key));
  }
}

/** Every piece of code that has a graph of its own. */
export function functionUnits(
  root: TSESTree.Program,
  visitorKeys: VisitorKeys,
): readonly FunctionUnit[] {
  const units: FunctionUnit[] = [];
  simpleTraverse(root, visitorKeys, (node) => {
    switch (node.type) {
      case 'Program':
      case 'StaticBlock':
      case 'ArrowFunctionExpression':
        units.push(node);
        break;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
        // Babel gives bodiless TypeScript methods this type too.
        if (node.body as TSESTree.BlockStatement | null | undefined) units.push(node);
        break;
      case 'PropertyDefinition':
      case 'AccessorProperty':
        if (node.value) units.push(node);
        break;
      default:
    }
  });
  return units;
}
