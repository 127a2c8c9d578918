/**
 * Listeners that are meant to stay: what they stop lives on when the function has ended.
 *
 * ```ts
 * async function open(signal) {
 *   const connection = await dial();
 *   signal.addEventListener('abort', () => connection.close());
 *   await connection.ready();
 *   return connection;            // the listener lives as long as what is returned
 * }
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue, type Variable } from '../../ast/bindings.ts';
import {
  calleeName,
  contains,
  isFunction,
  keyName,
  memberName,
  unwrap,
  walk,
  type FunctionNode,
} from '../../ast/nodes.ts';
import type { FileFacts } from '../file.ts';
import { returnsOf } from '../return-statements.ts';
import { hostOf, usesOfFunction } from '../function-uses.ts';
import { PART, WHOLE } from '../keys.ts';
import type { ListenerScene } from './listener-scene.ts';
import { handlerOf } from './listener-ends.ts';
import { pathOf, rootOf } from '../paths.ts';
import { usesOf } from '../uses.ts';

type Node = TSESTree.Node;

const STORING: ReadonlySet<string> = new Set(['set', 'add', 'push', 'unshift']);
const DROPPING: ReadonlySet<string> = new Set(['delete', 'clear', 'splice', 'remove']);

/** Names of functions that set something going and return. */
const STARTING =
  /^(?:start|listen|serve|setup|set|init|boot|launch|main|watch|register|attach|mount|install|bind|enable|activate|wire)(?=$|[A-Z_])|^initiali[sz]e/;

