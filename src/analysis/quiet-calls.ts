/**
 * Calls that a `catch` around them does not have in mind: registering a listener, aborting, starting or clearing a
 * timer do not throw; a function of the file that does nothing but such things does not either; and a call whose
 * result is waited for fails by rejecting, which the `await` accounts for.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Bindings } from '../ast/bindings.ts';
import { isSettlement, unitOf } from '../ast/functions.ts';
import {
  calleeName,
  isFunction,
  memberName,
  unwrap,
  walk,
  wrapped,
  type FunctionNode,
  type VisitorKeys,
} from '../ast/nodes.ts';
import { GLOBAL, originOf } from '../ast/origins.ts';
import { promiseTimerFunction, timerCall } from '../ast/timers.ts';

type Node = TSESTree.Node;

const QUIET_METHODS: ReadonlySet<string> = new Set([
  'abort',
  'addEventListener',
  'removeEventListener',
  'on',
  'once',
  'off',
  'addListener',
  'removeListener',
  'removeAllListeners',
  'unref',
  // of strings and arrays
  'concat',
  'endsWith',
  'includes',
  'join',
  'slice',
  'split',
  'startsWith',
  'trim',
]);
const COMBINING: ReadonlySet<string> = new Set(['all', 'allSettled', 'race', 'any']);
const MAX_DEPTH = 3;

/** Is it part of something awaited, so that the `await` fails when it does? */
function isAwaited(call: Node): boolean {
  for (let at = call.parent; at && !isFunction(at) && !isStatement(at); at = at.parent) {
    if (at.type === 'AwaitExpression') return true;
  }
  return false;
}

function isStatement({ type }: Node): boolean {
  return type.endsWith('Statement') || type === 'Program';
}

/** Is the value the receiver of `then`, `catch` or `finally`, or in the list of a combinator of promises? */
function isChained(value: Node): boolean {
  const outer = wrapped(value);
  const { parent } = outer;
  if (parent?.type === 'MemberExpression') {
    const next = wrapped(parent).parent;
    return next !== undefined && isSettlement(next) && unwrap(next.callee) === parent;
  }
  if (parent?.type !== 'ArrayExpression') return false;
  const list = wrapped(parent).parent;
  if (list?.type !== 'CallExpression' || !COMBINING.has(calleeName(list) ?? '')) return false;
  const callee = unwrap(list.callee);
  return (
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'Promise'
  );
}

/** Does the call give a promise, as what is done with it shows? Then it fails by rejecting. */
function givesPromise(call: Node, bindings: Bindings): boolean {
  if (isAwaited(call) || isChained(call)) return true;
  const { parent } = wrapped(call);
  const variable = parent?.type === 'VariableDeclarator' && bindings.variableOf(parent.id);
  if (!variable) return false;
  return variable.references.some(
    ({ identifier, init }) =>
      init !== true &&
      (wrapped(identifier).parent?.type === 'AwaitExpression' || isChained(identifier)),
  );
}

function isQuietFunction(
  fn: FunctionNode,
  bindings: Bindings,
  visitorKeys: VisitorKeys,
  depth: number,
): boolean {
  if (fn.async || fn.generator) return true;
  let quiet = true;
  walk(fn.body, visitorKeys, (node) => {
    if (node.type === 'ThrowStatement' || node.type === 'TaggedTemplateExpression') quiet = false;
    if (node.type === 'CallExpression' || node.type === 'NewExpression') {
      quiet &&= isQuietCall(node, bindings, visitorKeys, depth + 1);
    }
    return quiet && !isFunction(node);
  });
  return quiet;
}

/** `this.#tokens.get(id)`, `this.calls.isOpen(id)`: something of the object's own is asked. */
function isQuery(callee: TSESTree.MemberExpression): boolean {
  const owner = unwrap(callee.object);
  return (
    owner.type === 'MemberExpression' &&
    owner.object.type === 'ThisExpression' &&
    /^(?:get$|has$|is[A-Z]|has[A-Z])/.test(memberName(callee) ?? '')
  );
}

