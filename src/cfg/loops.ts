/**
 * Lowers loops.
 *
 * ```ts
 * for (const x of xs) {      head -true(next xs)-> bind x, body -> update: scope-end -back-> head
 *   if (x) continue;         continue -> update
 *   g(x);                    head -false(next xs)-> loop end
 * }
 * ```
 *
 * Only `back` edges and the entry lead to the head: `continue` goes to the update block, even where it is empty.
 *
 * Not modelled: the iterator's `return()` when a `for-of` is left early; that each iteration of `for (let …)` copies its
 * bindings.
 */
import type { TSESTree } from '@typescript-eslint/utils';

import { inScope, throwEdge, within } from './completions.ts';
import type { BreakFrame, ContinueFrame } from './completions.ts';
import { lowerCondition } from './conditions.ts';
import { branch, connect, emit, evaluate, newBlock, proceed } from './draft.ts';
import type { Builder, Draft } from './draft.ts';
import { lowerExpression } from './expressions.ts';
import { assertNever } from './graph.ts';
import { lowerPattern } from './patterns.ts';
import { lowerStatement, registerDisposal } from './statements.ts';

type Iteration = TSESTree.ForInStatement | TSESTree.ForOfStatement;

export type Loop =
  Iteration | TSESTree.ForStatement | TSESTree.WhileStatement | TSESTree.DoWhileStatement;

interface Places {
  readonly head: Draft;
  readonly update: Draft;
  readonly end: Draft;
  readonly labels: readonly string[];
}

export function lowerLoop(b: Builder, node: Loop, labels: readonly string[]): void {
  switch (node.type) {
    case 'WhileStatement':
      lowerWhile(b, node, placesOf(b, node, labels));
      return;
    case 'DoWhileStatement':
      lowerDoWhile(b, node, placesOf(b, node, labels));
      return;
    case 'ForStatement':
      lowerFor(b, node, labels);
      return;
    case 'ForInStatement':
    case 'ForOfStatement':
      lowerIteration(b, node, placesOf(b, node, labels));
      return;
    default:
      assertNever(node);
  }
}

function placesOf(b: Builder, node: Loop, labels: readonly string[]): Places {
  return {
    head: newBlock(b, 'loop-head', node),
    update: newBlock(b, 'loop-update', node),
    end: newBlock(b, 'loop-end', node),
    labels,
  };
}

function breakFrame(b: Builder, { end: target, labels }: Places): BreakFrame {
  const { frame: parent } = b;
  return { kind: 'break', parent, caught: parent.caught, labels, plain: true, target };
}

function continueFrame(b: Builder, { update: target, labels }: Places): ContinueFrame {
  const { frame: parent } = b;
  return { kind: 'continue', parent, caught: parent.caught, labels, target };
}

/** Lowers the body from the current block on, up to the update block. */
function lowerBody(b: Builder, node: TSESTree.Statement, places: Places): void {
  within(b, breakFrame(b, places), () => {
    within(b, continueFrame(b, places), () => {
      lowerStatement(b, node);
    });
  });
  proceed(b, places.update);
}

function goBack(b: Builder, loop: Loop, { head, end }: Places): void {
  connect(b.current, head, { kind: 'back', loop });
  b.current = end;
}

function lowerWhile(b: Builder, node: TSESTree.WhileStatement, places: Places): void {
  const body = newBlock(b, 'loop-body', node.body);
  proceed(b, places.head);
  lowerCondition(b, node.test, body, places.end);
  b.current = body;
  lowerBody(b, node.body, places);
  goBack(b, node, places);
}

function lowerDoWhile(b: Builder, node: TSESTree.DoWhileStatement, places: Places): void {
  proceed(b, places.head);
  lowerBody(b, node.body, places);
  const again = newBlock(b, 'loop-update', node);
  lowerCondition(b, node.test, again, places.end);
  b.current = again;
  goBack(b, node, places);
}

function lowerFor(b: Builder, node: TSESTree.ForStatement, labels: readonly string[]): void {
  const { init } = node;
  if (init?.type === 'VariableDeclaration' && init.kind !== 'var') {
    inScope(b, node, true, () => {
      lowerForParts(b, node, labels);
    });
  } else {
    lowerForParts(b, node, labels);
  }
}

function lowerForParts(b: Builder, node: TSESTree.ForStatement, labels: readonly string[]): void {
  const places = placesOf(b, node, labels);
  if (node.init?.type === 'VariableDeclaration') lowerStatement(b, node.init);
  else if (node.init) lowerExpression(b, node.init);
  const body = newBlock(b, 'loop-body', node.body);
  proceed(b, places.head);
  if (node.test) {
    lowerCondition(b, node.test, body, places.end);
    b.current = body;
  } else {
    proceed(b, body);
  }
  lowerBody(b, node.body, places);
  if (node.update) lowerExpression(b, node.update);
  goBack(b, node, places);
}

function lowerIteration(b: Builder, node: Iteration, places: Places): void {
  lowerLegacyInit(b, node.left);
  lowerExpression(b, node.right);
  const body = newBlock(b, 'loop-body', node.body);
  proceed(b, places.head);
  if (node.type === 'ForOfStatement' && node.await) lowerStep(b, node);
  branch(b, node.right, 'next', body, places.end);
  b.current = body;
  within(b, breakFrame(b, places), () => {
    lowerItem(b, node, places);
  });
  goBack(b, node, places);
}

/** Sloppy code may write `for (var key = first() in object)`. */
function lowerLegacyInit(b: Builder, left: Iteration['left']): void {
  if (left.type !== 'VariableDeclaration') return;
  for (const { id, init } of left.declarations) {
    if (!init) continue;
    lowerExpression(b, init);
    lowerPattern(b, id, init);
  }
}

/** The next item of an asynchronous iterator is awaited. */
function lowerStep(b: Builder, node: TSESTree.ForOfStatement): void {
  evaluate(b, node);
  if (!b.policies.mayReject(node.right)) return;
  throwEdge(b, node);
  proceed(b, newBlock(b, 'body', node));
}

function lowerItem(b: Builder, node: Iteration, places: Places): void {
  const { left } = node;
  const lower = (): void => {
    lowerHead(b, left);
    within(b, continueFrame(b, places), () => {
      lowerStatement(b, node.body);
    });
    proceed(b, places.update);
  };
  if (left.type === 'VariableDeclaration' && left.kind !== 'var') inScope(b, node, true, lower);
  else lower();
}

function lowerHead(b: Builder, left: Iteration['left']): void {
  if (left.type !== 'VariableDeclaration') {
    lowerPattern(b, left, undefined);
    return;
  }
  emit(b, { kind: 'statement', node: left });
  for (const declarator of left.declarations) {
    lowerPattern(b, declarator.id, undefined);
    evaluate(b, declarator);
  }
  registerDisposal(b, left);
}
