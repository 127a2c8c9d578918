/**
 * Promises that never come to a good end: they wait, and reject when something is wrong. Beside such watchers alone the
 * timer of a race is no limit but the point: how long to go on.
 *
 * ```ts
 * const died = once(child, 'exit').then(() => { throw new Error('died'); });
 * await Promise.race([sleep(duration), died]);            // meant to take as long as it takes
 * await Promise.race([work(), sleep(limit), died]);       // a limit: `work` may be done before
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue } from '../../ast/bindings.ts';
import { isPromiseConstruction, isSettlement, settlementCallbacks } from '../../ast/functions.ts';
import { calleeName, isFunction, memberName, unwrap, type FunctionNode } from '../../ast/nodes.ts';
import { GLOBAL, originOf } from '../../ast/origins.ts';
import type { Block, Edge } from '../../cfg/graph.ts';
import { pathOf } from '../paths.ts';
import { doesNothing } from '../quiet-calls.ts';
import { thisMembers } from '../this-members.ts';
import { onlyValue, type Race } from './race-arms.ts';

import type { TimerScene } from './timer-scene.ts';

type Node = TSESTree.Node;

/** Is it the edge on which a signal turns out to be aborted? */
function isTold(why: Edge['why']): boolean {
  if (why.kind !== 'true' && why.kind !== 'false') return false;
  let yes = why.kind === 'true';
  let test = unwrap(why.test);
  for (; test.type === 'UnaryExpression' && test.operator === '!'; yes = !yes) {
    test = unwrap(test.argument);
  }
  return yes && test.type === 'MemberExpression' && memberName(test) === 'aborted';
}

/** Does the function return, but for being told to stop? */
function mayReturn(fn: FunctionNode, { tier }: TimerScene): boolean {
  const cfg = tier.cfgOf(fn);
  if (cfg.incomplete) return true;
  const reached = new Set<Block>([cfg.entry]);
  for (const block of reached) {
    for (const { to, why } of block.out) if (!isTold(why)) reached.add(to);
  }
  return reached.has(cfg.exit);
}

function functionAt(node: Node | undefined, { facts }: TimerScene): FunctionNode | undefined {
  const it = node && unwrap(node);
  return it && (isFunction(it) ? it : facts.bindings.functionOf(it));
}

/** Does what the function gives never come to a good end? */
function onlyFails(fn: FunctionNode | undefined, scene: TimerScene, steps: number): boolean {
  if (!fn || fn.generator) return false;
  const { body } = fn;
  if (body.type !== 'BlockStatement') return onlyRejects(body, scene, steps);
  const [only, ...others] = body.body;
  const given = only?.type === 'ReturnStatement' && others.length === 0 ? only.argument : null;
  return given ? onlyRejects(given, scene, steps) : !mayReturn(fn, scene);
}

/** `exit.then(() => { throw … })`, and handlers that leave a rejection as it is. */
function onlyRejectsInChain(
  call: TSESTree.CallExpression,
  scene: TimerScene,
  steps: number,
): boolean {
  const callee = unwrap(call.callee);
  if (callee.type !== 'MemberExpression') return false;
  const [first, second] = settlementCallbacks(call).map((it) => functionAt(it, scene));
  const fails = (fn: FunctionNode | undefined): boolean => onlyFails(fn, scene, steps);
  switch (memberName(callee)) {
    case 'then':
      if (call.arguments.length > 1 && !fails(second)) return false;
      return fails(first) || onlyRejects(callee.object, scene, steps);
    case 'catch':
      return fails(first) && onlyRejects(callee.object, scene, steps);
    default:
      return onlyRejects(callee.object, scene, steps);
  }
}

/** `...children.map(died)`, `...[died, stopped]`: is it so of each of them? */
function onlyRejectEach(list: Node, scene: TimerScene, steps: number): boolean {
  const it = unwrap(list);
  if (it.type === 'ArrayExpression') {
    return it.elements.every((each) => each === null || onlyRejects(each, scene, steps + 1));
  }
  if (it.type === 'Identifier') {
    const variable = scene.facts.bindings.variableOf(it);
    const value = variable && steps <= MAX_STEPS ? constantValue(variable) : undefined;
    return value !== undefined && onlyRejectEach(value, scene, steps + 1);
  }
  if (it.type !== 'CallExpression' || calleeName(it) !== 'map') return false;
  return onlyFails(functionAt(it.arguments[0], scene), scene, steps);
}

function onlyRejectsCall(call: TSESTree.CallExpression, scene: TimerScene, steps: number): boolean {
  const { bindings } = scene.facts;
  const { callee } = call;
  if (isSettlement(call)) return onlyRejectsInChain(call, scene, steps);
  if (calleeName(call) === 'reject') return originOf(callee, bindings)?.source === GLOBAL;
  return onlyFails(bindings.functionOf(callee), scene, steps);
}

/** `this.died = …`: all that the file puts into the field, but for nothing. */
function valuesOfField(read: Node, { facts }: TimerScene): readonly Node[] {
  const path = pathOf(read, facts.bindings);
  const [name, ...others] = path?.root === 'this' ? path.members : [];
  if (name === undefined || others.length > 0) return [];
  return thisMembers(name, facts).flatMap(({ node }) => {
    const { parent } = node;
    const isWritten = parent.type === 'AssignmentExpression' && parent.left === node;
    return isWritten && parent.right.type !== 'Literal' ? [parent.right] : [];
  });
}

const MAX_STEPS = 4;

/** Does the promise never get a value, unless something tells it to stop? */
export function onlyRejects(arm: Node, scene: TimerScene, steps = 0): boolean {
  if (steps > MAX_STEPS) return false;
  const { bindings } = scene.facts;
  const it = unwrap(arm);
  switch (it.type) {
    case 'Identifier': {
      const variable = bindings.variableOf(it);
      const value = variable && onlyValue(variable);
      return value !== undefined && !isFunction(value) && onlyRejects(value, scene, steps + 1);
    }
    case 'MemberExpression': {
      const values = valuesOfField(it, scene);
      return values.length > 0 && values.every((value) => onlyRejects(value, scene, steps + 1));
    }
    case 'ConditionalExpression':
      return [it.consequent, it.alternate].every((arm) => onlyRejects(arm, scene, steps + 1));
    case 'NewExpression': {
      const executor = isPromiseConstruction(it)
        ? it.arguments[0] && unwrap(it.arguments[0])
        : undefined;
      if (!executor || !isFunction(executor))
        return executor !== undefined && doesNothing(executor);
      const [resolve] = executor.params;
      return !resolve || bindings.variableOf(resolve)?.references.length === 0;
    }
    case 'CallExpression':
      return onlyRejectsCall(it, scene, steps + 1);
    case 'SpreadElement':
      return onlyRejectEach(it.argument, scene, steps + 1);
    default:
      return false;
  }
}

/** Do all arms but this one only watch, so that it is meant to win? */
export function isMeantToWin(arm: Node, { arms }: Race, scene: TimerScene): boolean {
  return (
    arms.every((other) => other === arm || onlyRejects(other, scene)) && !onlyRejects(arm, scene)
  );
}
