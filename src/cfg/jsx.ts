/** Lowers the expressions in JSX: attributes, then children, then the element. */
import type { TSESTree } from '@typescript-eslint/utils';

import { evaluate, markUnknown } from './draft.ts';
import type { Builder } from './draft.ts';
import { lowerExpression } from './expressions.ts';

export function lowerJsx(b: Builder, node: TSESTree.JSXElement | TSESTree.JSXFragment): void {
  if (node.type === 'JSXElement') {
    for (const attribute of node.openingElement.attributes) lowerAttribute(b, attribute);
  }
  for (const child of node.children) lowerChild(b, child);
  evaluate(b, node);
}

function lowerAttribute(
  b: Builder,
  attribute: TSESTree.JSXAttribute | TSESTree.JSXSpreadAttribute,
): void {
  if (attribute.type === 'JSXSpreadAttribute') lowerExpression(b, attribute.argument);
  else if (attribute.value !== null) lowerChild(b, attribute.value);
}

function lowerChild(b: Builder, child: TSESTree.Node): void {
  switch (child.type) {
    case 'JSXText':
    case 'JSXEmptyExpression':
      return;
    case 'JSXExpressionContainer':
    case 'JSXSpreadChild':
      lowerChild(b, child.expression);
      return;
    case 'JSXAttribute':
      markUnknown(b, child);
      return;
    default:
      lowerExpression(b, child);
  }
}
