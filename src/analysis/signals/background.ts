/**
 * One source file -> the findings of `no-request-signal-in-background`: signals that end with a request or a caller,
 * given to work that should outlive it.
 *
 * ```ts
 * void publish(order, { signal: request.signal });        // background: the response ends, the publish is lost
 * this.pending ??= load(key, signal);                      // shared: the first caller's abort fails all the others
 * ```
 *
 * Only what syntax shows to be left alone counts: `void`, statements whose promise nobody takes, `waitUntil`, `after`,
 * callbacks for later. Not modelled: promises that are stored and never awaited.
 */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { isSettlement } from '../../ast/functions.ts';
import {
  calleeName,
  contains,
  isFunction,
  memberName,
  unwrap,
  walk,
  type FunctionNode,
} from '../../ast/nodes.ts';
import { factsOf, type FileFacts, type Source } from '../file.ts';
import { fine, mentioned, type Account } from '../finding.ts';
import { hostOf } from '../function-uses.ts';
import { isSamePath, pathOf, rootOf, type ReadPath } from '../paths.ts';
import { requestSignalsIn } from './request-signals.ts';
import { isSignal } from './signal-names.ts';

type Node = TSESTree.Node;
type Call = TSESTree.CallExpression;

export interface BackgroundFinding {
  readonly kind: 'background' | 'shared';
  /** The signal. */
  readonly at: Node;
  /** What leaves the work alone, or keeps it for others. */
  readonly by: Node;
}

/** Functions that take work over for after the response. */
const AFTERWARDS: ReadonlySet<string> = new Set(['waitUntil', 'after']);
const LATER: ReadonlySet<string> = new Set(['setImmediate', 'queueMicrotask', 'nextTick']);
/** Functions that look at a signal at once, or only listen to it. */
const SYNCHRONOUS =
  /^(?:getEventListeners|on|once|off|push|(?:set|add|register|attach)(?:[A-Z]\w*)?|pipeline|emit|next|log|debug|info|warn|error|assert\w*|expect|use[A-Z]\w*|describe|it|test)$/;

/** The call whose promise a chain of settlements handles. */
function startOf(call: Call): Call {
  let at = call;
  while (isSettlement(at)) {
    const callee = unwrap(at.callee);
    const inner = callee.type === 'MemberExpression' ? unwrap(callee.object) : undefined;
    if (inner?.type !== 'CallExpression') break;
    at = inner;
  }
  return at;
}

/** Is this call a statement, so that nobody takes its promise? With `void`, the author says so. */
function isLeftAlone(call: Call): { readonly explicit: boolean } | undefined {
  let at: Node = call;
  while (at.parent && /^(?:ChainExpression|TSNonNull|Parenthesized)/.test(at.parent.type))
    at = at.parent;
  const { parent } = at;
  if (parent?.type === 'UnaryExpression' && parent.operator === 'void') return { explicit: true };
  return parent?.type === 'ExpressionStatement' ? { explicit: isSettlement(call) } : undefined;
}

/** The work that a statement leaves alone. */
function detachedWork(call: Call, facts: FileFacts): Node | undefined {
  const alone = isLeftAlone(call);
  if (!alone) return undefined;
  const start = startOf(call);
  const callee = unwrap(start.callee);
  const name = calleeName(start) ?? '';
  if (AFTERWARDS.has(name) || LATER.has(name)) return undefined;
  if (isFunction(callee)) return callee.async ? start : undefined;
  const fn = facts.bindings.functionOf(callee);
  const asynchronous = alone.explicit || fn?.async === true || /fetch$/i.test(name);
  if (asynchronous) return start;
  // An unknown function, called for its effect: one that is given a signal is not done at once.
  return fn === undefined && !SYNCHRONOUS.test(name) && hostOf(call)?.async === true
    ? start
    : undefined;
}

/** What `waitUntil(work)`, `after(() => work())`, `setImmediate(() => work())` do later. */
function laterWork(call: Call): Node | undefined {
  const name = calleeName(call) ?? '';
  const [given] = call.arguments;
  if (!given) return undefined;
  if (AFTERWARDS.has(name)) return given;
  return LATER.has(name) && isFunction(unwrap(given)) ? given : undefined;
}

