/** Lowers what a class evaluates where it stands: decorators, `extends`, computed keys. Initialisers and bodies are units of their own. */
import type { TSESTree } from '@typescript-eslint/utils';

import { evaluate } from './draft.ts';
import type { Builder } from './draft.ts';
import { lowerExpression } from './expressions.ts';

type Class = TSESTree.ClassDeclaration | TSESTree.ClassExpression;

export function lowerClass(b: Builder, node: Class): void {
  lowerDecorators(b, node.decorators);
  if (node.superClass) lowerExpression(b, node.superClass);
  for (const member of node.body.body) lowerMember(b, member);
  evaluate(b, node);
}

function lowerMember(b: Builder, member: TSESTree.ClassElement): void {
  if (member.type === 'StaticBlock' || member.type === 'TSIndexSignature') return;
  lowerDecorators(b, member.decorators);
  if (member.computed) lowerExpression(b, member.key);
  if (member.type !== 'MethodDefinition') return;
  for (const parameter of member.value.params) lowerDecorators(b, parameter.decorators);
}

/** Parsers without TypeScript leave the list out. */
function lowerDecorators(b: Builder, decorators: readonly TSESTree.Decorator[] | undefined): void {
  for (const decorator of decorators ?? []) lowerExpression(b, decorator.expression);
}
