/**
 * Branches and throws that prove that a timer has fired, so that nothing is left to clear:
 *
 * ```ts
 * const winner = await Promise.race([work, new Promise((r) => (t = setTimeout(r, ms, LATE)))]);
 * if (winner === LATE) return;                   // it has fired
 * setTimeout(() => { timedOut = true; c.abort(); }, ms); … if (timedOut) throw new Late();
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Bindings, Variable } from '../../ast/bindings.ts';
import { unitOf } from '../../ast/functions.ts';
import {
  calleeName,
  contains,
  isFunction,
  memberName,
  unwrap,
  walk,
  wrapped,
  type FunctionNode,
} from '../../ast/nodes.ts';
import type { Edge } from '../../cfg/graph.ts';
import { executorAround } from '../signals/settling.ts';
import type { Race } from './race-arms.ts';
import type { TimerSettings, TimerStart } from './timer-starts.ts';

type Node = TSESTree.Node;

/** What is known once the timer has fired. */
export interface Fired {
  /** Variables that the callback sets to something truthy. */
  readonly flags: ReadonlySet<Variable>;
  /** Texts of values that the callback resolves or rejects with. */
  readonly values: ReadonlySet<string>;
  /** Names of error classes that the callback throws or rejects with. */
  readonly errors: ReadonlySet<string>;
  /** Variables that receive the result of the race. */
  readonly results: ReadonlySet<Variable>;
  /** The `await` of a race that only this timer can make reject. */
  readonly rejectedAwait: Node | undefined;
  /** Is it a promise that nothing but this timer rejects? */
  readonly rejects: (promise: Node) => boolean;
}

/** The promise made around the start, where the only `reject` is in the timer's callback. */
function rejectedPromise({ call }: TimerStart, { bindings }: TimerSettings): Fired['rejects'] {
  const executor = executorAround(call);
  const reject = executor?.params[1] && bindings.variableOf(executor.params[1]);
  if (!executor || !reject?.references.every(({ identifier }) => contains(call, identifier))) {
    return () => false;
  }
  const made = executor.parent;
  const { parent } = wrapped(made);
  const holder =
    parent?.type === 'VariableDeclarator'
      ? parent.id
      : parent?.type === 'AssignmentExpression'
        ? parent.left
        : undefined;
  const variable = holder && bindings.variableOf(holder);
  return (promise) => {
    const it = unwrap(promise);
    return it === made || (variable !== undefined && bindings.variableOf(it) === variable);
  };
}

function isTruthyLiteral(node: Node): boolean {
  const it = unwrap(node);
  return it.type === 'Literal' ? Boolean(it.value) : /^(?:New|Object)Expression$/.test(it.type);
}

function collectCallback(
  { call, callback }: TimerStart,
  text: string,
  { bindings, visitorKeys }: TimerSettings,
): Pick<Fired, 'flags' | 'values' | 'errors'> {
  const flags = new Set<Variable>();
  const values = new Set<string>();
  const errors = new Set<string>();
  const source = (node: Node): string => text.slice(node.range[0], node.range[1]);
  // `setTimeout(resolve, ms, LATE)`
  for (const argument of call.arguments.slice(2)) values.add(source(argument));
  if (!callback && call.arguments.length === 2) values.add('undefined');
  const body = callback?.body;
  if (body) {
    walk(body, visitorKeys, (node) => {
      if (node.type === 'AssignmentExpression' && isTruthyLiteral(node.right)) {
        const variable = bindings.variableOf(node.left);
        if (variable) flags.add(variable);
      }
      if (node.type === 'NewExpression') errors.add(calleeName(node) ?? '');
      if (node.type === 'CallExpression') {
        const [argument] = node.arguments;
        values.add(argument ? source(argument) : 'undefined');
      }
      return !isFunction(node);
    });
  }
  return { flags, values, errors };
}

/**
 * `const complete = () => { if (done) return; done = true; clearTimeout(timer); … }`: the flags that only functions set
 * which clear the timer. Where such a flag is set, it has been cleared.
 */
export function clearingFlags(
  ends: readonly Node[],
  root: Node,
  visitorKeys: TimerSettings['visitorKeys'],
  bindings: Bindings,
): readonly Variable[] {
  const clearing = new Set(ends.flatMap((end) => functionWithin(end, root) ?? []));
  const flags = new Set<Variable>();
  for (const fn of clearing) {
    walk(fn.body, visitorKeys, (node) => {
      if (node.type === 'AssignmentExpression' && isTruthyLiteral(node.right)) {
        const variable = bindings.variableOf(node.left);
        if (variable) flags.add(variable);
      }
      return !isFunction(node);
    });
  }
  return [...flags].filter(({ references }) =>
    references.every((reference) => {
      if (!reference.isWrite() || reference.init === true) return true;
      const fn = functionWithin(reference.identifier, root);
      return fn !== undefined && clearing.has(fn);
    }),
  );
}

