/**
 * What the graph builder asks about operations, answered for one file: which calls never return, which promises
 * cannot be rejected, which tests are constant.
 *
 * A function of the file never completes normally when its own graph does not reach its exit, given the same of the
 * functions it calls. The least fixpoint is taken ("assume that nothing returns, add what does"), so a function that
 * only calls itself does not return.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue, type Bindings, type Variable } from '../ast/bindings.ts';
import { isPromiseConstruction, isSettlement, settlementCallbacks } from '../ast/functions.ts';
import {
  isFunction,
  keyName,
  memberName,
  unwrap,
  walk,
  type FunctionNode,
  type VisitorKeys,
} from '../ast/nodes.ts';
import { buildCfg } from '../cfg/build.ts';
import type { Policies } from '../cfg/graph.ts';
import { constantTruthiness, defaultPolicies, type Tier } from '../cfg/policies.ts';
import { doesNothing, isPause, isQuiet } from './quiet-calls.ts';

type Node = TSESTree.Node;
type Fate = ReturnType<Policies['completes']>;

/** Does the type checker say that this call has type `never`? Without types: no. */
export type IsNever = (call: Node) => boolean;

/** A constant's own initialiser decides its truth value, when that is a constant too. */
function truthinessOf(bindings: Bindings): Policies['truthiness'] {
  const of = (test: Node, renames: number): boolean | undefined => {
    const it = unwrap(test);
    if (it.type !== 'Identifier') return constantTruthiness(it);
    const variable = bindings.variableOf(it);
    // A global has no definition in the file: `undefined` and its like are variables of that kind.
    if (!variable || variable.defs.length === 0) return constantTruthiness(it);
    const value = renames < 4 ? constantValue(variable) : undefined;
    if (!value) return undefined;
    return isFunction(value) ? true : of(value, renames + 1);
  };
  return (test) => of(test, 0);
}

/** Could the last statement of the body keep the function from returning? A cheap test before a graph is built. */
function mayNeverReturn(fn: FunctionNode): boolean {
  if (fn.generator) return false;
  const last = fn.body.type === 'BlockStatement' ? fn.body.body.at(-1) : fn.body;
  if (!last) return false;
  if (last === fn.body || last.type === 'ExpressionStatement') {
    const expression = unwrap(last.type === 'ExpressionStatement' ? last.expression : last);
    const called = expression.type === 'AwaitExpression' ? unwrap(expression.argument) : expression;
    return called.type === 'CallExpression';
  }
  return /^(?:Throw|While|For|DoWhile|If|Switch|Try|Block|Labeled)/.test(last.type);
}

/** Does some node of the body, functions inside left out, satisfy the test? */
function holds(body: Node, visitorKeys: VisitorKeys, test: (node: Node) => boolean): boolean {
  const found: Node[] = [];
  walk(body, visitorKeys, (node) => {
    if (test(node)) found.push(node);
    return found.length === 0 && !isFunction(node);
  });
  return found.length > 0;
}

/** How calls of functions of this file complete. */
function fatesOf(
  bindings: Bindings,
  visitorKeys: VisitorKeys,
  base: Policies,
): (fn: FunctionNode) => Fate {
  const fates = new Map<FunctionNode, Fate>();
  const callers = new Map<FunctionNode, Set<FunctionNode>>();
  const candidates = new Map<FunctionNode, boolean>();
  const isCandidate = (fn: FunctionNode): boolean => {
    const known = candidates.get(fn);
    if (known !== undefined) return known;
    const candidate =
      mayNeverReturn(fn) && !holds(fn.body, visitorKeys, (it) => it.type === 'ReturnStatement');
    candidates.set(fn, candidate);
    return candidate;
  };

  const evaluate = (fn: FunctionNode, open: FunctionNode[]): Fate => {
    const completes: Policies['completes'] = (operation) => {
      const known = base.completes(operation);
      const callee = known === 'returns' ? calledBy(operation, bindings) : undefined;
      if (!callee || !isCandidate(callee)) return known;
      const dependents = callers.get(callee) ?? new Set();
      callers.set(callee, dependents.add(fn));
      const fate = fates.get(callee);
      if (fate) return fate;
      fates.set(callee, 'exits');
      open.push(callee);
      return 'exits';
    };
    const cfg = buildCfg(fn, { ...base, completes, splice: false });
    if (cfg.incomplete || cfg.exit.in.length > 0) return 'returns';
    return cfg.throwExit.in.length > 0 ? 'throws' : 'exits';
  };

  return (fn) => {
    const settled = fates.get(fn);
    if (settled) return settled;
    if (!isCandidate(fn)) return 'returns';
    fates.set(fn, 'exits');
    const open = [fn];
    for (let next = open.pop(); next; next = open.pop()) {
      const fate = evaluate(next, open);
      if (fate === fates.get(next)) continue;
      fates.set(next, fate);
      // A fate only ever moves from "exits" towards "returns", so this ends.
      for (const caller of callers.get(next) ?? []) {
        if (fates.get(caller) !== 'returns' && !open.includes(caller)) open.push(caller);
      }
    }
    return fates.get(fn) ?? 'returns';
  };
}

