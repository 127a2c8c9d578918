/**
 * A registration -> does its function complete some work after it? Then the listener belongs to that work, and has to go
 * with it.
 *
 * ```ts
 * signal.addEventListener('abort', stop);
 * return await fetch(url);                  // work, after which the listener is of no use
 * ```
 *
 * Functions that only set up, `socket.connect(); signal.addEventListener('abort', …)`, complete none.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { isPromiseConstruction, isSettlement } from '../../ast/functions.ts';
import { contains, memberName, unwrap } from '../../ast/nodes.ts';
import type { Block } from '../../cfg/graph.ts';
import type { InstructionIndex } from '../events.ts';
import { pathOf, rootOf } from '../paths.ts';
import { isPromiseMethod, isRace } from '../races.ts';
import { handlerOf } from './listener-ends.ts';
import type { ListenerScene } from './listener-scene.ts';

type Node = TSESTree.Node;

/** `await done.promise`, where nothing but the listener settles `done`: once it goes on, the signal has aborted. */
export function isAbortedWait(node: Node, { facts, registration }: ListenerScene): boolean {
  if (node.type !== 'AwaitExpression') return false;
  const variable = rootOf(pathOf(node.argument, facts.bindings));
  const handler = handlerOf(registration, facts);
  if (!variable || !handler || variable.defs[0]?.type !== 'Variable') return false;
  let inHandler = 0;
  for (const { identifier, init } of variable.references) {
    if (init === true || contains(node, identifier)) continue;
    if (!contains(handler, identifier)) return false;
    inHandler += 1;
  }
  return inHandler > 0;
}

/** Blocks that can be reached once the registration has run, as far as they are asked for. */
function* blocksAfter({ sites }: InstructionIndex, place: Node): Iterable<Block> {
  const reached = new Set((sites.onEvaluate.get(place) ?? []).map(({ block }) => block));
  for (const block of reached) {
    yield block;
    for (const edge of block.out) reached.add(edge.to);
  }
}

/** The promise of `Promise.withResolvers()`, which other code than the listener settles, and nothing removes. */
function isDeferred(promise: Node, scene: ListenerScene): boolean {
  const { facts, registration } = scene;
  const path = pathOf(promise, facts.bindings);
  const declarator = rootOf(path)?.defs[0]?.node;
  if (declarator?.type !== 'VariableDeclarator' || !declarator.init) return false;
  if (!isPromiseMethod(unwrap(declarator.init), ['withResolvers'])) return false;
  const handler = handlerOf(registration, facts);
  const declared = facts.sourceCode.scopeManager?.getDeclaredVariables(declarator) ?? [];
  const settled = declared.some(({ references }) =>
    references.some(
      ({ identifier, init }) =>
        init !== true &&
        !contains(promise, identifier) &&
        !(handler && contains(handler, identifier)),
    ),
  );
  return settled && !isRemoved(scene) && scene.ends.handedOver.length === 0;
}

const GOING_ON: ReadonlySet<string> = new Set(['then', 'finally']);

/** Is this node something that the function waits for, or goes on after? */
function isWork(node: Node, scene: ListenerScene): boolean {
  const { root, registration } = scene;
  switch (node.type) {
    case 'AwaitExpression':
      return !isAbortedWait(node, scene);
    case 'YieldExpression':
      return true;
    case 'ForOfStatement':
      return node.await;
    case 'ReturnStatement':
    case 'CallExpression': {
      if (node.type === 'ReturnStatement') {
        const value = node.argument && unwrap(node.argument);
        if (!value) return false;
        if (root.async && (value.type === 'CallExpression' || isPromiseConstruction(value))) {
          return true;
        }
        return isRace(value) || isDeferred(value, scene);
      }
      const callee = unwrap(node.callee);
      const name = callee.type === 'MemberExpression' ? memberName(callee) : undefined;
      return isSettlement(node) && GOING_ON.has(name ?? '') && !contains(node, registration.call);
    }
    default:
      return false;
  }
}

/** Does the function complete some work after it has registered? Set-up functions do not. */
export function completesWork(scene: ListenerScene): boolean {
  const { root, registration, graphOf } = scene;
  for (const block of blocksAfter(graphOf(root).index, registration.place)) {
    const from = block.instructions.findIndex(({ node }) => node === registration.place);
    for (const { node } of block.instructions.slice(from + 1)) {
      if (isWork(node, scene)) return true;
    }
    if (
      block.out.some(
        ({ why }) => why.kind === 'true' && why.question === 'next' && isAwaited(why.test),
      )
    ) {
      return true;
    }
  }
  return false;
}

function isAwaited({ parent }: Node): boolean {
  return parent?.type === 'ForOfStatement' && parent.await;
}

/** Does anything but the listener itself remove it? */
export function isRemoved({ registration, ends, facts }: ListenerScene): boolean {
  const handler = handlerOf(registration, facts);
  return [...ends.at].some(
    ([node, how]) => how === 'removed' && !(handler && contains(handler, node)),
  );
}
