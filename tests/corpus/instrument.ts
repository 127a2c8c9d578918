/**
 * Puts acquires at the start of every function body and releases at its end, so that every rule has work to do in
 * sources that know nothing of handles:
 *
 * ```ts
 * function f(x) { const [ctx$0, cancel$0] = withCancel(p$0); … if (x) return 1; g();cancel$0(); … }
 * ```
 *
 * Arrow functions with an expression for a body stay as they are: no destructuring fits there.
 */
import { simpleTraverse } from './tree.ts';
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';

const ACQUIRE =
  ' const [ctx$0, cancel$0] = withCancel(p$0); const timer$0 = setTimeout(p$0, 9);' +
  ' p$0.addEventListener("abort", p$0); ';
const RELEASE = ';cancel$0(); clearTimeout(timer$0); p$0.removeEventListener("abort", p$0);';

interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** Behind the directives, which must stay first to be directives. */
function startOf(statements: readonly TSESTree.ProgramStatement[], otherwise: number): number {
  const first = statements.find(
    (statement) => !('directive' in statement && statement.directive !== undefined),
  );
  return first?.range[0] ?? statements.at(-1)?.range[1] ?? otherwise;
}

function insertions(sourceCode: TSESLint.SourceCode): Insertion[] {
  const found: Insertion[] = [];
  simpleTraverse(sourceCode.ast, sourceCode.visitorKeys, (node) => {
    if (
      node.type !== 'FunctionDeclaration' &&
      node.type !== 'FunctionExpression' &&
      node.type !== 'ArrowFunctionExpression'
    ) {
      return;
    }
    const body = node.body as TSESTree.Expression | TSESTree.BlockStatement | null;
    if (body?.type !== 'BlockStatement') return;
    const [start, end] = body.range;
    found.push({ at: startOf(body.body, start + 1), text: ACQUIRE });
    found.push({ at: end - 1, text: RELEASE });
  });
  return found;
}

export function instrument(sourceCode: TSESLint.SourceCode): string {
  const sorted = insertions(sourceCode).sort((a, b) => b.at - a.at);
  let { text } = sourceCode;
  for (const { at, text: piece } of sorted) text = text.slice(0, at) + piece + text.slice(at);
  return text;
}

/** The whole script as the body of one function, so that its top-level statements are judged too. */
export function asFunctionBody(text: string, head: string): string {
  return `${head}(p$0) {${ACQUIRE}\n${text}\n${RELEASE} }`;
}
