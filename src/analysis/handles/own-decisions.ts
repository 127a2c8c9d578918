/**
 * Releases that depend on what the handle itself says: where it says no, it is not this function's to release.
 *
 * ```ts
 * if (!runner.isTransactionActive) await runner.release();   // the transaction around this one has it
 * if (view && view.parts.length === 0) view.dispose();       // who looks at the view has it
 * if (client.broken) return;                                 // is no such decision: nothing is released here
 * if (command === 'changed') prompt.dispose();               // the race was won by `prompt.result`, so it is over
 * if (!node.objectId) return;                                // what has no id stands for nothing
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue } from '../../ast/bindings.ts';
import { isFunction, memberName, unwrap, walk } from '../../ast/nodes.ts';
import type { EdgeKind } from '../../cfg/graph.ts';
import { isVariable, type Effects } from '../effects.ts';
import type { FileFacts } from '../file.ts';

type Node = TSESTree.Node;

/** What runs when a condition holds, and nothing else does when it does not. */
function consequentOf(
  test: Node,
): { readonly consequent: Node; readonly negated: boolean } | undefined {
  let negated = false;
  let isConjunct = false;
  let at = test;
  for (let { parent } = at; parent; { parent } = at) {
    if (parent.type === 'IfStatement' && parent.test === at) {
      return parent.alternate ? undefined : { consequent: parent.consequent, negated };
    }
    if (parent.type === 'LogicalExpression' && parent.operator === '&&') isConjunct = true;
    else if (parent.type !== 'UnaryExpression' || parent.operator !== '!' || isConjunct) {
      return undefined;
    } else negated = !negated;
    at = parent;
  }
  return undefined;
}

/** The one expression that a statement evaluates. */
function soleExpression(statement: Node): Node | undefined {
  if (statement.type === 'BlockStatement') {
    const [only, ...others] = statement.body;
    return only && others.length === 0 ? soleExpression(only) : undefined;
  }
  if (statement.type !== 'ExpressionStatement') return undefined;
  const it = unwrap(statement.expression);
  return it.type === 'AwaitExpression' ? unwrap(it.argument) : it;
}

/** What names things. */
const IDENTITY = /(?:^_*|[a-z])(?:id|Id|ID)$/;

/** The arms of the race that gave a constant its value. */
function racedFor(name: Node, { bindings }: FileFacts): readonly Node[] {
  const variable = bindings.variableOf(name);
  const value = variable && constantValue(variable);
  if (value?.type !== 'AwaitExpression' || value.argument.type !== 'CallExpression') return [];
  const { callee, arguments: given } = value.argument;
  const isRace = callee.type === 'MemberExpression' && memberName(callee) === 'race';
  const [arms] = given;
  if (!isRace || arms?.type !== 'ArrayExpression') return [];
  return arms.elements.filter((it) => it !== null);
}

/** The places that an edge leaves to others: the handle itself was asked, and the answer was not to release it. */
export function ownDecisions(effects: Effects, facts: FileFacts): (why: EdgeKind) => number {
  const { bindings, sourceCode } = facts;
  const masks = new Map<object, number>();
  for (const { holder, mask } of effects.places) {
    if (isVariable(holder)) masks.set(holder, (masks.get(holder) ?? 0) | mask);
  }
  const partOf = (node: Node): number => {
    if (node.type !== 'MemberExpression') return 0;
    const variable = bindings.variableOf(unwrap(node.object));
    return (variable && masks.get(variable)) ?? 0;
  };
  const asked = (test: Node): number => {
    let mask = 0;
    walk(test, sourceCode.visitorKeys, (node) => {
      mask |= partOf(node);
      if (node.type === 'Identifier') {
        for (const arm of racedFor(node, facts)) mask |= partOf(arm);
      }
      return !isFunction(node);
    });
    return mask;
  };
  return (why) => {
    if ((why.kind !== 'true' && why.kind !== 'false') || why.question !== 'truthy') return 0;
    const it = unwrap(why.test);
    const isIdentity = it.type === 'MemberExpression' && IDENTITY.test(memberName(it) ?? '');
    if (isIdentity && why.kind === 'false') return partOf(it);
    const found = consequentOf(why.test);
    if (!found) return 0;
    if ((why.kind === 'true') !== found.negated) return 0;
    const released = soleExpression(found.consequent);
    const ends = released && effects.onEvaluate.get(released)?.ends;
    return ends?.some(({ how }) => how === 'release') === true ? asked(why.test) : 0;
  };
}
