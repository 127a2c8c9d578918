/**
 * Signals merged by hand: a function that makes a controller, aborts it with each of several signals, and gives its
 * signal away, so that nothing can take the listeners off again.
 *
 * ```ts
 * function either(a: AbortSignal, b: AbortSignal): AbortSignal {
 *   const both = new AbortController();
 *   a.addEventListener('abort', () => both.abort(a.reason));
 *   b.addEventListener('abort', () => both.abort(b.reason));
 *   return both.signal;                 // AbortSignal.any([a, b])
 * }
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import {
  contains,
  isFunction,
  memberName,
  unwrap,
  walk,
  type FunctionNode,
} from '../../ast/nodes.ts';
import type { FileFacts } from '../file.ts';
import { hostOf } from '../function-uses.ts';
import { handlerOf } from './listener-ends.ts';
import type { Registration } from './listeners.ts';
import { isSamePath, pathOf, rootOf } from '../paths.ts';
import { controllerOf } from './signals.ts';

type Node = TSESTree.Node;

function callsWithin(
  root: Node,
  { sourceCode: { visitorKeys } }: FileFacts,
): readonly (TSESTree.CallExpression | TSESTree.NewExpression)[] {
  const calls: (TSESTree.CallExpression | TSESTree.NewExpression)[] = [];
  walk(root, visitorKeys, (node) => {
    if (node.type === 'CallExpression' || node.type === 'NewExpression') calls.push(node);
  });
  return calls;
}

/** The controller of `root` that a listener aborts. */
export function controllerAbortedBy(
  registration: Registration,
  root: FunctionNode,
  facts: FileFacts,
): Variable | undefined {
  const handler = handlerOf(registration, facts);
  const within = handler ?? registration.handler;
  const reached = new Set<Node>([within]);
  // What the listener calls in turn: `() => abortFrom(a)`.
  for (const node of reached) {
    if (reached.size > 8) break;
    for (const call of callsWithin(node, facts)) {
      const callee = unwrap(call.callee);
      if (callee.type === 'MemberExpression' && memberName(callee) === 'abort') {
        const path = pathOf(callee.object, facts.bindings);
        const variable = rootOf(path);
        const [identifier] = variable?.identifiers ?? [];
        const made = identifier && controllerOf(identifier, facts.bindings);
        if (variable && made && hostOf(made) === root && !isConditional(call, node))
          return variable;
      }
      const fn = facts.bindings.functionOf(call.callee);
      if (fn) reached.add(fn);
    }
  }
  return undefined;
}

/** Does a test decide whether the listener aborts, beyond whether that has happened already? */
function isConditional(call: Node, listener: Node): boolean {
  for (let at = call.parent; at && at !== listener; at = at.parent) {
    if (at.type === 'IfStatement' && !keyOfTest(at.test).includes('aborted')) return true;
    if (at.type === 'LogicalExpression' || at.type === 'ConditionalExpression') return true;
  }
  return false;
}

function keyOfTest(test: Node): string {
  const it = unwrap(test);
  if (it.type === 'UnaryExpression') return keyOfTest(it.argument);
  return it.type === 'MemberExpression' ? (memberName(it) ?? '') : '';
}

/** Is `controller.signal` what the function returns? */
function isSignalReturned(controller: Variable, root: FunctionNode): boolean {
  return controller.references.some(({ identifier }) => {
    const { parent } = identifier;
    if (parent.type !== 'MemberExpression' || memberName(parent) !== 'signal') return false;
    const at = parent.parent;
    if (at.type === 'ReturnStatement') return contains(root, at);
    return at === root;
  });
}

/** Does anything else hold the controller, so that the listeners could be meant to stay? */
function isOnlyMerging(controller: Variable): boolean {
  return controller.references.every(({ identifier, init }) => {
    if (init === true) return true;
    const { parent } = identifier;
    if (parent.type !== 'MemberExpression') return false;
    const name = memberName(parent);
    return name === 'signal' || name === 'abort';
  });
}

/** The several signals that the function merges, where this registration is one of the merging ones. */
export function mergedSignals(
  registration: Registration,
  all: readonly Registration[],
  root: FunctionNode,
  facts: FileFacts,
): readonly Node[] | undefined {
  const controller = controllerAbortedBy(registration, root, facts);
  if (!controller || !isSignalReturned(controller, root) || !isOnlyMerging(controller)) {
    return undefined;
  }
  if (isFallback(root, facts)) return undefined;
  const merging = all.filter(
    (other) =>
      hostOf(other.place) === root && controllerAbortedBy(other, root, facts) === controller,
  );
  const repeated = merging.some((other) => isRepeated(other, root));
  const different = merging.some(
    ({ path }) => path && registration.path && !isSamePath(path, registration.path),
  );
  return repeated || different ? merging.map(({ signal }) => signal) : undefined;
}

