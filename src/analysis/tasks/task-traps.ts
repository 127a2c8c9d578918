/**
 * Which functions could hold a task for ever, by a look at their syntax: a file, most of the time, has none, and then no
 * graph is built for this question. What is left out here is never reported, so in doubt a function could.
 *
 * A trap is a loop that its own test does not end, or an asynchronous function that calls itself. A function shares the
 * traps of what it contains and of what it calls.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { unitOf, type CodeUnit } from '../../ast/functions.ts';
import { isFunction, unwrap, type FunctionNode, type Loop } from '../../ast/nodes.ts';
import type { FileFacts } from '../file.ts';
import { flagsOf } from './task-flags.ts';

type Node = TSESTree.Node;

/** Could this test always have the value? Only operands whose value the file fixes can keep it there. */
function mayStay(test: Node, value: boolean, facts: FileFacts): boolean {
  const it = unwrap(test);
  switch (it.type) {
    case 'CallExpression':
    case 'AwaitExpression':
    case 'UpdateExpression':
      return false;
    case 'UnaryExpression':
      return it.operator !== '!' || mayStay(it.argument, !value, facts);
    case 'LogicalExpression': {
      const operands = [it.left, it.right];
      const needsBoth = it.operator === (value ? '&&' : '||');
      return needsBoth
        ? operands.every((operand) => mayStay(operand, value, facts))
        : operands.some((operand) => mayStay(operand, value, facts));
    }
    case 'Identifier':
    case 'MemberExpression':
    case 'BinaryExpression': {
      const known = facts.tier('await').policies.truthiness(it) ?? flagsOf(facts).flagOf(it)?.value;
      return known === value;
    }
    default:
      return true;
  }
}

function isTrap(loop: Loop, facts: FileFacts): boolean {
  if (loop.type === 'ForInStatement') return false;
  if (loop.type === 'ForOfStatement') return loop.await;
  return !loop.test || mayStay(loop.test, true, facts);
}

interface LocalCall {
  readonly from: CodeUnit;
  readonly to: FunctionNode;
}

function localCalls({ calls, bindings }: FileFacts): readonly LocalCall[] {
  return calls.flatMap((call) => {
    const to = call.type === 'CallExpression' ? bindings.functionOf(call.callee) : undefined;
    return to ? [{ from: unitOf(call), to }] : [];
  });
}

/** The functions that could hold a task for ever. */
export function trappingFunctions(facts: FileFacts): ReadonlySet<Node> {
  return facts.once('task traps', () => {
    const loops = facts.loops.filter((loop) => isTrap(loop, facts));
    // Only an asynchronous function can call itself for ever without a loop: the others run out of stack.
    const mayRecurse = facts.functions.some((fn) => fn.async);
    const calls = loops.length > 0 || mayRecurse ? localCalls(facts) : [];
    const callers = new Map<Node, Node[]>();
    for (const { from, to } of calls) callers.set(to, [...(callers.get(to) ?? []), from]);
    const trapping = new Set<Node>([
      ...loops.map(unitOf),
      ...calls.filter(({ from, to }) => from === to && to.async).map(({ to }) => to),
    ]);
    for (const unit of trapping) {
      for (const caller of callers.get(unit) ?? []) trapping.add(caller);
      if (isFunction(unit)) trapping.add(unitOf(unit));
    }
    return trapping;
  });
}
