/**
 * Rejections that nobody handles: they end the process, or at least everything that the chain was to do.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { isSettlement } from '../ast/functions.ts';
import { calleeName, unwrap } from '../ast/nodes.ts';

type Node = TSESTree.Node;

/** The rejection of a chain that nobody handles and nobody waits for: it ends the process. */
export function isUnhandled(test: Node): boolean {
  let at = unwrap(test);
  for (;;) {
    if (at.type === 'CallExpression' && isSettlement(at)) {
      const { length } = at.arguments;
      const name = calleeName(at);
      if (name === 'catch' || (name === 'then' && length > 1)) return false;
    }
    const { parent } = at;
    if (parent?.type === 'UnaryExpression' && parent.operator === 'void') at = parent;
    else if (parent?.type === 'MemberExpression' && parent.object === at) {
      if (parent.parent.type !== 'CallExpression' || parent.parent.callee !== parent) return false;
      at = parent.parent;
    } else return parent?.type === 'ExpressionStatement';
  }
}
