/**
 * A pair of which only the context is taken -> its other part, bound and called when the block is done.
 *
 * ```ts
 * const [ctx] = withTimeout(parent, 5);        const [ctx, cancel] = withTimeout(parent, 5);
 * await send(ctx);                             try {
 *                                              await send(ctx);
 *                                              } finally { cancel(); }
 * ```
 *
 * Not offered where the context may be needed when the block has ended: stored, returned, captured by a function that is
 * not waited for, passed to work that goes on.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { FileFacts } from '../analysis/file.ts';
import type { Finding } from '../analysis/finding.ts';
import { unitOf } from '../ast/functions.ts';
import { keyName, wrapped } from '../ast/nodes.ts';
import { cancelTuple } from '../resources/builtin/cancel-tuple.ts';
import type { Suggestion } from './description.ts';
import { hasComments, returnsLiving, textOf, wrapInTry, type Edit } from './edits.ts';
import { leavesScope } from './release-in-finally.ts';

type Node = TSESTree.Node;
type Statement = TSESTree.Statement;

/** The property of the pair, and the variable that gets it. */
const NAME = 'cancel';

interface Bound {
  readonly declaration: TSESTree.VariableDeclaration;
  readonly pattern: TSESTree.ArrayPattern | TSESTree.ObjectPattern;
  /** The statements behind it in its block. */
  readonly rest: readonly Statement[];
}

/** `const [ctx] = call;` as a statement of a block. */
function boundBy(call: Node): Bound | undefined {
  const declarator = wrapped(call).parent;
  if (declarator?.type !== 'VariableDeclarator') return undefined;
  const { parent: declaration, id: pattern } = declarator;
  const isPattern = pattern.type === 'ArrayPattern' || pattern.type === 'ObjectPattern';
  if (!isPattern || pattern.typeAnnotation || declaration.declarations.length > 1) return undefined;
  const { parent: block } = declaration;
  if (declaration.kind === 'var' || block.type !== 'BlockStatement') return undefined;
  const rest = block.body.slice(block.body.indexOf(declaration) + 1);
  return { declaration, pattern, rest };
}

/** A name that nothing around the declaration uses. */
function freeAround(declaration: Node, facts: FileFacts): string | undefined {
  const text = textOf(unitOf(declaration), facts);
  return [NAME, 'cancelContext'].find((name) => !new RegExp(`\\b${name}\\b`).test(text));
}

/** The pattern with the handle in it. */
function completed(pattern: Bound['pattern'], name: string, facts: FileFacts): Edit | undefined {
  if (pattern.type === 'ObjectPattern') {
    const last = pattern.properties.at(-1);
    const isTaken = pattern.properties.some(
      (it) => it.type !== 'Property' || keyName(it.key, it.computed) === NAME,
    );
    if (!last || isTaken) return undefined;
    const text = name === NAME ? `, ${NAME}` : `, ${NAME}: ${name}`;
    return { range: [last.range[1], last.range[1]], text };
  }
  const [context, unused, ...others] = pattern.elements;
  if (!context || others.length > 0 || context.type === 'RestElement') return undefined;
  if (unused) return { range: unused.range, text: name };
  const comma = pattern.elements.length > 1 || hasComments(pattern, facts);
  return comma ? undefined : { range: [context.range[1], context.range[1]], text: `, ${name}` };
}

const ASKING: ReadonlySet<string> = new Set([
  'ExpressionStatement',
  'IfStatement',
  'WhileStatement',
  'BinaryExpression',
  'LogicalExpression',
  'UnaryExpression',
]);

/** Is the value of the call left alone, or only asked? What it returns may go on with the context otherwise. */
function isDone(call: TSESTree.CallExpression, facts: FileFacts): boolean {
  const { parent } = wrapped(call);
  const isVoid = parent?.type === 'UnaryExpression' && parent.operator === 'void';
  const isAsync = facts.bindings.functionOf(call.callee)?.async === true;
  return ASKING.has(parent?.type ?? '') && !isVoid && !isAsync;
}

/** Is all that gets the value over when its statement is? */
function staysInside(identifier: Node, unit: Node, facts: FileFacts): boolean {
  let call: TSESTree.CallExpression | undefined;
  for (let at = identifier.parent; at && at !== unit; at = at.parent) {
    if (at.type === 'AwaitExpression' && unitOf(at) === unit) return true;
    if (/Statement$|^Variable|^Assignment|^New/.test(at.type)) break;
    if (at.type === 'CallExpression') call ??= at;
  }
  return call !== undefined && unitOf(identifier) === unit && isDone(call, facts);
}

export function bindDiscarded(finding: Finding, facts: FileFacts): Suggestion | undefined {
  const { protocol, kind, acquire } = finding;
  if (kind !== 'discarded' || protocol !== cancelTuple) return undefined;
  const bound = boundBy(acquire);
  if (!bound) return undefined;
  const { declaration, pattern, rest } = bound;
  const [first] = rest;
  const last = rest.at(-1);
  if (!first || !last || returnsLiving(rest, facts)) return undefined;
  if (leavesScope(rest, [first.range[0], last.range[1]], facts)) return undefined;
  const unit = unitOf(declaration);
  const names = facts.sourceCode.scopeManager?.getDeclaredVariables(declaration) ?? [];
  const reads = names.flatMap(({ references }) => references.filter((it) => it.isRead()));
  if (!reads.every((it) => staysInside(it.identifier, unit, facts))) return undefined;
  const name = freeAround(declaration, facts);
  const binding = name === undefined ? undefined : completed(pattern, name, facts);
  if (name === undefined || !binding) return undefined;
  const edits = [binding, ...wrapInTry(first, last, `${name}();`, facts)];
  return { messageId: 'bindDiscarded', data: { name, noun: protocol.noun }, edits };
}
