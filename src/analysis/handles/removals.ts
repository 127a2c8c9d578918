/**
 * One source file -> the removals that can never remove anything, because their argument is not what was registered.
 *
 * ```ts
 * bus.off('data', (chunk) => use(chunk));                        // a function of its own
 * window.removeEventListener('resize', this.onResize.bind(this)); // each `bind` makes another function
 * box.addEventListener('scroll', onScroll, true);
 * box.removeEventListener('scroll', onScroll);                    // the listener of the other phase
 * clearInterval(this.poll);                                       // a method, not the handle of a timer
 * ```
 *
 * Not modelled: functions that are made anew for each call of the function around, such as those of a component.
 */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { constantValue, type Variable } from '../../ast/bindings.ts';
import { isFunction, keyName, memberName, unwrap } from '../../ast/nodes.ts';
import { mentions, type Word } from '../../ast/words.ts';
import { callsNamed } from '../callers.ts';
import { factsOf, type FileFacts } from '../file.ts';
import { fine, mentioned, type Account } from '../finding.ts';
import { identityOf } from '../signals/listeners.ts';
import { isSamePath, pathOf, type ReadPath } from '../paths.ts';
import { isExported } from '../../ast/exports.ts';
import { classAround, isWritten, membersOf } from '../members.ts';
import { isInTest } from '../test-code.ts';
import { timerCallsOf, type TimerCall } from '../timer-calls.ts';

type Node = TSESTree.Node;
type Call = TSESTree.CallExpression;

export interface IdleRemoval {
  readonly call: Call;
  /** Where the report stands. */
  readonly at: Node;
  readonly argument: Node;
  /**
   * - `closure`, `bind`: the argument makes a function. `unregistered`: it names one that is only ever removed.
   * - `phase`: the file registers the same listener with the other capture flag only.
   * - `function`: a timer is to be cleared by a function.
   */
  readonly kind: 'closure' | 'bind' | 'unregistered' | 'phase' | 'function';
  /** The registration that was probably meant. */
  readonly registration: Call | undefined;
}

const REGISTERING: ReadonlyMap<string, readonly string[]> = new Map([
  ['removeEventListener', ['addEventListener']],
  ['removeListener', ['addListener', 'on', 'once', 'prependListener', 'prependOnceListener']],
  ['off', ['on', 'once', 'addListener', 'prependListener', 'prependOnceListener']],
]);

interface Listening {
  readonly call: Call;
  readonly method: string;
  /** Undefined for the global `addEventListener(…)`. */
  readonly target: Node | undefined;
  readonly event: Node;
  readonly handler: Node;
  readonly options: Node | undefined;
}

/** `target.method(event, handler, options)`; of the free functions, only those of the global scope. */
function listeningOf(call: Call, { bindings }: FileFacts): Listening | undefined {
  const [event, handler, options] = call.arguments;
  if (!event || !handler || call.arguments.some((it) => it.type === 'SpreadElement')) {
    return undefined;
  }
  const callee = unwrap(call.callee);
  if (callee.type === 'MemberExpression') {
    const method = memberName(callee);
    return method === undefined
      ? undefined
      : { call, method, target: callee.object, event, handler, options };
  }
  if (callee.type !== 'Identifier' || !callee.name.endsWith('EventListener')) return undefined;
  const variable = bindings.variableOf(callee);
  if (variable && variable.defs.length > 0) return undefined;
  return { call, method: callee.name, target: undefined, event, handler, options };
}

/** An event's name: `'data'`, `` `data` ``, `Events.Data`. A number may be anything. */
function isEvent(node: Node): boolean {
  const it = unwrap(node);
  // `window.removeEventListener('testPassive', () => {}, options)` only asks what the platform can do.
  if (it.type === 'Literal') return typeof it.value === 'string' && !/^test/i.test(it.value);
  return /^(?:TemplateLiteral|Identifier|MemberExpression)$/.test(it.type);
}

function isBound(node: Node): boolean {
  if (node.type !== 'CallExpression') return false;
  const callee = unwrap(node.callee);
  return callee.type === 'MemberExpression' && memberName(callee) === 'bind';
}

function isSameText(a: Node, b: Node, { sourceCode: { text } }: FileFacts): boolean {
  return text.slice(...a.range) === text.slice(...b.range);
}

