/**
 * Is what a timer stops the subject of an operation that the function waits for, or returns?
 *
 * ```ts
 * const timer = setTimeout(() => controller.abort(), ms);   // stops `controller`
 * await fetch(url, { signal: controller.signal });           // waits for something that works with it
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { isSettlement, unitOf, type CodeUnit } from '../../ast/functions.ts';
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
import type { FileFacts } from '../file.ts';
import { hostOf } from '../function-uses.ts';
import { isSamePath, pathOf, rootOf, type ReadPath } from '../paths.ts';
import { thisMembers } from '../this-members.ts';
import type { TimerScene } from './timer-scene.ts';
import { stoppedBy, type TimerStart } from './timer-starts.ts';
import { leadsTo } from './ways-on.ts';

type Node = TSESTree.Node;

/** The pattern that receives the value that a node is a part of. */
function targetAround(node: Node): Node | undefined {
  let at: Node | undefined = node;
  while (at && !isFunction(at) && !at.type.endsWith('Statement')) {
    if (at.type === 'VariableDeclarator') return at.id;
    if (at.type === 'AssignmentExpression' && contains(at.right, node)) return at.left;
    at = at.parent;
  }
  return undefined;
}

function targetsOf(id: Node | undefined): readonly Node[] {
  switch (id?.type) {
    case undefined:
      return [];
    case 'ObjectPattern':
      return id.properties.map((it) => (it.type === 'Property' ? it.value : it.argument));
    case 'ArrayPattern':
      return id.elements.filter((it) => it !== null);
    default:
      return id ? [id] : [];
  }
}

/** Properties through which an operation hears that it is to stop. */
const LISTENED = /signal$|token$/i;

interface Related {
  readonly variables: ReadonlySet<Variable>;
  /** Properties that were given something to work through: `options.signal = controller.signal`. */
  readonly properties: readonly ReadPath[];
}

/** What works through these: `const { signal } = controller`, `const reply = fetch(url, { signal })`. */
function related(subjects: Iterable<Variable>, { bindings }: FileFacts): Related {
  const variables = new Set(subjects);
  const properties: ReadPath[] = [];
  for (const { references } of variables) {
    for (const { identifier } of references) {
      for (const target of targetsOf(targetAround(identifier))) {
        const bound = bindings.variableOf(target);
        if (bound) variables.add(bound);
        const path = target.type === 'MemberExpression' ? pathOf(target, bindings) : undefined;
        if (path && LISTENED.test(path.members.at(-1) ?? '')) properties.push(path);
      }
    }
  }
  return { variables, properties };
}

/** The longest member expression that reads on from an identifier: `context.options` of `fetch(context.options)`. */
function readFrom(identifier: Node): Node {
  let at = identifier;
  for (;;) {
    const outer = wrapped(at);
    const { parent } = outer;
    if (parent?.type !== 'MemberExpression' || parent.object !== outer) return at;
    at = parent;
  }
}

/** Reads of an object that has such a property, or of the property. */
function readsOf(properties: readonly ReadPath[], { bindings }: FileFacts): readonly Node[] {
  return properties.flatMap((property) => {
    const root = rootOf(property);
    const reads = (root?.references ?? []).map(({ identifier }) => readFrom(identifier));
    return reads.filter((read) => {
      const path = pathOf(read, bindings);
      const shared = path && property.members.slice(0, path.members.length);
      return path && shared && isSamePath(path, { ...property, members: shared });
    });
  });
}

/** `this.controller = controller`: the variables that the unit puts where the timer finds what it stops. */
function putThere(
  stopped: readonly ReadPath[],
  unit: CodeUnit,
  { bindings, sourceCode }: FileFacts,
): readonly Variable[] {
  const places = stopped.filter(({ members }) => members.length > 0);
  const found: Variable[] = [];
  if (places.length === 0) return found;
  walk(unit, sourceCode.visitorKeys, (node) => {
    if (node.type !== 'AssignmentExpression' || node.left.type !== 'MemberExpression') return;
    const value = bindings.variableOf(unwrap(node.right));
    const written = value && pathOf(node.left, bindings);
    if (written && places.some((place) => isSamePath(place, written))) found.push(value);
  });
  return found;
}

