/**
 * Where tasks are started and left alone: a call whose promise nobody keeps, or a function given to something that
 * calls it and drops the result.
 *
 * ```ts
 * void loop();   loop();   loop().catch(log);   (async () => { await loop(); })();
 * queueMicrotask(loop);   emitter.on('ready', loop);   Promise.resolve().then(loop);
 * ```
 *
 * Not detached: awaited, returned, stored, or passed to somebody who may look at it.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { isPromiseConstruction, isSettlement, settlementCallbacks } from '../../ast/functions.ts';
import {
  callOf,
  calleeName,
  isFunction,
  isTransparent,
  memberName,
  unwrap,
  wrapped,
  type FunctionNode,
} from '../../ast/nodes.ts';
import { GLOBAL, originOf } from '../../ast/origins.ts';
import { timerCall } from '../../ast/timers.ts';
import type { FileFacts } from '../file.ts';
import { joinedPromises, mappedFunction } from './task-loops.ts';

type Node = TSESTree.Node;

export interface Start {
  /** Where the report stands: the call, or the function that is given away. */
  readonly at: Node;
  readonly fn: FunctionNode;
}

/** Methods and functions that call back and drop what they get. */
const DROPPING: ReadonlySet<string> = new Set([
  'forEach',
  'on',
  'once',
  'addListener',
  'addEventListener',
  'prependListener',
  'listen',
  'useEffect',
  'useLayoutEffect',
  'onMount',
  'onMounted',
  'onBeforeMount',
  'onActivated',
  'onCleanup',
  'createEffect',
  'watchEffect',
  '$effect',
]);

const SCHEDULING: ReadonlySet<string> = new Set([
  'queueMicrotask',
  'process.nextTick',
  'requestIdleCallback',
  'requestAnimationFrame',
]);

/** Does the call run its callbacks and drop what they return? */
function dropsResults(call: TSESTree.CallExpression, facts: FileFacts): boolean {
  if (timerCall(call, facts.bindings)) return true;
  if (DROPPING.has(calleeName(call) ?? '')) return true;
  const origin = originOf(call.callee, facts.bindings);
  return origin?.source === GLOBAL && SCHEDULING.has(origin.path.join('.'));
}

/** `socket.onopen = fn`, `<button onClick={fn}>`: an event calls it. */
function isHandler(value: Node): boolean {
  const { parent } = value;
  if (parent?.type === 'AssignmentExpression' && parent.right === value) {
    const target = unwrap(parent.left);
    return target.type === 'MemberExpression' && /^on[a-z]+$/.test(memberName(target) ?? '');
  }
  const attribute = parent?.type === 'JSXExpressionContainer' ? parent.parent : undefined;
  return (
    attribute?.type === 'JSXAttribute' &&
    attribute.name.type === 'JSXIdentifier' &&
    /^on[A-Z]/.test(attribute.name.name)
  );
}

/** `new Promise(fn)`: the construction whose executor the function is. */
function constructionOf(fn: Node): TSESTree.NewExpression | undefined {
  const outer = wrapped(fn);
  const { parent } = outer;
  return parent && isPromiseConstruction(parent) && parent.arguments[0] === outer
    ? parent
    : undefined;
}

/** What becomes of a function's result: the calls that see it, or `dropped`; undefined: somebody may look at it. */
function resultOf(fn: FunctionNode, facts: FileFacts): Node | 'dropped' | undefined {
  const called = callOf(fn);
  if (called) return called;
  const outer = wrapped(fn);
  if (isHandler(outer) || constructionOf(fn)) return 'dropped';
  const { parent } = outer;
  if (parent?.type !== 'CallExpression') return undefined;
  if (isSettlement(parent) && settlementCallbacks(parent).includes(outer)) return parent;
  if (mappedFunction(parent) === outer) return parent;
  return dropsResults(parent, facts) ? 'dropped' : undefined;
}

/** `p.then(done)`, `p.finally(done)`, where `done` is a parameter: whoever gave it learns of the end. */
function tellsSomebody(settlement: TSESTree.CallExpression, { bindings }: FileFacts): boolean {
  const [listener] = calleeName(settlement) === 'catch' ? [] : settlement.arguments;
  const variable = listener && bindings.variableOf(unwrap(listener));
  return variable?.defs[0]?.type === 'Parameter';
}

