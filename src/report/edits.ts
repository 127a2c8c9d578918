/** Pieces of suggestions: what may be moved, and how new code is spelt. */
import type { TSESTree } from '@typescript-eslint/utils';
import type { FileFacts } from '../analysis/file.ts';
import { unwrap, walk } from '../ast/nodes.ts';

type Node = TSESTree.Node;

export interface Edit {
  readonly range: readonly [number, number];
  readonly text: string;
}

/** A list of statements, and where in it a node stands. */
export interface Place {
  readonly body: readonly TSESTree.Statement[];
  readonly index: number;
  readonly statement: TSESTree.Statement;
}

function statementsOf(node: Node): readonly TSESTree.Statement[] | undefined {
  if (node.type === 'BlockStatement') return node.body;
  return node.type === 'SwitchCase' ? node.consequent : undefined;
}

/** The statement of the innermost block around both nodes that contains the first of them. */
export function commonPlace(first: Node, second: Node): Place | undefined {
  for (let at: Node = first; at.parent; at = at.parent) {
    const { parent } = at;
    const body = statementsOf(parent);
    if (!body || parent.range[1] < second.range[1] || parent.range[0] > second.range[0]) continue;
    const index = body.findIndex((it) => it === at);
    const statement = body[index];
    return statement && { body, index, statement };
  }
  return undefined;
}

export function textOf({ range }: Node, { sourceCode }: FileFacts): string {
  return sourceCode.text.slice(...range);
}

/** The whitespace before the first token of the line. */
export function indentOf(node: Node, { sourceCode }: FileFacts): string {
  const { text } = sourceCode;
  const start = text.lastIndexOf('\n', node.range[0] - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, node.range[0]))?.[0] ?? '';
}

/** Is the file written in TypeScript, so that a declaration without a value wants a type? */
export function isTyped({ sourceCode, once }: FileFacts): boolean {
  return once('is-typed', () => {
    let found = false;
    walk(sourceCode.ast, sourceCode.visitorKeys, (node) => {
      found ||= node.type.startsWith('TS');
      return !found;
    });
    return found;
  });
}

/** The first of some names that the file does not use. */
export function freeName(names: readonly string[], { sourceCode }: FileFacts): string | undefined {
  return names.find((name) => !new RegExp(`\\b${name}\\b`).test(sourceCode.text));
}

/** What clears what this call starts: `window.setTimeout` and `window.clearTimeout`. */
export function clearerOf(call: TSESTree.CallExpression, facts: FileFacts): string | undefined {
  const callee = textOf(call.callee, facts);
  return /^(?:\w+\.)*set(?:Timeout|Interval)$/.test(callee)
    ? callee.replace(/set(\w+)$/, 'clear$1')
    : undefined;
}

/** Would replacing the node drop a comment? */
export function hasComments(node: Node, { sourceCode }: FileFacts): boolean {
  const [start, end] = node.range;
  return sourceCode.ast.comments.some(({ range }) => start <= range[0] && range[1] <= end);
}

/** Takes a statement out with its line, unless something else stands on the line. */
export function removalOf(statement: Node, facts: FileFacts): Edit | undefined {
  const { text } = facts.sourceCode;
  const lineStart = text.lastIndexOf('\n', statement.range[0] - 1) + 1;
  const lineEnd = text.indexOf('\n', statement.range[1]);
  if (lineEnd < 0) return undefined;
  const before = text.slice(lineStart, statement.range[0]);
  const after = text.slice(statement.range[1], lineEnd);
  if (before.trim() !== '' || after.trim() !== '') return undefined;
  if (hasComments(statement, facts)) return undefined;
  return { range: [lineStart, lineEnd + 1], text: '' };
}

/** Puts statements into a `try` whose `finally` runs `cleanup`. */
export function wrapInTry(first: Node, last: Node, cleanup: string, facts: FileFacts): Edit[] {
  const indent = indentOf(first, facts);
  return [
    { range: [first.range[0], first.range[0]], text: `try {\n${indent}` },
    {
      range: [last.range[1], last.range[1]],
      text: `\n${indent}} finally {\n${indent}  ${cleanup}\n${indent}}`,
    },
  ];
}

/** Do the statements declare nothing, so that they may move into a block of their own? */
export function declareNothing(statements: readonly Node[]): boolean {
  return statements.every((it) => !it.type.endsWith('Declaration'));
}

/** May the statement return something that is not finished yet: a response, a stream, an iterator? */
export function returnsLiving(statements: readonly Node[], facts: FileFacts): boolean {
  let living = false;
  const { sourceCode } = facts;
  for (const statement of statements) {
    walk(statement, sourceCode.visitorKeys, (node) => {
      if (node.type === 'ReturnStatement' && node.argument) {
        const value = unwrap(node.argument);
        living ||= !/^(?:Literal|TemplateLiteral|UnaryExpression|BinaryExpression)$/.test(
          value.type,
        );
      }
      return !living && !node.type.includes('Function');
    });
  }
  return living;
}
