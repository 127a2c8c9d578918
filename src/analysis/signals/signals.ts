/**
 * Expressions -> whose signal it is: made by the operation itself, or somebody else's, which may live longer.
 *
 * ```ts
 * async function f(options) {
 *   const own = new AbortController();
 *   own.signal;                    // own
 *   options.signal;                // foreign
 *   this.lifetime.signal;          // foreign
 * }
 * queue.add(async ({ signal }) => …);   // lent: made for this one call of the callback
 * ```
 *
 * Not modelled: signals that are the results of calls (unknown), and what other files pass.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue, type Bindings, type Variable } from '../../ast/bindings.ts';
import { spliceSite, unitOf } from '../../ast/functions.ts';
import { contains, isFunction, keyName, memberName, unwrap, wrapped } from '../../ast/nodes.ts';
import type { FunctionNode } from '../../ast/nodes.ts';
import { callsOf, isPassedOn } from '../callers.ts';
import type { FileFacts } from '../file.ts';
import { destructuredFrom, isSamePath, pathOf, rootOf, type ReadPath } from '../paths.ts';
import { loopAround } from '../loops.ts';

type Node = TSESTree.Node;

/**
 * - `own`: made by the code around, which also decides when it aborts.
 * - `lent`: a parameter of a callback or of a local function that is only given such signals.
 * - `request`: `req.signal` and the like, which ends with the request that is being handled.
 * - `foreign`: a parameter, a field, a variable outside: it may live longer than we do.
 * - `unknown`: the result of a call.
 */
export type SignalOrigin = 'own' | 'lent' | 'request' | 'foreign' | 'unknown';

const MAX_DEPTH = 6;
const ITERATING: ReadonlySet<string> = new Set([
  'forEach',
  'map',
  'flatMap',
  'filter',
  'some',
  'every',
  'find',
]);

/** The collection whose elements an inline callback gets: `signals` of `signals.forEach((signal) => …)`. */
export function iteratedBy(fn: FunctionNode): TSESTree.CallExpression | undefined {
  const outer = wrapped(fn);
  const { parent } = outer;
  if (parent?.type !== 'CallExpression' || parent.arguments[0] !== outer) return undefined;
  const callee = unwrap(parent.callee);
  const iterates = callee.type === 'MemberExpression' && ITERATING.has(memberName(callee) ?? '');
  return iterates ? parent : undefined;
}

/** Is the function handed to a call, alone or in an object literal? Then the callee calls it with what it likes. */
function isCallback(fn: FunctionNode): boolean {
  if (fn.type === 'FunctionDeclaration' || spliceSite(fn)) return false;
  let at = wrapped(fn);
  while (
    at.parent?.type === 'Property' ||
    at.parent?.type === 'ObjectExpression' ||
    at.parent?.type === 'ArrayExpression'
  ) {
    at = at.parent;
  }
  const { parent } = at;
  if (parent?.type === 'JSXExpressionContainer') return true;
  // `createQuery(() => ({ query: ({ signal }) => … }))`
  if (at.type === 'ObjectExpression') {
    const giver = parent?.type === 'ReturnStatement' ? unitOf(parent) : parent;
    if (giver && giver !== fn && isFunction(giver) && isCallback(giver)) return true;
  }
  return (
    (parent?.type === 'CallExpression' || parent?.type === 'NewExpression') && parent.callee !== at
  );
}

/** `new AbortController()`, however the expression names it. */
export function controllerOf(node: Node, bindings: Bindings, depth = 0): Node | undefined {
  const it = unwrap(node);
  if (it.type === 'NewExpression') {
    return it.callee.type === 'Identifier' && it.callee.name === 'AbortController' ? it : undefined;
  }
  if (it.type !== 'Identifier' || depth > MAX_DEPTH) return undefined;
  const variable = bindings.variableOf(it);
  const [def] = variable?.defs ?? [];
  if (!variable || def?.node.type !== 'VariableDeclarator' || def.node.id !== def.name) {
    return undefined;
  }
  const written = writtenValues(variable);
  const made = written?.map((value) => controllerOf(value, bindings, depth + 1));
  return made?.every((one) => one !== undefined) ? made[0] : undefined;
}