/** Does the function know `AbortSignal.any`, so that this is what is left for platforms without it? */
function isFallback(root: FunctionNode, { sourceCode }: FileFacts): boolean {
  let found = false;
  walk(root.body, sourceCode.visitorKeys, (node) => {
    const object = node.type === 'MemberExpression' ? unwrap(node.object) : undefined;
    found ||=
      node.type === 'MemberExpression' &&
      memberName(node) === 'any' &&
      object?.type === 'Identifier' &&
      object.name === 'AbortSignal';
    return !found;
  });
  return found;
}

/** Is it registered on each signal of a collection? */
function isRepeated({ call, place }: Registration, root: FunctionNode): boolean {
  for (let at: Node | undefined = place; at && at !== root; at = at.parent) {
    if (/^For(?:Of|In)?Statement$/.test(at.type)) return true;
  }
  return place !== call;
}

/** What has to be changed in the text to merge with `AbortSignal.any` instead. */
export interface HandMerge {
  /** The controller's name. */
  readonly name: string;
  readonly declaration: TSESTree.VariableDeclaration;
  readonly signals: readonly Node[];
  /** The registrations and the listeners, each a statement of its own. */
  readonly removed: readonly Node[];
  /** `controller.signal`, wherever it is read. */
  readonly reads: readonly Node[];
}

/** Does the listener do nothing but abort? */
function isOnlyAbort(handler: FunctionNode): boolean {
  const { body } = handler;
  const only = body.type === 'BlockStatement' ? body.body[0] : body;
  if (body.type === 'BlockStatement' && body.body.length !== 1) return false;
  const expression = only?.type === 'ExpressionStatement' ? only.expression : only;
  const call = expression && unwrap(expression);
  return call?.type === 'CallExpression' && unwrap(call.callee).type === 'MemberExpression';
}

/** The statement that declares a listener, when nothing but the registrations name it. */
function listenerStatement(
  handler: FunctionNode,
  merging: readonly Registration[],
  { bindings }: FileFacts,
): Node | undefined {
  const { parent } = handler;
  const id = parent.type === 'VariableDeclarator' ? parent.id : handler.id;
  const variable = id && bindings.variableOf(id);
  const registered = variable?.references.every(
    ({ identifier, init }) =>
      init === true || merging.some(({ handler: given }) => given === identifier),
  );
  if (!registered) return undefined;
  if (handler.type === 'FunctionDeclaration') return handler;
  const alone = parent.type === 'VariableDeclarator' && parent.parent.declarations.length === 1;
  return alone ? parent.parent : undefined;
}

/** A merge by hand of plain statements, so that `AbortSignal.any` can take its place. */
export function handMergeOf(
  registration: Registration,
  all: readonly Registration[],
  root: FunctionNode,
  facts: FileFacts,
): HandMerge | undefined {
  const controller = controllerAbortedBy(registration, root, facts);
  const declarator = controller?.defs[0]?.node;
  if (!controller || declarator?.type !== 'VariableDeclarator') return undefined;
  const declaration = declarator.parent;
  if (declaration.kind !== 'const' || declaration.declarations.length !== 1) return undefined;
  const merging = all.filter((other) => controllerAbortedBy(other, root, facts) === controller);
  const removed = new Set<Node>();
  for (const { call, signal, handler } of merging) {
    const statement = call.parent;
    const listener = unwrap(handler);
    const fn = isFunction(listener) ? listener : facts.bindings.functionOf(listener);
    const made = rootOf(pathOf(signal, facts.bindings))?.identifiers[0];
    const before = made !== undefined && made.range[0] < declaration.range[0];
    if (statement.type !== 'ExpressionStatement' || statement.parent !== declaration.parent) {
      return undefined;
    }
    if (!fn || !isOnlyAbort(fn) || !before || isOptional(call, signal)) return undefined;
    const named = isFunction(listener) ? call : listenerStatement(fn, merging, facts);
    if (!named) return undefined;
    if (named !== call) removed.add(named);
    removed.add(statement);
  }
  const reads = readsOf(controller, [...removed]);
  const signals = merging.map(({ signal }) => signal);
  return reads && signals.length > 1
    ? { name: controller.name, declaration, signals, removed: [...removed], reads }
    : undefined;
}

function isOptional(call: TSESTree.CallExpression, signal: Node): boolean {
  const callee = unwrap(call.callee);
  const optional = callee.type === 'MemberExpression' && callee.optional;
  return optional || unwrap(signal) !== signal;
}

/** All reads of `controller.signal` outside of what is removed; undefined where it is used otherwise too. */
function readsOf(controller: Variable, removed: readonly Node[]): readonly Node[] | undefined {
  const reads: Node[] = [];
  for (const { identifier, init } of controller.references) {
    if (init === true || removed.some((node) => contains(node, identifier))) continue;
    const { parent } = identifier;
    if (parent.type !== 'MemberExpression' || memberName(parent) !== 'signal') return undefined;
    reads.push(parent);
  }
  return reads;
}
