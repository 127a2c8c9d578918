/** What a value that the source shows tells of the variable that gets it. */
import type { TSESTree } from '@typescript-eslint/utils';
import { unwrap } from '../ast/nodes.ts';
import { constantTruthiness } from '../cfg/policies.ts';
import { isNullish } from './canonical.ts';

type Node = TSESTree.Node;

export interface LiteralFacts {
  readonly truthy: boolean;
  readonly nullish: boolean;
}

/** What a literal value answers: is it truthy, is it nullish. */
export function literalFacts(value: Node | undefined, absent: boolean): LiteralFacts | undefined {
  if (absent) return { truthy: false, nullish: true };
  const it = value && unwrap(value);
  if (!it) return undefined;
  if (isNullish(it)) return { truthy: false, nullish: true };
  if (it.type === 'Literal') return { truthy: Boolean(it.value), nullish: false };
  if (it.type === 'ConditionalExpression') return literalFacts(chosenArm(it), false);
  const isObject = /^(?:Object|Array|Function|ArrowFunction|Class|New)Expression$/.test(it.type);
  return isObject ? { truthy: true, nullish: false } : undefined;
}

/** The arm that a constant test leaves. */
function chosenArm(node: TSESTree.ConditionalExpression): Node | undefined {
  const isTrue = constantTruthiness(node.test);
  if (isTrue === undefined) return undefined;
  return isTrue ? node.consequent : node.alternate;
}