/** Where the function uses what the timer stops. */
function subjectsOf(
  stopped: readonly ReadPath[],
  unit: CodeUnit,
  facts: FileFacts,
): readonly Node[] {
  const named = stopped.flatMap(({ root }) => (typeof root === 'string' ? [] : [root]));
  const roots = [...named, ...putThere(stopped, unit, facts)];
  const { variables, properties } = related(roots, facts);
  const identifiers = [...variables].flatMap(({ references }) =>
    references.map(({ identifier }): Node => identifier),
  );
  const fields = stopped.flatMap(({ root, members }) =>
    root === 'this' ? members.slice(0, 1) : [],
  );
  const members = fields.flatMap((name) => thisMembers(name, facts).map(({ node }): Node => node));
  return [...identifiers, ...readsOf(properties, facts), ...members];
}

const SIGNAL_MAKER = /signal|^any$|merge|combine|link/i;

/** Is the operation itself returned, rather than a signal or an object that goes on working with it? */
function isOperation(result: Node): boolean {
  const it = unwrap(result);
  if (it.type === 'NewExpression') return calleeName(it) === 'Promise';
  if (it.type !== 'CallExpression') return false;
  return isSettlement(it) || !SIGNAL_MAKER.test(calleeName(it) ?? '');
}

/** Is what the function returns, as far as one can see, a promise that it makes? */
function givesPromise(fn: FunctionNode): boolean {
  const last = fn.body.type === 'BlockStatement' ? fn.body.body.at(-1) : fn.body;
  const result = last?.type === 'ReturnStatement' ? last.argument : last;
  return fn.async || (result !== null && result !== undefined && isPromise(unwrap(result)));
}

function isPromise(value: Node): boolean {
  if (value.type === 'NewExpression') return calleeName(value) === 'Promise';
  return isSettlement(value);
}

/** A promise that was made before and kept in a variable. */
function isKeptPromise(result: Node, { bindings }: FileFacts): boolean {
  const [def] = bindings.variableOf(unwrap(result))?.defs ?? [];
  if (def?.node.type !== 'VariableDeclarator' || !def.node.init) return false;
  const made = unwrap(def.node.init);
  const fn = made.type === 'CallExpression' ? bindings.functionOf(made.callee) : undefined;
  return isPromise(made) || (fn !== undefined && givesPromise(fn));
}

/** `fetch(url, { signal }).then(…)`: is the expression given to what makes the promise from which the callbacks go on? */
function isGoneOnFrom(call: Node, subject: Node): boolean {
  if (!isSettlement(call)) return false;
  const callee = unwrap(call.callee);
  if (callee.type !== 'MemberExpression' || memberName(callee) !== 'then') return false;
  const made = unwrap(callee.object);
  return made.type === 'CallExpression' && made.arguments.some((it) => contains(it, subject));
}

/** Where this unit waits for something that the expression is a part of, or gives it to whoever does. */
function waitFor(subject: Node, unit: CodeUnit, facts: FileFacts): Node | undefined {
  for (let at = subject.parent; at && at !== unit; at = at.parent) {
    if (at.type === 'AwaitExpression') return at;
    if (isGoneOnFrom(at, subject)) return at;
    if (at.type === 'ForOfStatement' && at.await && contains(at.right, subject)) return at;
    if (at.type === 'ReturnStatement' && unitOf(at) === unit) {
      const result = at.argument;
      if (result === null) return undefined;
      return isOperation(result) || isKeptPromise(result, facts) ? unwrap(result) : undefined;
    }
  }
  return undefined;
}

export function guardsOperation(start: TimerStart, scene: TimerScene): boolean {
  const { facts, settings } = scene;
  const stopped = stoppedBy(start, settings);
  if (stopped.length === 0) return false;
  const { call } = start;
  const unit = unitOf(call);
  return subjectsOf(stopped, unit, facts).some((subject) => {
    if (subject.range[0] <= call.range[1] || !contains(unit, subject)) return false;
    const wait = waitFor(subject, unit, facts);
    return wait && hostOf(wait) === hostOf(call) && leadsTo(start.node, wait, scene);
  });
}

/** Is what the timer stops at work in this piece of code, outside of the timer's own callback? */
export function isWorkedWith(start: TimerStart, within: Node, scene: TimerScene): boolean {
  const { facts, settings } = scene;
  return subjectsOf(stoppedBy(start, settings), unitOf(start.call), facts).some(
    (subject) => contains(within, subject) && !contains(wrapped(start.call), subject),
  );
}
