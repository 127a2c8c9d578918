/**
 * What can stop a loop from outside: an operation of the loop -> may somebody end it on purpose?
 *
 * ```ts
 * await sleep(1000, undefined, { signal });   // yes: it is given a signal, whose abort rejects it
 * signal.throwIfAborted();                    // yes: that is what it is for
 * await this.#queue.take();                   // yes, if some code of the file closes `this.#queue`
 * await fetch(url);                           // no: that it may fail is no way to stop it
 * ```
 *
 * Names decide what is a signal: with a foreign callee nothing else is there to see.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { isSettlement, settlementCallbacks } from '../../ast/functions.ts';
import { calleeName, callOf, memberName, unwrap, walk } from '../../ast/nodes.ts';
import type { FileFacts } from '../file.ts';
import { classAround, isWritten } from '../members.ts';

type Node = TSESTree.Node;

export interface Stops {
  /** Does the expression mention a signal, a token, or something that other code of the file closes? */
  readonly reaches: (expression: Node) => boolean;
  /** May that reject the promise? What is caught on the way is not passed on. */
  readonly rejects: (promise: Node) => boolean;
  /** Is this call made to throw when the task is to end? */
  readonly checks: (call: Node) => boolean;
  /** Does code of the file close what this name or member stands for? */
  readonly isClosed: (value: Node) => boolean;
}

const SIGNAL =
  /signal|abort|cancel|^(?:.*T|t)oken$|^(?:ctx|context)$|^stop(?:ped|ping)?$|shutdown/i;
const SIGNAL_TYPE = /^(?:AbortSignal|AbortController|CancellationToken|CancelToken|Context)$/;
const CHECK = /^(?:throwIf|check|assert|ensure|verify|raise)/i;
const CLOSE =
  /^(?:close|stop|end|destroy|dispose|abort|cancel|quit|disconnect|kill|terminate|shutdown|return|throw|unsubscribe|release|drain|teardown)(?=$|[A-Z_])|^@@(?:asyncD|d)ispose$/;

function typeName(annotation: TSESTree.TSTypeAnnotation | undefined): string | undefined {
  const type = annotation?.typeAnnotation;
  return type?.type === 'TSTypeReference' && type.typeName.type === 'Identifier'
    ? type.typeName.name
    : undefined;
}

function isSignal(identifier: TSESTree.Identifier, facts: FileFacts): boolean {
  if (SIGNAL.test(identifier.name)) return true;
  const declared = facts.bindings.variableOf(identifier)?.defs[0]?.name;
  return (
    declared?.type === 'Identifier' && SIGNAL_TYPE.test(typeName(declared.typeAnnotation) ?? '')
  );
}

function isCalledName(node: Node): boolean {
  const { parent } = node;
  if (parent?.type === 'MemberExpression') {
    return parent.property === node && !parent.computed && callOf(parent) !== undefined;
  }
  return node.type === 'Identifier' && callOf(node) !== undefined;
}

interface Closed {
  readonly members: readonly TSESTree.MemberExpression[];
  readonly variables: ReadonlySet<Variable>;
}

/** May the two be the same member? `this` of one class is not `this` of another. */
function isSameMember(a: TSESTree.MemberExpression, b: TSESTree.MemberExpression): boolean {
  if (memberName(a) !== memberName(b)) return false;
  const areOwn = a.object.type === 'ThisExpression' && b.object.type === 'ThisExpression';
  return !areOwn || classAround(a).node === classAround(b).node;
}

/** What the file closes: `x.close()`, `closeAll(x)`. */
function closedBy(facts: FileFacts): Closed {
  const members: TSESTree.MemberExpression[] = [];
  const variables = new Set<Variable>();
  const add = (value: Node): void => {
    const it = unwrap(value);
    if (it.type === 'MemberExpression') {
      if (memberName(it) !== undefined) members.push(it);
    } else if (it.type === 'Identifier') {
      const variable = facts.bindings.variableOf(it);
      if (variable) variables.add(variable);
    }
  };
  for (const call of facts.calls) {
    if (call.type !== 'CallExpression' || !CLOSE.test(calleeName(call) ?? '')) continue;
    const callee = unwrap(call.callee);
    if (callee.type === 'MemberExpression') add(callee.object);
    call.arguments.forEach(add);
  }
  return { members, variables };
}

export function stopsOf(facts: FileFacts): Stops {
  return facts.once('task stops', () => {
    const closed = closedBy(facts);
    const isClosed = (value: Node): boolean => {
      if (value.type === 'MemberExpression') {
        return closed.members.some((it) => isSameMember(it, value)) && !isWritten(value);
      }
      const variable = value.type === 'Identifier' && facts.bindings.variableOf(value);
      return variable ? closed.variables.has(variable) : false;
    };
    const reaches = (operation: Node): boolean => {
      let found = false;
      walk(operation, facts.sourceCode.visitorKeys, (node) => {
        // What a call does is no signal: `cancelOldOrders()`.
        if (isCalledName(node)) return true;
        if (node.type === 'Identifier') found ||= isSignal(node, facts) || isClosed(node);
        else if (node.type === 'PrivateIdentifier') found ||= SIGNAL.test(node.name);
        else if (node.type === 'MemberExpression') found ||= isClosed(node);
        return !found && !/^TS.*(?:Type|Keyword|Annotation)/.test(node.type);
      });
      return found;
    };
    const rejects = (promise: Node): boolean => {
      const chain = unwrap(promise);
      if (!isSettlement(chain)) return reaches(chain);
      const callee = unwrap(chain.callee);
      const handlers = settlementCallbacks(chain);
      if (handlers.some(reaches)) return true;
      const isCaught = calleeName(chain) === 'catch' || handlers.length > 1;
      return !isCaught && callee.type === 'MemberExpression' && rejects(callee.object);
    };
    return {
      reaches,
      rejects,
      checks: (call) => {
        const name = call.type === 'CallExpression' ? (calleeName(call) ?? '') : '';
        return CHECK.test(name) && (SIGNAL.test(name) || reaches(call));
      },
      isClosed: (value) => isClosed(unwrap(value)),
    };
  });
}
