/**
 * A release that stands at the end of a straight line -> a `finally` block around what stands before it.
 *
 * ```ts
 * const release = await mutex.acquire();       const release = await mutex.acquire();
 * const rows = await read();                   try {
 * release();                                   const rows = await read();
 * return rows;                                 return rows;
 *                                              } finally { release(); }
 * ```
 *
 * Not offered: where something that is declared before the release is needed behind it (a mere `return` moves along),
 * and where a value that is returned may need the handle alive.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { FileFacts } from '../analysis/file.ts';
import type { Finding } from '../analysis/finding.ts';
import { isFunction, unwrap, walk, wrapped } from '../ast/nodes.ts';
import type { Suggestion } from './description.ts';
import {
  commonPlace,
  indentOf,
  removalOf,
  returnsLiving,
  textOf,
  wrapInTry,
  type Edit,
} from './edits.ts';

type Node = TSESTree.Node;
type Statement = TSESTree.Statement;

const KINDS: ReadonlySet<Finding['kind']> = new Set([
  'missed',
  'missed-on-throw',
  'lost-in-iteration',
]);

/** The variable at the root of `a.b.c()`. */
function rootOf(callee: Node): string | undefined {
  let it = unwrap(callee);
  while (it.type === 'MemberExpression') it = unwrap(it.object);
  return it.type === 'Identifier' ? it.name : undefined;
}

/** The variable that has the handle: `scope` of `scope.cancel`. */
function rootName({ name }: Finding): string | undefined {
  return name?.split(/[.[]/)[0];
}

/** The only statement that does anything about the handle: it releases it. */
export function releaseStatement(finding: Finding): Statement | undefined {
  const { ends, acquire } = finding;
  const [end] = ends;
  if (ends.length !== 1 || end?.type !== 'CallExpression') return undefined;
  if (end.range[0] < acquire.range[1] || rootOf(end.callee) !== rootName(finding)) {
    return undefined;
  }
  let at = wrapped(end);
  if (at.parent?.type === 'AwaitExpression') at = at.parent;
  return at.parent?.type === 'ExpressionStatement' ? at.parent : undefined;
}

/** Is something that these statements declare used outside of the range? */
export function leavesScope(
  statements: readonly Statement[],
  [start, end]: readonly [number, number],
  { sourceCode }: FileFacts,
): boolean {
  return statements
    .filter((it) => it.type.endsWith('Declaration'))
    .flatMap((it) => sourceCode.scopeManager?.getDeclaredVariables(it) ?? [])
    .some(({ references }) =>
      references.some(({ identifier }) => identifier.range[0] < start || identifier.range[1] > end),
    );
}

/** Nothing, or a `return` that only names what is there. */
export function isMereReturn(statements: readonly Statement[], facts: FileFacts): boolean {
  const [only, ...others] = statements;
  if (!only) return true;
  if (others.length > 0 || only.type !== 'ReturnStatement') return false;
  let acts = false;
  walk(only, facts.sourceCode.visitorKeys, (node) => {
    acts ||= /^(?:Call|New|Await|Yield|Assignment|Update|TaggedTemplate)Expression$/.test(
      node.type,
    );
    return !acts && !isFunction(node);
  });
  return !acts;
}

const ASKING: ReadonlySet<string> = new Set([
  'IfStatement',
  'UnaryExpression',
  'BinaryExpression',
  'LogicalExpression',
  'ConditionalExpression',
]);

/** Do the statements ask whether there is a handle? What they find out is not known in a `finally` block. */
function ask(statements: readonly Statement[], name: string, { sourceCode }: FileFacts): boolean {
  let asks = false;
  for (const statement of statements) {
    walk(statement, sourceCode.visitorKeys, (node) => {
      const { parent } = wrapped(node);
      asks ||= node.type === 'Identifier' && node.name === name && ASKING.has(parent?.type ?? '');
      return !asks;
    });
  }
  return asks;
}

/** The release becomes the `finally` block where it stands. */
function around(first: Node, release: Statement, facts: FileFacts): readonly Edit[] {
  const indent = indentOf(release, facts);
  const { range } = release;
  return [
    { range: [first.range[0], first.range[0]], text: `try {\n${indent}` },
    { range: [range[0], range[0]], text: `} finally {\n${indent}  ` },
    { range: [range[1], range[1]], text: `\n${indent}}` },
  ];
}

export function releaseInFinally(finding: Finding, facts: FileFacts): Suggestion | undefined {
  const release = KINDS.has(finding.kind) ? releaseStatement(finding) : undefined;
  const place = release && commonPlace(finding.acquire, release);
  if (!release || !place) return undefined;
  const { body, index } = place;
  const end = body.indexOf(release);
  const between = body.slice(index + 1, end);
  const [first] = between;
  if (end < 0 || !first || returnsLiving(between, facts)) return undefined;
  if (ask(between, rootName(finding) ?? '', facts)) return undefined;
  const suggest = (edits: readonly Edit[]): Suggestion => ({
    messageId: 'releaseInFinally',
    data: { name: finding.name ?? '' },
    edits,
  });
  if (!leavesScope(between, [first.range[0], release.range[1]], facts)) {
    return suggest(around(first, release, facts));
  }
  const rest = body.slice(end + 1);
  const last = rest.at(-1);
  const removal = removalOf(release, facts);
  if (!last || !removal || !isMereReturn(rest, facts)) return undefined;
  const [open, close] = wrapInTry(first, last, textOf(release, facts), facts);
  return open && close && suggest([open, removal, close]);
}