const CONVERSIONS: ReadonlySet<string> = new Set(['Boolean', 'Number', 'String', 'Symbol']);

const QUIET_CLASSES: ReadonlySet<string> = new Set([
  'AbortController',
  'Error',
  'Map',
  'Set',
  'Promise',
  'WeakMap',
  'WeakSet',
]);

function isQuietCall(
  call: Node,
  bindings: Bindings,
  visitorKeys: VisitorKeys,
  depth: number,
): boolean {
  if (call.type === 'NewExpression') {
    const origin = originOf(call.callee, bindings);
    return (
      origin?.source === GLOBAL &&
      origin.path.length === 1 &&
      QUIET_CLASSES.has(origin.path[0] ?? '')
    );
  }
  if (call.type !== 'CallExpression') return false;
  if (givesPromise(call, bindings) || timerCall(call, bindings)) return true;
  const callee = unwrap(call.callee);
  if (callee.type === 'MemberExpression') {
    if (QUIET_METHODS.has(memberName(callee) ?? '') || isQuery(callee)) return true;
  }
  const origin = originOf(callee, bindings);
  if (origin?.source === GLOBAL && origin.path.length === 1) {
    if (CONVERSIONS.has(origin.path[0] ?? '')) return true;
  }
  const fn = depth < MAX_DEPTH ? bindings.functionOf(callee) : undefined;
  // A function that calls itself is left alone: nobody knows how deep it goes.
  return (
    fn !== undefined && unitOf(call) !== fn && isQuietFunction(fn, bindings, visitorKeys, depth)
  );
}

/** `.catch(noop)`: an imported function whose name says that it does nothing. */
export function doesNothing(callback: Node): boolean {
  return (
    callback.type === 'Identifier' &&
    /^(?:noop|nop|doNothing|ignore(?:Errors?)?)$/.test(callback.name)
  );
}

/** Is it safe to say that the operation does not throw, whatever `catch` stands around it? */
export function isQuiet(operation: Node, bindings: Bindings, visitorKeys: VisitorKeys): boolean {
  if (doesNothing(operation)) return true;
  return isQuietCall(operation, bindings, visitorKeys, 0);
}

const PAUSE = /^(?:sleep|delay|wait|pause)(?:Ms|Millis|Milliseconds|Seconds|For)?$/i;
const TIME =
  /(?:secs?|seconds?|millis\w*|delay|interval|time|timeout|duration|backoff|pause|wait|period)$/i;
const MILLISECONDS = /^(?:ms|\w*_ms|\w*[a-z0-9]M[sS]|[A-Z][A-Z0-9_]+)$/;

function isNameOfTime(name: string): boolean {
  return TIME.test(name) || MILLISECONDS.test(name);
}

/** `5000`, `this.interval`, `2 ** attempt * base`: what says how long. */
function isTime(argument: Node): boolean {
  const it = unwrap(argument);
  switch (it.type) {
    case 'Literal':
      return typeof it.value === 'number';
    case 'BinaryExpression':
      return true;
    case 'Identifier':
      return isNameOfTime(it.name);
    case 'MemberExpression':
      return isNameOfTime(memberName(it) ?? '');
    case 'CallExpression':
      return /^(?:min|max|round|floor|ceil)$/.test(calleeName(it) ?? '');
    default:
      return false;
  }
}

/** `await sleep(5000)` of another file, known by its name, as the arms of races are. */
function isNamedPause(call: TSESTree.CallExpression): boolean {
  const [time, ...others] = call.arguments;
  if (!PAUSE.test(calleeName(call) ?? '') || others.length > 0) return false;
  return time !== undefined && isTime(time);
}

/** `await pause(ms)`: without options, and so without a signal, it is never rejected. */
export function isPause(call: TSESTree.CallExpression, bindings: Bindings): boolean {
  const { callee, arguments: given } = call;
  const origin = originOf(callee, bindings);
  if (origin && origin.source !== GLOBAL && isNamedPause(call)) return true;
  const hasOptions = given.length > 2 || given.some((it) => it.type === 'SpreadElement');
  return !hasOptions && promiseTimerFunction(callee, bindings) === 'setTimeout';
}
