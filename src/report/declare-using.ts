/**
 * `const` -> `using`, where the type says that its value is disposable, so that language and target allow it, and the
 * value is not needed behind the end of its block.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { FileFacts } from '../analysis/file.ts';
import type { Finding } from '../analysis/finding.ts';
import { servicesOf } from '../analysis/types.ts';
import { unitOf } from '../ast/functions.ts';
import { isFunction, wrapped } from '../ast/nodes.ts';
import { disposableByType } from '../resources/by-type.ts';
import type { Suggestion } from './description.ts';
import { removalOf, type Edit } from './edits.ts';
import { isMereReturn, releaseStatement } from './release-in-finally.ts';

type Node = TSESTree.Node;

/** `const name = call` as a statement of a block. */
function declarationOf(call: Node): TSESTree.VariableDeclaration | undefined {
  let at = wrapped(call);
  if (at.parent?.type === 'AwaitExpression') at = wrapped(at.parent);
  const declarator = at.parent;
  if (declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier') {
    return undefined;
  }
  const { parent } = declarator;
  const isAlone = parent.kind === 'const' && parent.declarations.length === 1;
  return isAlone && parent.parent.type === 'BlockStatement' ? parent : undefined;
}

function keywordFor(call: Node, { sourceCode }: FileFacts): string | undefined {
  const services = servicesOf(sourceCode);
  const { parent } = wrapped(call);
  const type = services?.getTypeAtLocation(parent?.type === 'AwaitExpression' ? parent : call);
  const has = (name: string): boolean =>
    type?.getProperties().some((it) => it.name.startsWith(`__@${name}@`)) === true;
  if (has('dispose')) return 'using';
  const unit = unitOf(call);
  return has('asyncDispose') && isFunction(unit) && unit.async ? 'await using' : undefined;
}

/** Is the value needed when its block has ended: by a closure, or by what is returned? */
function outlives(declaration: TSESTree.VariableDeclaration, { sourceCode }: FileFacts): boolean {
  const unit = unitOf(declaration);
  const variables = sourceCode.scopeManager?.getDeclaredVariables(declaration) ?? [];
  return variables.some(({ references }) =>
    references.some(({ identifier }) => {
      if (unitOf(identifier) !== unit) return true;
      for (let at: Node = identifier; at.parent && at !== unit; at = at.parent) {
        if (at.type === 'AwaitExpression') return false;
        if (at.type === 'ReturnStatement' || at.type === 'YieldExpression') return true;
      }
      return false;
    }),
  );
}

export function declareUsing(finding: Finding, facts: FileFacts): Suggestion | undefined {
  const { protocol, acquire, ends, name = '' } = finding;
  const declaration = protocol === disposableByType ? declarationOf(acquire) : undefined;
  const keyword = declaration && keywordFor(acquire, facts);
  if (!keyword || declaration.parent.type !== 'BlockStatement') return undefined;
  if (outlives(declaration, facts)) return undefined;
  const edits: Edit[] = [
    { range: [declaration.range[0], declaration.range[0] + 'const'.length], text: keyword },
  ];
  if (ends.length > 0) {
    const { body } = declaration.parent;
    const release = releaseStatement(finding);
    const end = release ? body.indexOf(release) : -1;
    const removal = release && removalOf(release, facts);
    if (end < 0 || !removal || !isMereReturn(body.slice(end + 1), facts)) return undefined;
    edits.push(removal);
  }
  return { messageId: 'declareUsing', data: { name, keyword }, edits };
}
