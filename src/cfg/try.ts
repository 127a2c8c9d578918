/**
 * Lowers `try`.
 *
 * ```ts
 * try { return f(); }        throw -> catch;  return -> finally copy(return) -resume-> exit
 * catch (e) { g(e); }        normal -> finally copy(normal) -resume-> join;  throw -> finally copy(throw) -resume-> outward
 * finally { h(); }
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';

import { inScope, within } from './completions.ts';
import type { FinallyFrame } from './completions.ts';
import { connect, newBlock, NORMAL, proceed } from './draft.ts';
import type { Builder } from './draft.ts';
import { lowerPattern } from './patterns.ts';
import { lowerStatement } from './statements.ts';

export function lowerTry(b: Builder, node: TSESTree.TryStatement): void {
  const { finalizer } = node;
  if (!finalizer) {
    lowerGuarded(b, node);
    return;
  }
  const { frame: parent } = b;
  const frame: FinallyFrame = {
    kind: 'finally',
    parent,
    caught: parent.caught,
    node: finalizer,
    lower: () => {
      lowerStatement(b, finalizer);
    },
    copies: new Map(),
  };
  within(b, frame, () => {
    lowerGuarded(b, node);
  });
  // If only other completions come here, their copies hold the code of the block already.
  if (!b.current.live && frame.copies.size > 0) return;
  proceed(b, newBlock(b, 'finally', finalizer));
  frame.lower();
  const resume = { kind: 'resume', completion: { kind: 'normal' } } as const;
  proceed(b, newBlock(b, 'join', node), resume);
}

function lowerGuarded(b: Builder, node: TSESTree.TryStatement): void {
  const { handler } = node;
  if (handler === null) {
    lowerStatement(b, node.block);
    return;
  }
  const target = newBlock(b, 'catch', handler);
  const join = newBlock(b, 'join', node);
  within(b, { kind: 'catch', parent: b.frame, caught: true, target }, () => {
    lowerStatement(b, node.block);
  });
  connect(b.current, join, NORMAL);
  b.current = target;
  lowerHandler(b, handler);
  proceed(b, join);
}

function lowerHandler(b: Builder, handler: TSESTree.CatchClause): void {
  const { param } = handler;
  if (param === null) {
    lowerStatement(b, handler.body);
    return;
  }
  inScope(b, handler, true, () => {
    lowerPattern(b, param, undefined);
    lowerStatement(b, handler.body);
  });
}
