/**
 * Lowers what a class evaluates where it stands: decorators, `extends`, computed keys, then static blocks and static
 * initialisers. Those are units of their own as well; other initialisers and bodies are nothing but that.
 */
import type { TSESTree } from '@typescript-eslint/utils';

import { inScope } from './completions.ts';
import { evaluate } from './draft.ts';
import type { Builder } from './draft.ts';
import { lowerExpression } from './expressions.ts';
import { lowerStatements } from './statements.ts';
import { declaresBindings } from './syntax.ts';

type Class = TSESTree.ClassDeclaration | TSESTree.ClassExpression;

export function lowerClass(b: Builder, node: Class): void {
  lowerDecorators(b, node.decorators);
  if (node.superClass) lowerExpression(b, node.superClass);
  for (const member of node.body.body) lowerMember(b, member);
  if (b.policies.splice) for (const member of node.body.body) lowerStatic(b, member);
  evaluate(b, node);
}

function lowerStatic(b: Builder, member: TSESTree.ClassElement): void {
  if (member.type === 'StaticBlock') {
    inScope(b, member, declaresBindings(member.body), () => {
      lowerStatements(b, member.body);
    });
  } else if (member.type === 'PropertyDefinition' || member.type === 'AccessorProperty') {
    if (member.static && member.value) lowerExpression(b, member.value);
  }
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
