/**
 * Which functions could hold a task for ever, by a look at their syntax: a file, most of the time, has none, and then no
 * graph is built for this question. What is left out here is never reported, so in doubt a function could.
 *
 * A trap is a loop that its own test does not end, or asynchronous functions that call themselves or each other. A
 * function shares the traps of what it contains and of what it calls.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { unitOf } from '../../ast/functions.ts';
import { isFunction, unwrap, type FunctionNode, type Loop } from '../../ast/nodes.ts';
import { componentsOf } from '../../dataflow/components.ts';
import type { FileFacts } from '../file.ts';
import { callsTo, mayBeCalled } from '../callers.ts';
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

/** Without an asynchronous function around it a loop is no task: nothing else runs beside it. */
function isInTask(node: Node): boolean {
  for (let unit = unitOf(node); isFunction(unit); unit = unitOf(unit)) if (unit.async) return true;
  return false;
}

function isTrap(loop: Loop, facts: FileFacts): boolean {
  if (!isInTask(loop)) return false;
  if (loop.type === 'ForInStatement') return false;
  if (loop.type === 'ForOfStatement') return loop.await;
  return !loop.test || mayStay(loop.test, true, facts);
}

/** Asynchronous functions that call themselves, or each other in a circle, by member. */
export function asyncCircles(facts: FileFacts): ReadonlyMap<Node, ReadonlySet<FunctionNode>> {
  return facts.once('task circles', () => {
    const callers = new Map<FunctionNode, readonly FunctionNode[]>();
    for (const fn of facts.functions) {
      if (!fn.async || !mayBeCalled(fn, facts)) continue;
      const units = callsTo(fn, facts).map(unitOf).filter(isFunction);
      const asynchronous = units.filter((it) => it.async);
      if (asynchronous.length > 0) callers.set(fn, asynchronous);
    }
    const circles = componentsOf(callers.keys(), (fn) => callers.get(fn) ?? []);
    const byMember = new Map<Node, ReadonlySet<FunctionNode>>();
    for (const circle of circles) {
      for (const fn of circle) {
        if (circle.size > 1 || callers.get(fn)?.includes(fn) === true) byMember.set(fn, circle);
      }
    }
    return byMember;
  });
}

/** The functions that could hold a task for ever. */
export function trappingFunctions(facts: FileFacts): ReadonlySet<Node> {
  return facts.once('task traps', () => {
    const loops = facts.loops.filter((loop) => isTrap(loop, facts));
    // Only an asynchronous function can call itself for ever without a loop: the others run out of stack.
    if (!facts.functions.some((fn) => fn.async)) return new Set();
    const trapping = new Set<Node>([...loops.map(unitOf), ...asyncCircles(facts).keys()]);
    for (const unit of trapping) {
      if (!isFunction(unit)) continue;
      for (const call of callsTo(unit, facts)) trapping.add(unitOf(call));
      trapping.add(unitOf(unit));
    }
    return trapping;
  });
}
