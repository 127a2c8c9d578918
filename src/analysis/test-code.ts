/** Which code only tests run? */
import type { TSESTree } from '@typescript-eslint/utils';
import { memberName, unwrap } from '../ast/nodes.ts';

type Node = TSESTree.Node;

const TEST_CALLS: ReadonlySet<string> = new Set([
  'it',
  'test',
  'describe',
  'suite',
  'bench',
  'before',
  'beforeAll',
  'beforeEach',
  'after',
  'afterAll',
  'afterEach',
]);

function isTestCall(call: Node): boolean {
  if (call.type !== 'CallExpression') return false;
  let callee: Node = unwrap(call.callee);
  while (callee.type === 'MemberExpression' || callee.type === 'CallExpression') {
    // `Deno.test(…)`, and `t.test(…)` of a test within a test
    if (callee.type === 'MemberExpression' && memberName(callee) === 'test') return true;
    callee = unwrap(callee.type === 'CallExpression' ? callee.callee : callee.object);
  }
  if (callee.type !== 'Identifier') return false;
  // `redisTest('takes turns', async () => { … })`: a test with a setting of its own
  const named = call.arguments[0]?.type === 'Literal' && callee.name.endsWith('Test');
  return named || TEST_CALLS.has(callee.name);
}

/** A test passes a signal because the parameter wants one, not to be able to cancel; so do the helpers of its file. */
export function isInTest(node: Node): boolean {
  for (let at = node.parent; at; at = at.parent) {
    if (isTestCall(at)) return true;
    if (at.type !== 'Program') continue;
    return at.body.some((it) => it.type === 'ExpressionStatement' && isTestCall(it.expression));
  }
  return false;
}
