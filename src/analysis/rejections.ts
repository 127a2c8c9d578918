/**
 * Which promises cannot be rejected, as far as the file shows: an executor that only resolves, chains whose last handler
 * cannot fail, pauses, functions that complete normally.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue, type Bindings, type Variable } from '../ast/bindings.ts';
import { isPromiseConstruction, isSettlement, settlementCallbacks } from '../ast/functions.ts';
import {
  calleeName,
  holds,
  isFunction,
  keyName,
  memberName,
  unwrap,
  type FunctionNode,
  type VisitorKeys,
} from '../ast/nodes.ts';
import { doesNothing, isPause } from './quiet-calls.ts';

type Node = TSESTree.Node;

/** Does the executor only ever resolve, with something that is not a promise itself? */
function onlyResolves(
  executor: FunctionNode,
  bindings: Bindings,
  visitorKeys: VisitorKeys,
): boolean {
  const [resolve, reject] = executor.params;
  if (executor.async || resolve?.type !== 'Identifier') return false;
  if (reject && bindings.variableOf(reject)?.references.length !== 0) return false;
  const variable = bindings.variableOf(resolve);
  if (!variable || holds(executor.body, visitorKeys, (it) => it.type === 'ThrowStatement')) {
    return false;
  }
  return variable.references.every(({ identifier }) => {
    const { parent } = identifier;
    if (parent.type !== 'CallExpression' || parent.callee !== identifier) return true;
    const [value] = parent.arguments;
    if (!value || isPromiseConstruction(unwrap(value))) return !value;
    return !/^(?:Call|Await|Import)Expression$/.test(unwrap(value).type);
  });
}

export interface RejectionSearch {
  readonly bindings: Bindings;
  readonly visitorKeys: VisitorKeys;
  readonly completesNormally: (callback: FunctionNode) => boolean;
  /** What the file puts under a name: undefined where it does more with it than that. */
  readonly valuesNamed: (name: string) => readonly Node[] | undefined;
  /** Variables and members whose values are being asked for. */
  readonly open: Set<Variable | string>;
}

/** All values that a variable is given; undefined where some of them are out of sight. */
function valuesOf(variable: Variable): readonly Node[] | undefined {
  const [def] = variable.defs;
  if (variable.defs.length !== 1 || def?.node.type !== 'VariableDeclarator') return undefined;
  if (def.node.id.type !== 'Identifier') return undefined;
  const values: Node[] = [];
  for (const reference of variable.references) {
    if (!reference.isWrite()) continue;
    const { identifier, init } = reference;
    const { parent } = identifier;
    const isPlain = parent.type === 'AssignmentExpression' && parent.operator === '=';
    if (init === true && def.node.init) values.push(def.node.init);
    else if (isPlain && parent.left === identifier) values.push(parent.right);
    else return undefined;
  }
  return values.length > 0 ? values : undefined;
}

/** Of a variable that is given a promise made from its own value, the rest decides. */
function variableMayReject(search: RejectionSearch, variable: Variable, steps: number): boolean {
  if (search.open.has(variable)) return false;
  search.open.add(variable);
  const values = valuesOf(variable);
  const may = !values || values.some((value) => mayReject(search, value, steps + 1));
  search.open.delete(variable);
  return may;
}

/** `const { promise, resolve } = Promise.withResolvers()`: nobody can reject it. */
function isResolvedOnly({ defs, name }: Variable): boolean {
  const declarator = defs[0]?.node;
  if (declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'ObjectPattern') {
    return false;
  }
  const init = declarator.init && unwrap(declarator.init);
  if (init?.type !== 'CallExpression' || calleeName(init) !== 'withResolvers') return false;
  const keys = declarator.id.properties.map((it) =>
    it.type === 'Property' ? keyName(it.key, it.computed) : undefined,
  );
  const own = declarator.id.properties.find(
    (it) => it.type === 'Property' && it.value.type === 'Identifier' && it.value.name === name,
  );
  const isPromise = own?.type === 'Property' && keyName(own.key, own.computed) === 'promise';
  return isPromise && keys.every((key) => key !== undefined && key !== 'reject');
}