/** `step` outwards from a promise: the node that now stands for it, or the answer. */
function stepOut(node: Node, facts: FileFacts): Node | boolean {
  const parent = node.parent;
  if (!parent) return false;
  if (isTransparent(parent)) return parent;
  switch (parent.type) {
    case 'ExpressionStatement':
      return true;
    case 'UnaryExpression':
      // Neither `void` nor `!` leaves anything of a promise.
      return true;
    case 'ForStatement':
      return parent.init === node || parent.update === node;
    case 'SequenceExpression':
      return parent.expressions.at(-1) === node ? parent : true;
    case 'LogicalExpression':
      return parent.right === node ? parent : false;
    case 'ConditionalExpression':
      return parent.test === node ? false : parent;
    case 'MemberExpression': {
      const call = callOf(parent);
      if (parent.object !== node || !call || !isSettlement(call)) return false;
      return tellsSomebody(call, facts) ? false : call;
    }
    case 'CallExpression':
      // An array of promises, from a mapping.
      return joinedPromises(parent)?.includes(node) === true ? parent : false;
    case 'ArrayExpression': {
      const call = parent.parent;
      return joinedPromises(call)?.includes(node) === true ? call : false;
    }
    case 'VariableDeclarator':
      return parent.init === node && isLeftAlone(parent.id, facts);
    case 'ReturnStatement':
    case 'ArrowFunctionExpression': {
      if (parent.type === 'ArrowFunctionExpression' && parent.body !== node) return false;
      const fn = functionAround(node);
      // What is given to an asynchronous function's promise is reported where that function is started.
      const result = fn && !fn.async && resultOf(fn, facts);
      if (result === false) return false;
      return result === 'dropped' ? true : (result ?? false);
    }
    default:
      return false;
  }
}

function functionAround(node: Node): FunctionNode | undefined {
  let at = node.parent;
  while (at && !isFunction(at)) at = at.parent;
  return at;
}

/** A variable whose promise nobody waits for: never read, or only for `promise.catch(log)`. */
function isLeftAlone(id: Node, facts: FileFacts): boolean {
  const variable = id.type === 'Identifier' ? facts.bindings.variableOf(id) : undefined;
  if (!variable || id.parent?.parent?.parent?.type.startsWith('Export')) return false;
  return variable.references.every((it) => !it.isRead() || isDetached(it.identifier, facts));
}

/** Is the promise that this expression gives looked at by nobody? */
export function isDetached(promise: Node, facts: FileFacts): boolean {
  let at: Node | boolean = promise;
  while (typeof at !== 'boolean') at = stepOut(at, facts);
  return at;
}

/** A function value: `loop`, `this.loop`, `this.loop.bind(this)`, or written on the spot. */
export function functionValue(value: Node, facts: FileFacts): FunctionNode | undefined {
  const it = unwrap(value);
  if (it.type === 'CallExpression' && calleeName(it) === 'bind') {
    const callee = unwrap(it.callee);
    return callee.type === 'MemberExpression'
      ? facts.bindings.functionOf(callee.object)
      : undefined;
  }
  return facts.bindings.functionOf(it);
}

/** `this.loop.call(this)`, `loop.apply(null, values)` */
function appliedFunction(
  call: TSESTree.CallExpression,
  facts: FileFacts,
): FunctionNode | undefined {
  const callee = unwrap(call.callee);
  const isApplied =
    callee.type === 'MemberExpression' && /^(?:call|apply)$/.test(memberName(callee) ?? '');
  return isApplied ? facts.bindings.functionOf(callee.object) : undefined;
}

/** The arguments that the call runs, and whose results nobody looks at. */
export function droppedCallbacks(call: TSESTree.CallExpression, facts: FileFacts): readonly Node[] {
  const settles: boolean = isSettlement(call);
  if (settles) return isDetached(call, facts) ? settlementCallbacks(call) : [];
  const mapped = mappedFunction(call);
  if (mapped) return isDetached(call, facts) ? [mapped] : [];
  return dropsResults(call, facts) ? call.arguments : [];
}

/** A function written on the spot that only passes on the promise of another: the other one's call is the start. */
function isMereArrow(value: Node, fn: FunctionNode): boolean {
  return !fn.async && isFunction(unwrap(value));
}

/**
 * `new Promise(async (resolve) => { … })`: nobody sees the end of the executor. Where it never settles the promise, to wait
 * for that is to wait for the executor.
 */
function isDroppedExecutor(fn: FunctionNode, facts: FileFacts): boolean {
  const construction = constructionOf(fn);
  if (!construction) return false;
  const settlers = facts.sourceCode.scopeManager?.getDeclaredVariables(fn) ?? [];
  return (
    settlers.some(({ references }) => references.length > 0) || isDetached(construction, facts)
  );
}

/** Every place of the file where one of these functions is started and left alone. */
export function startsOf(functions: ReadonlySet<Node>, facts: FileFacts): readonly Start[] {
  const isWanted = (value: Node, fn: FunctionNode): boolean =>
    functions.has(fn) && !isMereArrow(value, fn);
  const starts: Start[] = [];
  for (const call of facts.calls) {
    if (call.type !== 'CallExpression') continue;
    const called = facts.bindings.functionOf(call.callee) ?? appliedFunction(call, facts);
    if (called && isWanted(call.callee, called) && isDetached(call, facts)) {
      starts.push({ at: call, fn: called });
    }
    const given = call.arguments.flatMap((at): readonly Start[] => {
      const fn = functionValue(at, facts);
      return fn && isWanted(at, fn) ? [{ at, fn }] : [];
    });
    const callbacks = given.length > 0 ? droppedCallbacks(call, facts) : [];
    starts.push(...given.filter(({ at }) => callbacks.includes(at)));
  }
  for (const fn of facts.functions) {
    if (!fn.async) continue;
    if (isHandler(wrapped(fn)) || isDroppedExecutor(fn, facts)) starts.push({ at: fn, fn });
  }
  return starts;
}
