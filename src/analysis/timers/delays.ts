/**
 * How long is a delay, as far as the file says? In a test, a timer that is over in a moment outlives nothing that matters.
 *
 * ```ts
 * setTimeout(done, 0);                                  // none
 * const GRACE = 50; … setTimeout(done, GRACE);          // a moment
 * function take({ timeout = 100 } = {}) { setTimeout(fail, timeout) }   // a moment, unless somebody says otherwise
 * ```
 *
 * Other code has no moments: what is short for one caller blocks the next request of another.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue, type Bindings, type Variable } from '../../ast/bindings.ts';
import { isFunction, unwrap, type FunctionNode } from '../../ast/nodes.ts';
import { timerCall } from '../../ast/timers.ts';
import type { FileFacts } from '../file.ts';
import { isInTest } from '../test-code.ts';

type Node = TSESTree.Node;
type Definition = Variable['defs'][number];

/** In milliseconds. */
const MOMENT = 500;

const MAX_STEPS = 4;

function calculated(operator: string, left: number, right: number): number {
  switch (operator) {
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '+':
      return left + right;
    case '-':
      return left - right;
    default:
      return NaN;
  }
}

/** What has to be known of a file to tell how long its delays are. */
type Known = Pick<FileFacts, 'bindings' | 'calls'>;

/** Does some call of this file give the function an argument for the parameter? */
function isGiven({ name, node }: Definition, { bindings, calls }: Known): boolean {
  if (!isFunction(node)) return false;
  const index = node.params.findIndex((it) => it.type === 'AssignmentPattern' && it.left === name);
  if (index < 0) return false;
  return calls.some(
    (call) => call.arguments.length > index && bindings.functionOf(call.callee) === node,
  );
}

/** The default of a parameter, or of a name in a pattern, that is never given another value. */
function defaultOf({ defs, references }: Variable, known: Known): Node | undefined {
  const [def] = defs;
  const pattern = def?.name.parent;
  if (!def || pattern?.type !== 'AssignmentPattern' || pattern.left !== def.name) return undefined;
  const isUnwritten = references.every((it) => !it.isWrite() || it.init === true);
  return isUnwritten && !isGiven(def, known) ? pattern.right : undefined;
}

/** The number that an expression comes to, defaults included; the larger one where there are two. */
function numberOf(node: Node, known: Known, steps = 0): number | undefined {
  if (steps > MAX_STEPS) return undefined;
  const next = (inner: Node): number | undefined => numberOf(inner, known, steps + 1);
  const it = unwrap(node);
  switch (it.type) {
    case 'Literal':
      return typeof it.value === 'number' ? it.value : undefined;
    case 'Identifier': {
      const variable = known.bindings.variableOf(it);
      const value = variable && (constantValue(variable) ?? defaultOf(variable, known));
      return value && next(value);
    }
    case 'BinaryExpression':
      return calculated(it.operator, next(it.left) ?? NaN, next(it.right) ?? NaN);
    case 'LogicalExpression':
      return it.operator === '&&' ? undefined : next(it.right);
    case 'ConditionalExpression':
      return Math.max(next(it.consequent) ?? NaN, next(it.alternate) ?? NaN);
    default:
      return undefined;
  }
}

/** Literally no delay: the timer fires before anybody could wait for it. */
export function isNone(delay: Node): boolean {
  const value = unwrap(delay);
  return value.type === 'Literal' && value.value === 0;
}

/** Is it over in a moment that a test does not care about? */
export function isBrief(delay: Node, known: Known): boolean {
  if (!isInTest(delay)) return false;
  const ms = numberOf(delay, known);
  return ms !== undefined && ms <= MOMENT;
}

/** `late(50)`, where `late` starts a timer with what it was given. */
export function isGivenMoment(
  call: TSESTree.CallExpression,
  fn: FunctionNode,
  known: Known,
  bindings: Bindings,
): boolean {
  return call.arguments.some((argument, index) => {
    if (!isBrief(argument, known)) return false;
    const parameter = fn.params[index];
    const name = parameter?.type === 'AssignmentPattern' ? parameter.left : parameter;
    const references = (name && bindings.variableOf(name)?.references) ?? [];
    return references.some(({ identifier }) => {
      const { parent } = identifier;
      if (parent.type !== 'CallExpression' || parent.arguments[1] !== identifier) return false;
      return timerCall(parent, bindings)?.kind === 'setTimeout';
    });
  });
}