/** Every value that the variable is given; undefined where one of them is no expression. */
export function writtenValues(variable: Variable): readonly Node[] | undefined {
  const values: Node[] = [];
  for (const reference of variable.references) {
    if (!reference.isWrite()) continue;
    if (!reference.writeExpr) return undefined;
    values.push(reference.writeExpr);
  }
  return values.length > 0 ? values : undefined;
}

/** A thing made at module level is not the operation's own. */
function madeAt(creation: Node): SignalOrigin {
  return unitOf(creation).type === 'Program' ? 'foreign' : 'own';
}

function combined(origins: readonly SignalOrigin[]): SignalOrigin {
  for (const origin of ['foreign', 'unknown', 'request', 'lent'] as const) {
    if (origins.includes(origin)) return origin;
  }
  return origins.length > 0 ? 'own' : 'unknown';
}

const REQUEST = /^(?:req|request|rawRequest|nodeRequest|mcpReq)$/i;
/** Names of things that are one piece of work: their signal ends with it. */
const UNIT_OF_WORK =
  /^(?:turn|job|task|run|step|attempt|call|toolCall|invocation|execution|operation|activity|event|message)$/i;

/** Names of what a caller gives to say how the work is to be done. */
const OPTIONS =
  /^(?:opts|init|args|input|inputs|values)$|(?:options|opts|config|settings|params|values)$/i;

function isPathThrough({ root, members }: ReadPath, names: RegExp): boolean {
  if (!/signal$/i.test(members.at(-1) ?? '')) return false;
  const through = [typeof root === 'string' ? root : root.name, ...members.slice(0, -1)];
  return through.some((name) => names.test(name));
}

/** `req.signal`, `c.req.raw.signal`, `event.request.signal`: what a path of names says. */
export function isRequestPath(path: ReadPath): boolean {
  return isPathThrough(path, REQUEST);
}

/** The argument that a call gives for a parameter, or for a property of a destructured one. */
function argumentFor(
  call: TSESTree.CallExpression,
  fn: FunctionNode,
  leaf: Node,
): Node | undefined {
  const index = fn.params.findIndex((parameter) => contains(parameter, leaf));
  const parameter = fn.params[index];
  const argument = call.arguments[index];
  if (!parameter || !argument || call.arguments.slice(0, index + 1).some(isSpread))
    return undefined;
  const pattern = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
  if (pattern.type === 'Identifier') return argument;
  const object = unwrap(argument);
  if (pattern.type !== 'ObjectPattern' || object.type !== 'ObjectExpression') return undefined;
  const key = pattern.properties.find((it) => contains(it, leaf));
  if (key?.type !== 'Property') return undefined;
  const name = keyName(key.key, key.computed);
  const given = object.properties.find(
    (it) => it.type === 'Property' && keyName(it.key, it.computed) === name,
  );
  return given?.type === 'Property' ? given.value : undefined;
}

function isSpread(node: Node): boolean {
  return node.type === 'SpreadElement';
}

/** Is the call run again and again while what it is given stays the same? */
function isRepeated(call: Node, creation: Node): boolean {
  const loop = loopAround(call);
  return loop !== undefined && !contains(loop, creation);
}

export function signalOrigin(node: Node, facts: FileFacts): SignalOrigin {
  return originAt(node, facts, 0);
}

function originAt(node: Node, facts: FileFacts, depth: number): SignalOrigin {
  if (depth > MAX_DEPTH) return 'unknown';
  const { bindings } = facts;
  const it = unwrap(node);
  switch (it.type) {
    case 'Identifier': {
      const variable = bindings.variableOf(it);
      return variable ? variableOrigin(variable, facts, depth) : 'unknown';
    }
    case 'MemberExpression':
      return memberOrigin(it, facts, depth);
    case 'LogicalExpression':
      return combined([originAt(it.left, facts, depth + 1), originAt(it.right, facts, depth + 1)]);
    case 'ConditionalExpression':
      return combined([
        originAt(it.consequent, facts, depth + 1),
        originAt(it.alternate, facts, depth + 1),
      ]);
    case 'CallExpression': {
      const callee = unwrap(it.callee);
      const made =
        callee.type === 'MemberExpression' &&
        callee.object.type === 'Identifier' &&
        callee.object.name === 'AbortSignal';
      return made ? 'own' : 'unknown';
    }
    default:
      return 'unknown';
  }
}

