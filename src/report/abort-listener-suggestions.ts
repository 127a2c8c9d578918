/**
 * Edits that cure a leaked `abort` listener, where they are safe: the removal in a `finally` block around the rest of
 * the function, and `AbortSignal.any` in place of a merge by hand.
 *
 * ```ts
 * signal.addEventListener('abort', onAbort);      signal.addEventListener('abort', onAbort);
 * await work();                                   try {
 *                                                 await work();
 *                                                 } finally {
 *                                                   signal.removeEventListener('abort', onAbort);
 *                                                 }
 * ```
 *
 * Offered only for a named listener that is never removed, registered by a statement of the function's body, when
 * nothing that the function returns can still need the listener. Indentation is left to a formatter.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { ListenerFinding } from '../analysis/signals/abort-listeners.ts';
import { unwrap, wrapped } from '../ast/nodes.ts';
import type { Suggestion } from './description.ts';

type Node = TSESTree.Node;

/** What an `AbortSignal` can keep alive beyond the return of the function. */
const FLOWING = /\b(?:fetch|Response|\w*[sS]tream\w*|\w*Iter\w*|on|watch|subscribe)\b/;

function statementOf(node: Node): TSESTree.ExpressionStatement | undefined {
  const { parent } = wrapped(node);
  return parent?.type === 'ExpressionStatement' ? parent : undefined;
}

function indentOf(node: Node, text: string): string {
  const start = text.lastIndexOf('\n', node.range[0]) + 1;
  return /^[ \t]*/.exec(text.slice(start, node.range[0]))?.[0] ?? '';
}

function removeInFinally(finding: ListenerFinding, text: string): Suggestion | undefined {
  const { registration, root } = finding;
  const { call, signal, handler, capture, identity } = registration;
  const statement = statementOf(call);
  const { body: block } = root;
  if (!statement || !identity || block.type !== 'BlockStatement') return undefined;
  const position = block.body.indexOf(statement);
  const rest = position < 0 ? [] : block.body.slice(position + 1);
  const last = rest.at(-1);
  // A declaration that moves into a block is not visible above it any more.
  if (!last || rest.some((it) => /^(?:Function|Class|TSEnum)Declaration$/.test(it.type))) {
    return undefined;
  }
  const body = text.slice(statement.range[1], last.range[1]);
  if (/\breturn\b/.test(body) && FLOWING.test(body)) return undefined;
  const isPlain = /^(?:Identifier|MemberExpression|ChainExpression)$/.test(unwrap(handler).type);
  if (!isPlain) return undefined;
  const indent = indentOf(statement, text);
  const optional = call.callee.type === 'MemberExpression' && call.callee.optional ? '?.' : '.';
  const source = text.slice(...signal.range);
  const flag = capture ? ', true' : '';
  const removal = `${source}${optional}removeEventListener('abort', ${text.slice(...handler.range)}${flag});`;
  return {
    messageId: 'removeInFinally',
    data: {},
    edits: [
      { range: [statement.range[1], statement.range[1]], text: `\n${indent}try {` },
      {
        range: [last.range[1], last.range[1]],
        text: `\n${indent}} finally {\n${indent}  ${removal}\n${indent}}`,
      },
    ],
  };
}

function useAny(finding: ListenerFinding, text: string): Suggestion | undefined {
  const { merge } = finding;
  if (!merge) return undefined;
  const list = merge.signals.map((signal) => text.slice(...signal.range)).join(', ');
  const name = `${merge.name}Signal`;
  if (new RegExp(`\\b${name}\\b`).test(text)) return undefined;
  const removed = merge.removed.map((node) => {
    const start = text.lastIndexOf('\n', node.range[0]);
    const blank = text.slice(start + 1, node.range[0]).trim() === '';
    return { range: [blank ? start : node.range[0], node.range[1]] as const, text: '' };
  });
  const edits = [
    { range: merge.declaration.range, text: `const ${name} = AbortSignal.any([${list}]);` },
    ...removed,
    ...merge.reads.map(({ range }) => ({ range, text: name })),
  ];
  const touched = edits.map(({ range }) => text.slice(...range)).join('\n');
  if (/\/[/*]/.test(touched)) return undefined;
  return {
    messageId: 'useAny',
    data: {},
    edits: edits.toSorted((a, b) => a.range[0] - b.range[0]),
  };
}

export function suggestionsFor(finding: ListenerFinding, text: string): readonly Suggestion[] {
  const found = [
    finding.kind === 'never-removed' && !finding.merge ? removeInFinally(finding, text) : undefined,
    useAny(finding, text),
  ];
  return found.filter((it) => it !== undefined);
}
