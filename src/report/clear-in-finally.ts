/** A clear that stands at the end of a straight line -> a `finally` block around what stands before it. */
import type { TSESTree } from '@typescript-eslint/utils';
import type { FileFacts } from '../analysis/file.ts';
import type { TimerFinding } from '../analysis/timers/leaked-timers.ts';
import { isFunction, unwrap } from '../ast/nodes.ts';
import type { Suggestion } from './description.ts';
import {
  commonPlace,
  declareNothing,
  indentOf,
  removalOf,
  returnsLiving,
  textOf,
} from './edits.ts';

type Node = TSESTree.Node;
type Loss = Extract<TimerFinding, { readonly reason: unknown }>;

/** The only statement that clears the timer, in the block that starts it or around it. */
function clearStatement({ ends, call }: Loss): TSESTree.ExpressionStatement | undefined {
  const [clear] = ends;
  if (ends.length !== 1 || !clear || clear.range[0] < call.range[1]) return undefined;
  const { parent } = clear;
  return parent?.type === 'ExpressionStatement' ? parent : undefined;
}

/** `const x = await p` where `p` is certain to be a promise of the language's own. */
function awaitedPromise(statement: Node, { bindings }: FileFacts): TSESTree.Expression | undefined {
  const value =
    statement.type === 'VariableDeclaration' && statement.declarations.length === 1
      ? statement.declarations[0].init
      : statement.type === 'ExpressionStatement' &&
          statement.expression.type === 'AssignmentExpression'
        ? statement.expression.right
        : undefined;
  if (value?.type !== 'AwaitExpression') return undefined;
  const promise = value.argument;
  if (promise.type === 'NewExpression') {
    return promise.callee.type === 'Identifier' && promise.callee.name === 'Promise'
      ? promise
      : undefined;
  }
  if (promise.type !== 'CallExpression') return undefined;
  const callee = unwrap(promise.callee);
  if (callee.type === 'MemberExpression') {
    const isCombined = callee.object.type === 'Identifier' && callee.object.name === 'Promise';
    return isCombined ? promise : undefined;
  }
  if (callee.type !== 'Identifier') return undefined;
  const fn = bindings.functionOf(callee);
  const isNative = callee.name === 'fetch' && bindings.variableOf(callee)?.defs.length !== 1;
  return isNative || (fn && isFunction(fn) && fn.async && !fn.generator) ? promise : undefined;
}

/** The clear becomes the `finally` block where it stands. */
function inBlock(
  settled: readonly TSESTree.Statement[],
  clear: TSESTree.ExpressionStatement,
  finding: Loss,
  facts: FileFacts,
): Suggestion | undefined {
  const [first] = settled;
  if (!first || !declareNothing(settled) || returnsLiving(settled, facts)) return undefined;
  const indent = indentOf(clear, facts);
  const { range } = clear;
  return {
    messageId: 'clearInFinally',
    data: { name: finding.name ?? '' },
    edits: [
      { range: [first.range[0], first.range[0]], text: `try {\n${indent}` },
      { range: [range[0], range[0]], text: `} finally {\n${indent}  ` },
      { range: [range[1], range[1]], text: `\n${indent}}` },
    ],
  };
}

function onSettlement(
  statement: TSESTree.Statement | undefined,
  clear: TSESTree.ExpressionStatement,
  finding: Loss,
  facts: FileFacts,
): Suggestion | undefined {
  const promise = statement && awaitedPromise(statement, facts);
  const removal = removalOf(clear, facts);
  if (!promise || !removal) return undefined;
  const cleanup = textOf(clear.expression, facts);
  const end = promise.range[1];
  return {
    messageId: 'clearOnSettlement',
    data: { name: finding.name ?? '' },
    edits: [{ range: [end, end], text: `.finally(() => ${cleanup})` }, removal],
  };
}

export function clearInFinally(finding: Loss, facts: FileFacts): Suggestion | undefined {
  const { kind, call } = finding;
  if (kind !== 'missed' && kind !== 'missed-on-throw') return undefined;
  const clear = clearStatement(finding);
  const place = clear && commonPlace(call, clear);
  if (!clear || !place) return undefined;
  const end = place.body.indexOf(clear);
  if (end < 0) return undefined;
  const { index } = place;
  const between = place.body.slice(index + 1, end);
  const settled = between.length > 0 ? between : [place.statement];
  if (settled.length === 1) {
    const found = onSettlement(settled[0], clear, finding, facts);
    if (found) return found;
  }
  return inBlock(settled, clear, finding, facts);
}