function memberOrigin(
  member: TSESTree.MemberExpression,
  facts: FileFacts,
  depth: number,
): SignalOrigin {
  const { bindings } = facts;
  const creation = controllerOf(member.object, bindings);
  if (creation) return madeAt(creation);
  const path = pathOf(member, bindings);
  if (!path) return 'unknown';
  return pathOrigin(path, member, facts, depth);
}

/** The origin of a signal that is read from something else at this node. */
function pathOrigin(path: ReadPath, at: Node, facts: FileFacts, depth: number): SignalOrigin {
  if (isRequestPath(path)) return 'request';
  if (path.root === 'this') return isRenewed(path, at, facts) ? 'own' : 'foreign';
  if (isPathThrough(path, UNIT_OF_WORK)) return 'lent';
  const variable = rootOf(path);
  const put = variable && putInto(variable, path);
  if (put) return originAt(put, facts, depth + 1);
  return variable ? holderOrigin(variable, facts, depth) : 'unknown';
}

/** `const call = { id, signal }`: the signal that the object was made with, where nothing else is put there. */
function putInto(variable: Variable, { members }: ReadPath): Node | undefined {
  const [key] = members;
  const value = constantValue(variable);
  const made = value && unwrap(value);
  if (made?.type !== 'ObjectExpression' || members.length !== 1) return undefined;
  const isWritten = variable.references.some(({ identifier: { parent } }) => {
    const isKey = parent.type === 'MemberExpression' && memberName(parent) === key;
    return isKey && parent.parent.type === 'AssignmentExpression' && parent.parent.left === parent;
  });
  const property = made.properties.findLast(
    (it) => it.type !== 'Property' || keyName(it.key, it.computed) === key,
  );
  return isWritten || property?.type !== 'Property' ? undefined : property.value;
}

/** `this.controller = new AbortController()` in the same function: a new signal for each run of it. */
function isRenewed(path: ReadPath, at: Node, { bindings, calls }: FileFacts): boolean {
  const unit = functionAround(at);
  return calls.some((creation) => {
    const { parent } = creation;
    if (parent.type !== 'AssignmentExpression' || parent.left.type !== 'MemberExpression') {
      return false;
    }
    if (!controllerOf(creation, bindings) || functionAround(creation) !== unit) return false;
    const target = pathOf(parent.left, bindings);
    return (
      target !== undefined && isSamePath(target, { ...path, members: path.members.slice(0, -1) })
    );
  });
}

/** The function around, beyond promise executors and the like. */
function functionAround(node: Node): Node {
  let unit = unitOf(node);
  for (let site = spliced(unit); site; site = spliced(unit)) unit = unitOf(site);
  return unit;
}

function spliced(unit: Node): Node | undefined {
  return isFunction(unit) ? spliceSite(unit) : undefined;
}

/** Whose thing is it that the variable holds, on which a signal is read? */
function holderOrigin(variable: Variable, facts: FileFacts, depth: number): SignalOrigin {
  const [def] = variable.defs;
  if (!def) return 'unknown';
  if (def.type === 'ImportBinding') return 'foreign';
  if (def.type === 'Parameter') return parameterOrigin(variable, facts, depth, true);
  if (unitOf(def.name).type === 'Program') return 'foreign';
  // `const settings = { ...defaults, ...options }`: what the caller has given, in another order.
  return OPTIONS.test(variable.name) && !controllerOf(def.name, facts.bindings)
    ? 'foreign'
    : 'unknown';
}