function backgroundOf(call: Call, facts: FileFacts): readonly BackgroundFinding[] {
  const work = laterWork(call) ?? detachedWork(call, facts);
  if (!work) return [];
  return requestSignalsIn(work, facts).map((at) => ({ kind: 'background', at, by: call }));
}

/** The parameter of the function around that a signal is read from. */
function callersSignal(node: Node, facts: FileFacts): boolean {
  const path = pathOf(node, facts.bindings);
  const def = rootOf(path)?.defs[0];
  return def?.type === 'Parameter' && isSignal(node, facts) && hostOf(node) !== undefined;
}

/** The signals of the caller that start the work which an expression gives. */
function startedWith(value: Node, facts: FileFacts): readonly Node[] {
  const it = unwrap(value);
  if (it.type !== 'CallExpression') return [];
  const start = startOf(it);
  const callee = unwrap(start.callee);
  const within = isFunction(callee) ? [callee.body] : start.arguments;
  return within.flatMap((argument) => signalsIn(argument, facts));
}

function signalsIn(root: Node, facts: FileFacts): readonly Node[] {
  const it = unwrap(root);
  switch (it.type) {
    case 'Identifier':
    case 'MemberExpression':
      return callersSignal(it, facts) ? [it] : [];
    case 'ObjectExpression':
      return it.properties.flatMap((property) =>
        property.type === 'Property' ? signalsIn(property.value, facts) : [],
      );
    case 'BlockStatement':
      return facts.calls
        .filter((call) => contains(it, call))
        .flatMap((call) => call.arguments.flatMap((argument) => signalsIn(argument, facts)));
    default:
      return [];
  }
}

/** Does the place outlive the call: a field, a variable of the module or of a function around? */
function outlives(path: ReadPath, fn: FunctionNode): boolean {
  if (path.root === 'this') return path.members.length > 0;
  const variable = rootOf(path);
  return variable !== undefined && isOutside(variable, fn);
}

function isOutside(variable: Variable, fn: FunctionNode): boolean {
  return !contains(fn, variable.scope.block) && variable.defs[0]?.type !== 'Parameter';
}

/** Does the function also look for what an earlier caller has started? */
function isLookedUp(path: ReadPath, store: Node, fn: FunctionNode, facts: FileFacts): boolean {
  return facts.calls.some((call) => {
    const callee = unwrap(call.callee);
    if (!contains(fn, call) || callee.type !== 'MemberExpression' || contains(store, call))
      return false;
    if (!/^(?:get|has)$/.test(memberName(callee) ?? '')) return false;
    const other = pathOf(callee.object, facts.bindings);
    return other !== undefined && isSamePath(other, path);
  });
}

/** The values that may be kept, also when a variable names them first. */
function keptValues(node: Node, fn: FunctionNode, { bindings }: FileFacts): readonly Node[] {
  const it = unwrap(node);
  const variable = it.type === 'Identifier' ? bindings.variableOf(it) : undefined;
  if (!variable) return [it];
  return variable.references.flatMap(({ writeExpr }) =>
    writeExpr && contains(fn, writeExpr) ? [writeExpr] : [],
  );
}

/** `inFlight.set(key, load(signal))` beside `inFlight.get(key)` */
function storedOf(call: Call, facts: FileFacts): readonly BackgroundFinding[] {
  const callee = unwrap(call.callee);
  const fn = hostOf(call);
  const value = call.arguments[1];
  if (callee.type !== 'MemberExpression' || memberName(callee) !== 'set' || !fn || !value)
    return [];
  const path = pathOf(callee.object, facts.bindings);
  if (!path || !outlives(path, fn) || !isLookedUp(path, call, fn, facts)) return [];
  return keptValues(value, fn, facts)
    .flatMap((kept) => startedWith(kept, facts))
    .map((at) => ({ kind: 'shared', at, by: call }));
}

/** The expressions of the function that read a place. */
function readsOf(path: ReadPath, fn: FunctionNode, { bindings, sourceCode }: FileFacts): Node[] {
  const reads: Node[] = [];
  walk(fn.body, sourceCode.visitorKeys, (node) => {
    if (node.type !== 'Identifier' && node.type !== 'MemberExpression') return true;
    const read = pathOf(node, bindings);
    if (read && isSamePath(read, path)) reads.push(node);
    return true;
  });
  return reads;
}

