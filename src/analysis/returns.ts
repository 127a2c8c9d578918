/** Returning a handle: at once, or pending while a `finally` block or a disposal may still change the outcome. */
import type { TSESTree } from '@typescript-eslint/utils';
import type { CodeUnit } from '../ast/functions.ts';
import { effectAt, endAt, temporaryPlace, type EffectDraft } from './effects.ts';
import { contains } from '../ast/nodes.ts';
import type { Key } from './keys.ts';
import type { Strength } from './ownership.ts';

type Node = TSESTree.Node;

/** The key of the place that a pending return value is. */
const RETURNED: Key = '<returned>';

/**
 * The handle in `from` is returned at this node. Inside a `try` with a `finally`, or after a `using`, that is only
 * pending: what still runs may throw or return something else. Gives whether it is handed over at once.
 */
export function returnFrom(draft: EffectDraft, at: Node, from: number, how: Strength): boolean {
  if (how === 'none') return false;
  if (!isPending(at, draft.root)) {
    endAt(draft, 'onEvaluate', at, from, how);
    return true;
  }
  const to = temporaryPlace(draft, draft.root, RETURNED);
  draft.returned = to;
  draft.returns.push(at);
  effectAt(draft, 'onEvaluate', at).moves.push({ from, to });
  return false;
}

function isPending(at: Node, root: CodeUnit): boolean {
  let child = at;
  for (let { parent } = at; parent && child !== root; { parent } = parent) {
    if (parent.type === 'TryStatement' && parent.finalizer && parent.finalizer !== child) {
      return true;
    }
    if (parent.type === 'BlockStatement' && parent.body.some(isUsingDeclaration)) return true;
    child = parent;
  }
  return false;
}

function isUsingDeclaration(statement: Node): boolean {
  return statement.type === 'VariableDeclaration' && statement.kind.endsWith('using');
}

/** Is what this operation throws caught inside a `finally` block? Then what was to be returned before still is. */
export function isCaughtInFinally(cause: Node, returns: readonly Node[]): boolean {
  let caught: Node | undefined;
  let child = cause;
  for (let { parent } = cause; parent; { parent } = parent) {
    if (parent.type === 'TryStatement') {
      const within = caught;
      if (within && parent.finalizer === child) return !returns.some((it) => contains(within, it));
      if (parent.handler && parent.block === child) caught ??= child;
    }
    child = parent;
  }
  return false;
}