function isNothing(value: Node): boolean {
  return (
    (value.type === 'Identifier' && value.name === 'undefined') ||
    (value.type === 'Literal' && value.value === null)
  );
}

/** `scope.drained`, under which the file puts nothing but promises that cannot be rejected. */
function memberMayReject(
  search: RejectionSearch,
  member: TSESTree.MemberExpression,
  steps: number,
): boolean {
  const name = memberName(member);
  if (name === undefined) return true;
  if (search.open.has(name)) return false;
  const promises = search.valuesNamed(name)?.filter((value) => !isNothing(unwrap(value))) ?? [];
  search.open.add(name);
  const may =
    promises.length === 0 || promises.some((value) => mayReject(search, value, steps + 1));
  search.open.delete(name);
  return may;
}

const MAX_STEPS = 8;

/** `resolve` and `reject` of an executor: whoever calls them only settles its promise. */
function isSettler(callback: Node, bindings: Bindings): boolean {
  const variable = callback.type === 'Identifier' ? bindings.variableOf(callback) : undefined;
  const [def] = variable?.defs ?? [];
  if (!variable || def?.type !== 'Parameter' || !isFunction(def.node)) return false;
  const { parent } = def.node;
  return isPromiseConstruction(parent) && variable.references.every((it) => !it.isWrite());
}

function cannotThrow(search: RejectionSearch, callback: Node | undefined): boolean {
  if (!callback) return false;
  const fn = unwrap(callback);
  if (doesNothing(fn) || isSettler(fn, search.bindings)) return true;
  return isFunction(fn) && search.completesNormally(fn);
}

/** May the promise (or plain value) that an expression gives be rejected? True where nobody can tell. */
export function mayReject(search: RejectionSearch, promise: Node, steps = 0): boolean {
  if (steps > MAX_STEPS) return true;
  const { bindings, visitorKeys } = search;
  const it = unwrap(promise);
  switch (it.type) {
    case 'Literal':
    case 'TemplateLiteral':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassExpression':
    case 'ArrayExpression':
    case 'ObjectExpression':
    case 'BinaryExpression':
    case 'UnaryExpression':
      return false;
    case 'Identifier': {
      const variable = bindings.variableOf(it);
      const value = variable && constantValue(variable);
      if (value) return mayReject(search, value, steps + 1);
      if (variable && isResolvedOnly(variable)) return false;
      return !variable || variableMayReject(search, variable, steps);
    }
    case 'MemberExpression':
      return memberMayReject(search, it, steps);
    case 'NewExpression': {
      const executor = it.arguments[0] && unwrap(it.arguments[0]);
      if (!isPromiseConstruction(it) || !executor || !isFunction(executor)) return true;
      return !onlyResolves(executor, bindings, visitorKeys);
    }
    case 'CallExpression':
      return callMayReject(search, it, steps);
    case 'TaggedTemplateExpression':
      return !isToldNotToReject(unwrap(it.tag));
    default:
      return true;
  }
}

/** `run(command, { reject: false })`: what fails is told by the result. */
function isToldNotToReject(call: Node): boolean {
  if (call.type !== 'CallExpression') return false;
  const options = call.arguments.flatMap((it) =>
    it.type === 'ObjectExpression' ? it.properties : [],
  );
  return options.some(
    (it) =>
      it.type === 'Property' &&
      keyName(it.key, it.computed) === 'reject' &&
      it.value.type === 'Literal' &&
      it.value.value === false,
  );
}

const COMBINING: ReadonlySet<string> = new Set(['race', 'all', 'any']);

