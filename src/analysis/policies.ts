/**
 * What the graph builder asks about operations, answered for one file: which calls never return, which promises
 * cannot be rejected, which tests are constant.
 *
 * A function of the file never completes normally when its own graph does not reach its exit, given the same of the
 * functions it calls. The least fixpoint is taken ("assume that nothing returns, add what does"), so a function that
 * only calls itself does not return.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue, type Bindings } from '../ast/bindings.ts';
import { holds, isFunction, unwrap, type FunctionNode, type VisitorKeys } from '../ast/nodes.ts';
import { buildCfg } from '../cfg/build.ts';
import type { Policies } from '../cfg/graph.ts';
import { constantTruthiness, defaultPolicies, type Tier } from '../cfg/policies.ts';
import { isQuiet } from './quiet-calls.ts';
import { isHarmless, mayReject, type RejectionSearch } from './rejections.ts';

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

/** The policies of one file and tier. Pure as long as the file's syntax tree does not change. */
export function policiesOf(
  tier: Tier,
  bindings: Bindings,
  visitorKeys: VisitorKeys,
  isNever: IsNever,
  valuesNamed: RejectionSearch['valuesNamed'],
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
  const search: RejectionSearch = {
    bindings,
    visitorKeys,
    completesNormally,
    valuesNamed,
    open: new Set(),
  };
  return { ...policies, mayReject: (promise) => mayReject(search, promise) };
}