/** The statement or `await` that an expression is the value or the test of. */
function consumerOf(node: Node): Node | undefined {
  let at = node.parent;
  while (at && /^(?:Unary|Logical|Binary|TS|Chain|Conditional)/.test(at.type)) at = at.parent;
  return at;
}

/** Is an earlier caller's work looked for before, and is it what the function gives or waits for? */
function isShared(path: ReadPath, target: Node, fn: FunctionNode, facts: FileFacts): boolean {
  const consumers = readsOf(path, fn, facts).flatMap((node) => {
    const consumer = node === target ? undefined : consumerOf(node);
    return consumer ? [{ node, type: consumer.type }] : [];
  });
  const isTested = consumers.some(
    ({ node, type }) =>
      node.range[0] < target.range[0] && (type === 'IfStatement' || type === 'ReturnStatement'),
  );
  const isGiven = consumers.some(
    ({ type }) => type === 'ReturnStatement' || type === 'AwaitExpression',
  );
  return isTested && isGiven;
}

/** `this.pending ??= load(signal)`, `if (!pending) pending = load(signal)` */
function assignedOf(value: Node, facts: FileFacts): readonly BackgroundFinding[] {
  const { parent } = value;
  if (parent?.type !== 'AssignmentExpression' || parent.right !== value) return [];
  const fn = hostOf(parent);
  const path = pathOf(keyless(parent.left), facts.bindings);
  if (!fn || !path || !outlives(path, fn)) return [];
  const shared =
    parent.operator === '??=' ||
    parent.operator === '||=' ||
    (parent.operator === '=' && isShared(path, parent.left, fn, facts));
  if (!shared) return [];
  return startedWith(value, facts).map((at) => ({ kind: 'shared', at, by: parent }));
}

/** `cache` of `cache[key]` */
function keyless(target: Node): Node {
  return target.type === 'MemberExpression' && memberName(target) === undefined
    ? target.object
    : target;
}

/** Could the file hand a signal on? */
export function mayHandOn({ text }: Source): boolean {
  return /signal/i.test(text);
}

/** The findings of `no-request-signal-in-background`, in source order. */
export function findBackgroundSignals(
  sourceCode: TSESLint.SourceCode,
): readonly BackgroundFinding[] {
  if (!mayHandOn(sourceCode)) return [];
  const facts = factsOf(sourceCode);
  return facts.once('no-request-signal-in-background', () => {
    const found = new Map<Node, BackgroundFinding>();
    for (const call of facts.calls) {
      if (call.type !== 'CallExpression') continue;
      const findings = [
        ...backgroundOf(call, facts),
        ...storedOf(call, facts),
        ...assignedOf(call, facts),
      ];
      for (const finding of findings) if (!found.has(finding.at)) found.set(finding.at, finding);
    }
    return [...found.values()].toSorted((a, b) => a.at.range[0] - b.at.range[0]);
  });
}

/** The `await` or `return` around the work that is given the signal. */
function waitFor(signal: Node): Node | undefined {
  for (let at: Node | undefined = signal; at && !isFunction(at); at = at.parent) {
    if (at.type === 'AwaitExpression' || at.type === 'ReturnStatement') return at;
  }
  return undefined;
}

/** What became of each signal of a request that some work is given. */
export function accountForBackground(sourceCode: TSESLint.SourceCode): readonly Account[] {
  if (!mayHandOn(sourceCode)) return [];
  const facts = factsOf(sourceCode);
  const reported = new Set<Node>(findBackgroundSignals(sourceCode).map(({ at }) => at));
  const given = new Set(
    facts.calls.flatMap((call) => call.arguments.flatMap((it) => requestSignalsIn(it, facts))),
  );
  return [...given].map((acquire): Account => {
    const at = mentioned([waitFor(acquire)], 'waited');
    const silence = reported.has(acquire) ? undefined : fine('background-in-time', at);
    const base = { rule: 'no-request-signal-in-background', released: 'ended' } as const;
    return { ...base, acquire, name: undefined, silence };
  });
}