/** `Promise.allSettled(…)` and its like: undefined for any other call. */
function combinatorMayReject(
  search: RejectionSearch,
  call: TSESTree.CallExpression,
  steps: number,
): boolean | undefined {
  const callee = unwrap(call.callee);
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return undefined;
  const name = memberName(callee);
  if (callee.object.name !== 'Promise' || name === undefined) return undefined;
  const [argument] = call.arguments;
  if (name === 'allSettled') return false;
  if (name === 'resolve') return argument !== undefined && mayReject(search, argument, steps + 1);
  if (!COMBINING.has(name) || argument?.type !== 'ArrayExpression') return undefined;
  const rejects = (arm: Node | null): boolean => !arm || mayReject(search, arm, steps + 1);
  // All arms of `any` have to be rejected.
  return name === 'any' ? argument.elements.every(rejects) : argument.elements.some(rejects);
}

function settlementMayReject(
  search: RejectionSearch,
  call: TSESTree.CallExpression,
  steps: number,
): boolean {
  const callee = unwrap(call.callee);
  if (callee.type !== 'MemberExpression') return true;
  const [first, second] = settlementCallbacks(call);
  const name = memberName(callee);
  if (name === 'catch') return !cannotThrow(search, first);
  if (!cannotThrow(search, first)) return true;
  if (name === 'then' && second) return !cannotThrow(search, second);
  return mayReject(search, callee.object, steps + 1);
}

function callMayReject(
  search: RejectionSearch,
  call: TSESTree.CallExpression,
  steps: number,
): boolean {
  if (isHarmless(call, search.bindings) || isToldNotToReject(call)) return false;
  const combined = combinatorMayReject(search, call, steps);
  if (combined !== undefined) return combined;
  const fn = search.bindings.functionOf(call.callee);
  if (isSettlement(call)) return settlementMayReject(search, call, steps);
  if (!fn) return !isPause(call, search.bindings);
  if (fn.generator) return true;
  if (fn.async && search.completesNormally(fn)) return returnsRejection(search, fn, steps);
  const returned = soleResult(fn);
  return !returned || mayReject(search, returned, steps + 1);
}

/**
 * Does an asynchronous function pass on a promise that may be rejected? Where it catches what it calls, the author takes
 * what it returns from there for a plain value.
 */
function returnsRejection(search: RejectionSearch, fn: FunctionNode, steps: number): boolean {
  const passesOn = (result: Node | null): boolean =>
    result !== null &&
    unwrap(result).type === 'CallExpression' &&
    mayReject(search, result, steps + 1);
  if (fn.body.type !== 'BlockStatement') return passesOn(fn.body);
  return holds(
    fn.body,
    search.visitorKeys,
    (it) => it.type === 'ReturnStatement' && !isInTry(it, fn) && passesOn(it.argument),
  );
}

function isInTry(node: Node, fn: FunctionNode): boolean {
  for (let at = node.parent; at && at !== fn; at = at.parent)
    if (at.type === 'TryStatement') return true;
  return false;
}

/** The expression that a function returns, when returning it is all that the function does. */
function soleResult(fn: FunctionNode): Node | undefined {
  if (fn.body.type !== 'BlockStatement') return fn.body;
  const [only] = fn.body.body;
  return fn.body.body.length === 1 && only?.type === 'ReturnStatement'
    ? (only.argument ?? undefined)
    : undefined;
}

const NEVER_THROWING: ReadonlySet<string> = new Set(['push', 'unshift', 'add', 'set']);

/** Calls that are known to return: console methods, clocks, putting something into a collection of one's own. */
export function isHarmless(operation: Node, bindings: Bindings): boolean {
  if (operation.type !== 'CallExpression') return false;
  const callee = unwrap(operation.callee);
  if (callee.type !== 'MemberExpression') return false;
  const puts = NEVER_THROWING.has(memberName(callee) ?? '');
  const owner = unwrap(callee.object);
  // A collection that the object keeps for itself.
  if (owner.type === 'MemberExpression') return puts && owner.object.type === 'ThisExpression';
  if (callee.object.type !== 'Identifier') return false;
  const { name } = callee.object;
  if (name === 'console') return true;
  if (name === 'Date' || name === 'performance') return memberName(callee) === 'now';
  if (!puts) return false;
  const variable = bindings.variableOf(callee.object);
  const value = variable && constantValue(variable);
  return value !== undefined && /^(?:Array|New)Expression$/.test(unwrap(value).type);
}