function isSameTarget(a: Listening, b: Listening, { bindings }: FileFacts): boolean {
  if (!a.target || !b.target) return a.target === b.target;
  const [first, second] = [pathOf(a.target, bindings), pathOf(b.target, bindings)];
  return first !== undefined && second !== undefined && isSamePath(first, second);
}

const LISTENING: ReadonlySet<string> = new Set(
  [...REGISTERING].flatMap(([name, others]) => [name, ...others]),
);

/** All calls of the file that register or remove a listener. */
function listeningsOf(facts: FileFacts): readonly Listening[] {
  return callsNamed(LISTENING, facts).flatMap((call) =>
    call.type === 'CallExpression' ? (listeningOf(call, facts) ?? []) : [],
  );
}

/** The registration of the same event that a removal most likely means. */
function meantBy(
  removal: Listening,
  all: readonly Listening[],
  facts: FileFacts,
): Call | undefined {
  const methods = REGISTERING.get(removal.method) ?? [];
  const candidates = all.filter(
    (it) => methods.includes(it.method) && isSameText(it.event, removal.event, facts),
  );
  const near = candidates.filter((it) => isSameTarget(it, removal, facts));
  const alike = near.find((it) => isSameText(it.handler, removal.handler, facts));
  return (alike ?? near[0] ?? (candidates.length === 1 ? candidates[0] : undefined))?.call;
}

/** A local function that the code names only to remove it. */
function isOnlyRemoved(variable: Variable, removals: ReadonlySet<Node>): boolean {
  const value = constantValue(variable);
  const made = value && unwrap(value);
  if (!made || !(isFunction(made) || isBound(made)) || isExported(variable)) return false;
  // The name of a function expression is for the function itself: others have it from where it stands.
  if (variable.defs[0]?.type === 'FunctionName' && made.type !== 'FunctionDeclaration')
    return false;
  return variable.references.every((it) => !it.isRead() || removals.has(it.identifier));
}

/** The capture flag of a registration or removal; undefined where the source does not show it. */
function captureOf(options: Node | undefined, facts: FileFacts): boolean | undefined {
  if (!options) return false;
  const it = unwrap(options);
  if (it.type === 'Identifier') {
    if (it.name === 'undefined') return false;
    const variable = facts.bindings.variableOf(it);
    const value = variable && constantValue(variable);
    return value && unwrap(value).type !== 'Identifier' ? captureOf(value, facts) : undefined;
  }
  if (it.type === 'Literal') return typeof it.value === 'boolean' ? it.value : undefined;
  if (it.type !== 'ObjectExpression') return undefined;
  let capture: boolean | undefined = false;
  for (const property of it.properties) {
    if (property.type !== 'Property') return undefined;
    const name = keyName(property.key, property.computed);
    if (name === undefined) return undefined;
    if (name === 'capture') capture = captureLiteral(property.value);
  }
  return capture;
}

function captureLiteral(value: Node): boolean | undefined {
  const it = unwrap(value);
  return it.type === 'Literal' && typeof it.value === 'boolean' ? it.value : undefined;
}

/** What names the listener: a variable, a field, or the object itself (`handleEvent`). */
function nameOf(handler: Node, facts: FileFacts): ReadPath | undefined {
  const isObject = unwrap(handler).type === 'ThisExpression';
  return isObject ? { root: 'this', members: [] } : identityOf(handler, facts);
}

/** The registration of the same listener, when all there are have the other capture flag. */
function otherPhase(
  removal: Listening,
  all: readonly Listening[],
  facts: FileFacts,
): Call | undefined {
  const identity = nameOf(removal.handler, facts);
  const capture = captureOf(removal.options, facts);
  if (!identity || capture === undefined || removal.event.type !== 'Literal') return undefined;
  const owner = classAround(removal.call).node;
  const same = all.filter((it) => {
    const other = isSameText(it.event, removal.event, facts) && nameOf(it.handler, facts);
    if (!other || !isSamePath(identity, other)) return false;
    return identity.root !== 'this' || classAround(it.call).node === owner;
  });
  const registered = same.filter((it) => it.method === 'addEventListener');
  const isOther = (it: Listening): boolean => captureOf(it.options, facts) === !capture;
  if (!registered.every(isOther)) return undefined;
  // Taken off in both phases: one of the two is the right one.
  const alsoRemoved = same.some((it) => it.method === 'removeEventListener' && isOther(it));
  if (alsoRemoved) return undefined;
  return registered.find((it) => isSameTarget(it, removal, facts))?.call;
}