/** The function of this file whose completion decides how a call, or the `await` of one, completes. */
function calledBy(operation: Node, bindings: Bindings): FunctionNode | undefined {
  const isAwait = operation.type === 'AwaitExpression';
  const call = isAwait ? unwrap(operation.argument) : operation;
  if (call.type !== 'CallExpression') return undefined;
  const fn = bindings.functionOf(call.callee);
  // Calling an async function returns a promise; it is the await that does not complete.
  return fn?.async === isAwait && !fn.generator ? fn : undefined;
}

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

interface RejectionSearch {
  readonly bindings: Bindings;
  readonly visitorKeys: VisitorKeys;
  readonly completesNormally: (callback: FunctionNode) => boolean;
  /** Variables whose values are being asked for. */
  readonly open: Set<Variable>;
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

const MAX_STEPS = 8;

function cannotThrow(search: RejectionSearch, callback: Node | undefined): boolean {
  if (!callback) return false;
  const fn = unwrap(callback);
  if (doesNothing(fn)) return true;
  return isFunction(fn) && search.completesNormally(fn);
}

/** May the promise (or plain value) that an expression gives be rejected? True where nobody can tell. */
function mayReject(search: RejectionSearch, promise: Node, steps: number): boolean {
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
    case 'BinaryExpression':
    case 'UnaryExpression':
      return false;
    case 'Identifier': {
      const variable = bindings.variableOf(it);
      const value = variable && constantValue(variable);
      if (value) return mayReject(search, value, steps + 1);
      return !variable || variableMayReject(search, variable, steps);
    }
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

const COMBINING: ReadonlySet<string> = new Set(['race', 'all']);

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
  return argument.elements.some((arm) => !arm || mayReject(search, arm, steps + 1));
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
function isHarmless(operation: Node, bindings: Bindings): boolean {
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

/** The policies of one file and tier. Pure as long as the file's syntax tree does not change. */
export function policiesOf(
  tier: Tier,
  bindings: Bindings,
  visitorKeys: VisitorKeys,
  isNever: IsNever,
): Policies {
  const base = defaultPolicies(tier, { truthiness: truthinessOf(bindings) });
  const fateOf = fatesOf(bindings, visitorKeys, base);
  const normal = new Map<FunctionNode, boolean>();
  const completesNormally = (fn: FunctionNode): boolean => {
    const known = normal.get(fn);
    if (known !== undefined) return known;
    normal.set(fn, false);
    const cfg = buildCfg(fn, policies);
    const result = !cfg.incomplete && cfg.throwExit.in.length === 0;
    normal.set(fn, result);
    return result;
  };
  const policies: Policies = {
    ...base,
    mayThrow: (operation, caught) =>
      base.mayThrow(operation, caught) &&
      !(
        tier === 'await' &&
        (isHarmless(operation, bindings) || isQuiet(operation, bindings, visitorKeys))
      ),
    completes: (operation) => {
      const known = base.completes(operation);
      if (known !== 'returns') return known;
      const fn = calledBy(operation, bindings);
      const fate = fn ? fateOf(fn) : 'returns';
      return fate === 'returns' && isNever(operation) ? 'exits' : fate;
    },
  };
  if (tier === 'explicit') return policies;
  const search: RejectionSearch = { bindings, visitorKeys, completesNormally, open: new Set() };
  return { ...policies, mayReject: (promise) => mayReject(search, promise, 0) };
}
