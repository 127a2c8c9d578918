/** What a function returns. */
import type { TSESTree } from '@typescript-eslint/utils';
import { isFunction, walk, type FunctionNode } from '../ast/nodes.ts';
import type { FileFacts } from './file.ts';

type Node = TSESTree.Node;

export interface Returned {
  /** `null` for a bare `return`. */
  readonly value: Node | null;
  /** What evaluates the return: the statement, or the body of a concise arrow. */
  readonly at: Node;
}

/** The returns of a function, in source order; several handles and listeners ask about the same function. */
export function returnsOf(fn: FunctionNode, { sourceCode, once }: FileFacts): readonly Returned[] {
  if (fn.body.type !== 'BlockStatement') return [{ value: fn.body, at: fn.body }];
  const known = once('returns by function', () => new Map<FunctionNode, readonly Returned[]>());
  const before = known.get(fn);
  if (before) return before;
  const found: Returned[] = [];
  walk(fn.body, sourceCode.visitorKeys, (node) => {
    if (node.type === 'ReturnStatement') found.push({ value: node.argument, at: node });
    return !isFunction(node);
  });
  known.set(fn, found);
  return found;
}