function variableOrigin(variable: Variable, facts: FileFacts, depth: number): SignalOrigin {
  const { bindings } = facts;
  const [def] = variable.defs;
  if (!def) return 'unknown';
  if (def.type === 'ImportBinding') return 'foreign';
  if (def.type === 'Parameter') return parameterOrigin(variable, facts, depth, false);
  if (def.node.type !== 'VariableDeclarator') return 'unknown';
  const from = destructuredFrom(variable);
  if (from) {
    const creation = from.key === 'signal' ? controllerOf(from.object, bindings) : undefined;
    if (creation) return madeAt(creation);
    const path = pathOf(def.name, bindings);
    return path && path.root !== variable
      ? pathOrigin(path, def.name, facts, depth + 1)
      : 'unknown';
  }
  const loop = def.node.parent.parent;
  if (loop.type === 'ForOfStatement' && loop.left === def.node.parent) {
    return collectionOrigin(loop.right, facts, depth + 1);
  }
  if (def.node.id !== def.name) return 'unknown';
  const values = writtenValues(variable);
  const origin = combined((values ?? []).map((value) => originAt(value, facts, depth + 1)));
  return origin;
}

function collectionOrigin(collection: Node, facts: FileFacts, depth: number): SignalOrigin {
  const it = unwrap(collection);
  if (it.type === 'ArrayExpression') {
    return combined(
      it.elements.flatMap((element) => (element ? [originAt(element, facts, depth)] : [])),
    );
  }
  if (it.type === 'CallExpression') {
    const callee = unwrap(it.callee);
    const derived =
      callee.type === 'MemberExpression' &&
      /^(?:filter|slice|flat)$/.test(memberName(callee) ?? '');
    return derived ? collectionOrigin(callee.object, facts, depth + 1) : 'unknown';
  }
  const variable = rootOf(pathOf(it, facts.bindings));
  const value = variable && depth < MAX_DEPTH ? writtenValues(variable)?.[0] : undefined;
  if (value && value.type !== 'Identifier') return collectionOrigin(value, facts, depth + 1);
  return variable ? holderOrigin(variable, facts, depth) : 'foreign';
}

/** `held`: the signal is a property of what the parameter holds. */
function parameterOrigin(
  variable: Variable,
  facts: FileFacts,
  depth: number,
  held: boolean,
): SignalOrigin {
  const [def] = variable.defs;
  const fn = def?.node;
  if (!def || !fn || !isFunction(fn) || depth > MAX_DEPTH) return 'foreign';
  const iteration = iteratedBy(fn);
  if (iteration) {
    const callee = unwrap(iteration.callee);
    return callee.type === 'MemberExpression'
      ? collectionOrigin(callee.object, facts, depth + 1)
      : 'unknown';
  }
  if (isCallback(fn)) return 'lent';
  const calls = callsOf(fn, facts);
  if (!calls) return isPassedOn(fn, facts) ? 'lent' : 'foreign';
  if (calls.length === 0) return 'foreign';
  const origin = combined(
    calls.map((call) => {
      const argument = argumentFor(call, fn, def.name);
      return argument ? givenOrigin(argument, call, facts, depth + 1, held) : 'foreign';
    }),
  );
  return origin === 'own' ? 'lent' : origin;
}

/** The origin of a signal that a call gives to a function of this file, alone or in what holds it. */
function givenOrigin(
  argument: Node,
  call: Node,
  facts: FileFacts,
  depth: number,
  held: boolean,
): SignalOrigin {
  const { bindings } = facts;
  const it = unwrap(argument);
  const holder = held ? it : it.type === 'MemberExpression' ? it.object : undefined;
  const creation = holder && controllerOf(holder, bindings);
  if (creation) return isRepeated(call, creation) ? 'foreign' : madeAt(creation);
  if (!held) return originAt(it, facts, depth);
  const path = pathOf(it, bindings);
  if (path?.root === 'this') return 'foreign';
  const variable = rootOf(path);
  return variable ? holderOrigin(variable, facts, depth) : 'unknown';
}