function nameOf(fn: FunctionNode): string | undefined {
  if (fn.type !== 'ArrowFunctionExpression' && fn.id) return fn.id.name;
  const { parent } = fn;
  if (parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier')
    return parent.id.name;
  if (parent.type === 'MethodDefinition' || parent.type === 'PropertyDefinition') {
    return keyName(parent.key, parent.computed);
  }
  return parent.type === 'Property' ? keyName(parent.key, parent.computed) : undefined;
}

/** Variables of the function that the listener uses. */
function captured({ facts, registration, root }: ListenerScene): ReadonlySet<Variable> {
  const { bindings, sourceCode } = facts;
  const handler = handlerOf(registration, facts) ?? registration.handler;
  const variables = new Set<Variable>();
  walk(handler, sourceCode.visitorKeys, (node) => {
    const variable = bindings.variableOf(node);
    if (variable?.defs[0]?.type !== 'Variable') return;
    const { block } = variable.scope;
    if (contains(root, block) && !contains(handler, block)) variables.add(variable);
  });
  return variables;
}

/** Is the value returned, or put where it stays when the function has ended? */
function leaves(value: Node, scene: ListenerScene): boolean {
  return usesOf(value, WHOLE, new Set()).some((use) => {
    switch (use.kind) {
      case 'return':
        return hostOf(use.at) === scene.root || contains(scene.root, use.at);
      case 'store':
        return !isTakenBack(use.at, scene);
      case 'argument':
        return isStored(use.at, scene);
      case 'put':
        return !isTakenBack(use.at, scene);
      default:
        return false;
    }
  });
}

/** `this.running.set(id, controller)`, and no `this.running.delete(id)` in the same function. */
function isStored(call: Node, scene: ListenerScene): boolean {
  if (call.type !== 'CallExpression' || !STORING.has(calleeName(call) ?? '')) return false;
  return !isTakenBack(call, scene);
}

/** Does the function also take back what it stores here: by a deletion, by writing over it? */
function isTakenBack(at: Node, { facts, root }: ListenerScene): boolean {
  const { text } = facts.sourceCode;
  const textOf = ({ range }: Node): string => text.slice(range[0], range[1]);
  if (at.type === 'MemberExpression') {
    const target = textOf(at).replaceAll('?.', '.');
    const writes = text.slice(root.range[0], root.range[1]).split(`${target} =`).length - 1;
    return writes > 1;
  }
  if (at.type !== 'CallExpression') return false;
  const callee = unwrap(at.callee);
  if (callee.type !== 'MemberExpression') return false;
  const container = textOf(callee.object);
  return facts.calls.some((call) => {
    const other = unwrap(call.callee);
    return (
      contains(root, call) &&
      other.type === 'MemberExpression' &&
      DROPPING.has(memberName(other) ?? '') &&
      textOf(other.object) === container
    );
  });
}

/** Is the variable, or a closure that uses it, returned or stored? */
function variableLeaves(variable: Variable, scene: ListenerScene): boolean {
  const { facts, registration, root } = scene;
  const handler = handlerOf(registration, facts) ?? registration.handler;
  return variable.references.some(({ identifier }) => {
    if (contains(handler, identifier)) return false;
    if (leaves(identifier, scene)) return true;
    const fn = hostOf(identifier);
    if (!fn || fn === root || !contains(root, fn)) return false;
    return usesOfFunction(fn, facts).some(
      ({ kind, at }) =>
        kind === 'handover' &&
        (at.type === 'ReturnStatement' ||
          (isFunction(at) && at !== fn) ||
          at.type === 'MemberExpression'),
    );
  });
}

const FLOWING = /stream|itera(?:te|tor|ble)|subscri|observ/i;
const FLOWING_TYPE = /\b(?:\w*Stream|Async\w*Iter\w*|AsyncGenerator|Observable|Subscription)\b/;

/** Does the function give out something that goes on when it has returned, a stream for instance? */
function givesStream({ facts, root }: ListenerScene): boolean {
  if (root.generator) return false;
  const { text } = facts.sourceCode;
  const type = root.returnType;
  if (type && FLOWING_TYPE.test(text.slice(type.range[0], type.range[1]))) return true;
  return returnedValues(root, facts).some((value) => {
    const path = pathOf(value, facts.bindings);
    const variable = rootOf(path);
    const made = variable ? constantValue(variable) : value;
    const call = made && unwrap(made);
    const awaited = call?.type === 'AwaitExpression' ? unwrap(call.argument) : call;
    const calls = awaited?.type === 'CallExpression' || awaited?.type === 'NewExpression';
    return calls && (FLOWING.test(calleeName(awaited) ?? '') || isStreamed(awaited));
  });
}

/** `new Response(stream)` */
function isStreamed(made: TSESTree.CallExpression | TSESTree.NewExpression): boolean {
  const [body] = made.arguments;
  const isResponse = made.type === 'NewExpression' && calleeName(made) === 'Response';
  return isResponse && body?.type === 'Identifier' && /stream|readable|body/i.test(body.name);
}

/** What the function returns, or puts into the object that it returns. */
function returnedValues(root: FunctionNode, facts: FileFacts): readonly Node[] {
  if (root.body.type !== 'BlockStatement') return [root.body];
  const values = returnsOf(root, facts).flatMap(({ value }) => (value ? [unwrap(value)] : []));
  return values.flatMap((value) =>
    value.type === 'ObjectExpression'
      ? value.properties.flatMap((it) => (it.type === 'Property' ? [unwrap(it.value)] : []))
      : [value],
  );
}

/** Does what the listener is for outlive the function, so that the listener should too? */
export function outlives(scene: ListenerScene): boolean {
  const { facts, registration, root } = scene;
  if (givesStream(scene)) return true;
  if (STARTING.test((nameOf(root) ?? '').replace(/^[#_]+/, ''))) return true;
  const handler = handlerOf(registration, facts);
  if (handler && usesOfFunction(handler, facts).some(({ at }) => at.type === 'ReturnStatement')) {
    return true;
  }
  if (registration.disposable && usesOf(registration.call, PART, new Set()).length === 0)
    return false;
  return [...captured(scene)].some((variable) => variableLeaves(variable, scene));
}