/** The function around a node, where that is not the one that is judged. */
function functionWithin(node: Node, root: Node): FunctionNode | undefined {
  const unit = unitOf(node);
  return unit !== root && isFunction(unit) && contains(root, unit) ? unit : undefined;
}

/** A race and the steps `finally` after it, which pass its result through. */
function withFinally(race: Node): Node {
  const member = wrapped(race).parent;
  if (member?.type !== 'MemberExpression' || memberName(member) !== 'finally') return race;
  const call = wrapped(member).parent;
  return call?.type === 'CallExpression' ? withFinally(call) : race;
}

/** The variable that an awaited race is bound to. */
function resultOf({ call }: Race, bindings: Bindings): Variable | undefined {
  const awaited = wrapped(withFinally(call)).parent;
  if (awaited?.type !== 'AwaitExpression') return undefined;
  const { parent } = wrapped(awaited);
  if (parent?.type === 'VariableDeclarator') return bindings.variableOf(parent.id);
  return parent?.type === 'AssignmentExpression' ? bindings.variableOf(parent.left) : undefined;
}

export function firedBy(
  start: TimerStart,
  race: { readonly race: Race; readonly arm: Node } | undefined,
  text: string,
  settings: TimerSettings,
  mayReject: (promise: Node) => boolean,
): Fired {
  const result = race && resultOf(race.race, settings.bindings);
  const awaited = race && wrapped(withFinally(race.race.call)).parent;
  const othersHold = race?.race.arms.every((arm) => arm === race.arm || !mayReject(arm)) === true;
  return {
    ...collectCallback(start, text, settings),
    results: new Set(result ? [result] : []),
    rejectedAwait: othersHold && awaited?.type === 'AwaitExpression' ? awaited : undefined,
    rejects: rejectedPromise(start, settings),
  };
}

/** The same for a sleep: the value it resolves with tells. */
export function firedBySleep(
  call: TSESTree.CallExpression,
  race: Race,
  text: string,
  { bindings }: TimerSettings,
): Fired {
  const result = resultOf(race, bindings);
  const [, value] = call.arguments;
  return {
    flags: new Set(),
    values: new Set([value ? text.slice(value.range[0], value.range[1]) : 'undefined']),
    errors: new Set(),
    results: new Set(result ? [result] : []),
    rejectedAwait: undefined,
    rejects: () => false,
  };
}

/** Does the test, answered `yes`, say that the timer has fired? */
function saysFired(
  test: Node,
  yes: boolean,
  fired: Fired,
  text: string,
  bindings: Bindings,
): boolean {
  const it = unwrap(test);
  if (it.type === 'UnaryExpression' && it.operator === '!') {
    return saysFired(it.argument, !yes, fired, text, bindings);
  }
  const isResult = (node: Node): boolean => {
    const variable = bindings.variableOf(unwrap(node));
    return variable !== undefined && fired.results.has(variable);
  };
  if (it.type === 'Identifier') {
    const variable = bindings.variableOf(it);
    if (variable && fired.flags.has(variable)) return yes;
    if (!isResult(it)) return false;
    return yes
      ? fired.values.has('true')
      : /^(?:undefined|null|false|0)$/m.test([...fired.values].join('\n'));
  }
  if (it.type !== 'BinaryExpression') return false;
  if (it.operator === 'instanceof') {
    return yes && it.right.type === 'Identifier' && fired.errors.has(it.right.name);
  }
  const equal = it.operator === '===' || it.operator === '==';
  const unequal = it.operator === '!==' || it.operator === '!=';
  if ((!equal && !unequal) || equal !== yes) return false;
  const [left, right] = [unwrap(it.left), unwrap(it.right)];
  const flag = bindings.variableOf(left);
  if (flag && fired.flags.has(flag)) return right.type === 'Literal' && right.value === true;
  // `error.name === 'AbortError'`: the timer is what aborts here.
  if (left.type === 'MemberExpression' && memberName(left) === 'name') {
    return right.type === 'Literal' && /^(?:Abort|Timeout)Error$/.test(String(right.value));
  }
  const isValue = (node: Node): boolean =>
    fired.values.has(text.slice(node.range[0], node.range[1]));
  return (isResult(left) && isValue(right)) || (isResult(right) && isValue(left));
}

/** Is the timer known to have fired beyond this edge? */
export function hasFired(
  why: Edge['why'],
  fired: Fired,
  text: string,
  bindings: Bindings,
): boolean {
  if (why.kind === 'throw') {
    const { cause } = why;
    if (cause === fired.rejectedAwait) return true;
    return cause.type === 'AwaitExpression' && fired.rejects(cause.argument);
  }
  if (why.kind !== 'true' && why.kind !== 'false') return false;
  if (why.question === 'fulfilled') {
    const callee = why.test.type === 'CallExpression' ? unwrap(why.test.callee) : undefined;
    const promise = callee?.type === 'MemberExpression' ? callee.object : undefined;
    return why.kind === 'false' && promise !== undefined && fired.rejects(promise);
  }
  return (
    why.question === 'truthy' && saysFired(why.test, why.kind === 'true', fired, text, bindings)
  );
}