function removalFinding(
  removal: Listening,
  all: readonly Listening[],
  removed: ReadonlySet<Node>,
  facts: FileFacts,
): IdleRemoval | undefined {
  const { call, handler } = removal;
  const it = unwrap(handler);
  const found = (kind: IdleRemoval['kind'], registration: Call | undefined): IdleRemoval => ({
    call,
    at: call.callee,
    argument: handler,
    kind,
    registration,
  });
  if (isFunction(it)) return found('closure', meantBy(removal, all, facts));
  if (isBound(it)) return found('bind', meantBy(removal, all, facts));
  const variable = it.type === 'Identifier' ? facts.bindings.variableOf(it) : undefined;
  if (variable && isOnlyRemoved(variable, removed)) {
    return found('unregistered', meantBy(removal, all, facts));
  }
  const other =
    removal.method === 'removeEventListener' ? otherPhase(removal, all, facts) : undefined;
  return other && found('phase', other);
}

/** `clearTimeout(poll)`, where `poll` is a function that nothing writes over. */
function clearFinding({ call, kind }: TimerCall, facts: FileFacts): IdleRemoval | undefined {
  const [argument] = call.arguments;
  if (!kind.startsWith('clear') || !argument) return undefined;
  if (!facts.bindings.functionOf(argument)) return undefined;
  const it = unwrap(argument);
  const name = it.type === 'MemberExpression' ? memberName(it) : undefined;
  const isField =
    name !== undefined &&
    membersOf(facts)
      .ofField(name, argument)
      .some((use) => isWritten(use));
  if (isField) return undefined;
  return { call, at: call.callee, argument, kind: 'function', registration: undefined };
}

function analyse(facts: FileFacts): readonly IdleRemoval[] {
  const all = listeningsOf(facts);
  const removals = all.filter((it) => REGISTERING.has(it.method) && isEvent(it.event));
  const removed = new Set<Node>(removals.map(({ handler }) => unwrap(handler)));
  const listeners = removals.flatMap((it) => removalFinding(it, all, removed, facts) ?? []);
  const timers = timerCallsOf(facts).flatMap((clear) => clearFinding(clear, facts) ?? []);
  // A test may ask what removing a stranger does.
  return [...listeners, ...timers].filter(({ call }) => !isInTest(call));
}

/** In the text of every file with a removal. */
export const REMOVAL_WORDS: readonly Word[] = ['Listener', 'off', 'Timeout', 'Interval'];
const TRIGGER =
  /\b(?:removeEventListener|removeListener|off|clear(?:Timeout|Interval))\b\s*(?:\?\.)?\s*\(/;

function mayRemove({ text }: TSESLint.SourceCode): boolean {
  return mentions(text, REMOVAL_WORDS) && TRIGGER.test(text);
}

/** The removals of the file that remove nothing. */
export function findIdleRemovals(sourceCode: TSESLint.SourceCode): readonly IdleRemoval[] {
  if (!mayRemove(sourceCode)) return [];
  const facts = factsOf(sourceCode);
  return facts.once('idle removals', () => analyse(facts));
}

/** What became of each removal of a listener. */
export function accountForRemovals(sourceCode: TSESLint.SourceCode): readonly Account[] {
  if (!mayRemove(sourceCode)) return [];
  const facts = factsOf(sourceCode);
  const reported = new Set<Node>(findIdleRemovals(sourceCode).map(({ call }) => call));
  const all = listeningsOf(facts);
  return all.flatMap((removal): readonly Account[] => {
    const { call, method, event } = removal;
    if (!REGISTERING.has(method) || !isEvent(event)) return [];
    const because = isInTest(call) ? 'test' : 'removal-registered';
    const at = mentioned([meantBy(removal, all, facts)], 'registered');
    const silence = reported.has(call) ? undefined : fine(because, at);
    return [
      { rule: 'no-lost-cancel', acquire: call, name: undefined, released: 'removed', silence },
    ];
  });
}
