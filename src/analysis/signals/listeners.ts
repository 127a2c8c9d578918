/**
 * Calls -> registrations of `abort` listeners, and the calls that take exactly such a listener off again.
 *
 * ```ts
 * signal.addEventListener('abort', onAbort, { once: true });   // registration, of `onAbort` on `signal`
 * signal.removeEventListener('abort', onAbort);                // removal of it
 * signal.removeEventListener('abort', () => stop());           // of nothing: a function that nobody registered
 * const held = addAbortListener(signal, onAbort);              // registration, taken off by held[Symbol.dispose]()
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { unitOf } from '../../ast/functions.ts';
import { calleeName, isFunction, keyName, memberName, unwrap } from '../../ast/nodes.ts';
import type { FileFacts } from '../file.ts';
import { isSamePath, pathOf, rootOf, type ReadPath } from '../paths.ts';
import { isSignal } from './signal-names.ts';
import { controllerOf, iteratedBy, signalOrigin, type SignalOrigin } from './signals.ts';

type Node = TSESTree.Node;
type Call = TSESTree.CallExpression;

export interface Registration {
  readonly call: Call;
  readonly signal: Node;
  readonly path: ReadPath | undefined;
  readonly origin: SignalOrigin;
  readonly handler: Node;
  /** What a removal can name; undefined for a function that stands in the call and has no name. */
  readonly identity: ReadPath | undefined;
  readonly capture: boolean;
  readonly once: boolean;
  /** `{ signal: own.signal }`: the controller whose abort takes the listener off. */
  readonly remover: ReadPath | undefined;
  /** The call gives a disposable, which takes the listener off. */
  readonly disposable: boolean;
  /** The node at which the code that decides about the listener runs it: the call, or the `forEach` around it. */
  readonly place: Node;
}

export interface Options {
  readonly capture: boolean;
  readonly once: boolean;
  readonly signal: Node | undefined;
  /** Options that are computed elsewhere say nothing. */
  readonly known: boolean;
}

export function optionsOf(node: Node | undefined): Options {
  const none = { capture: false, once: false, signal: undefined };
  if (!node) return { ...none, known: true };
  const it = unwrap(node);
  if (it.type === 'Literal') return { ...none, capture: it.value === true, known: true };
  if (it.type !== 'ObjectExpression') return { ...none, known: false };
  const valueOf = (name: string): Node | undefined => {
    const property = it.properties.find(
      (one) => one.type === 'Property' && keyName(one.key, one.computed) === name,
    );
    return property?.type === 'Property' ? property.value : undefined;
  };
  const isTrue = (value: Node | undefined): boolean =>
    value?.type === 'Literal' && value.value === true;
  return {
    capture: isTrue(valueOf('capture')),
    once: isTrue(valueOf('once')),
    signal: valueOf('signal'),
    known: it.properties.every((property) => property.type === 'Property'),
  };
}

function isAbortEvent(node: Node | undefined): boolean {
  if (node?.type === 'TemplateLiteral') return node.quasis[0]?.value.cooked === 'abort';
  return node?.type === 'Literal' && node.value === 'abort';
}

/** `S.addEventListener('abort', …)` and `S.removeEventListener('abort', …)`: S and the rest. */
export function abortListenerCall(
  call: Node,
  method: 'addEventListener' | 'removeEventListener',
):
  | { readonly signal: Node; readonly handler: Node; readonly options: Node | undefined }
  | undefined {
  if (call.type !== 'CallExpression') return undefined;
  const callee = unwrap(call.callee);
  if (callee.type !== 'MemberExpression' || memberName(callee) !== method) return undefined;
  const [event, handler, options] = call.arguments;
  if (!isAbortEvent(event) || !handler) return undefined;
  return { signal: callee.object, handler, options };
}

const UNLISTENING: ReadonlySet<string> = new Set(['removeEventListener', 'removeListener', 'off']);

/** A call that takes a listener of any event off: nothing in it is ever called because of that. */
export function isUnlistening(call: Node): boolean {
  return call.type === 'CallExpression' && UNLISTENING.has(calleeName(call) ?? '');
}

/** `signal.onabort`: what is put there listens, too. */
export function isAbortSlot(target: Node): boolean {
  return target.type === 'MemberExpression' && memberName(target) === 'onabort';
}

/** The variable that holds the handler, also when the call assigns it. */
export function identityOf(handler: Node, facts: FileFacts): ReadPath | undefined {
  const it = unwrap(handler);
  if (it.type === 'AssignmentExpression') return identityOf(it.left, facts);
  if (it.type === 'Identifier') {
    const variable = facts.bindings.variableOf(it);
    return { root: variable ?? it.name, members: [] };
  }
  return it.type === 'MemberExpression' ? pathOf(it, facts.bindings) : undefined;
}

/** Out of the callbacks of `signals.forEach(…)`, which run where they stand. */
export function placeOf(node: Node): Node {
  let at = node;
  for (;;) {
    const unit = unitOf(at);
    const iteration = isFunction(unit) && !unit.async ? iteratedBy(unit) : undefined;
    if (!iteration) return at;
    at = iteration;
  }
}

function registrationOf(call: Call, facts: FileFacts): Registration | undefined {
  const { bindings } = facts;
  const parts = abortListenerCall(call, 'addEventListener');
  if (parts) {
    const options = optionsOf(parts.options);
    if (!options.known || !isSignal(parts.signal, facts)) return undefined;
    const remover = options.signal && removerOf(options.signal, facts);
    if (options.signal && !remover) return undefined;
    return {
      call,
      ...parts,
      path: pathOf(parts.signal, bindings),
      origin: signalOrigin(parts.signal, facts),
      identity: identityOf(parts.handler, facts),
      capture: options.capture,
      once: options.once,
      remover,
      disposable: false,
      place: placeOf(call),
    };
  }
  const [signal, handler] = call.arguments;
  if (calleeName(call) !== 'addAbortListener' || !signal || !handler) return undefined;
  return {
    call,
    signal,
    path: pathOf(signal, bindings),
    origin: signalOrigin(signal, facts),
    handler,
    identity: undefined,
    capture: false,
    once: true,
    remover: undefined,
    disposable: true,
    place: placeOf(call),
  };
}

/** The controller behind `{ signal: own.signal }`, where this code made it. */
function removerOf(signal: Node, facts: FileFacts): ReadPath | undefined {
  const path = pathOf(signal, facts.bindings);
  if (path?.members.at(-1) !== 'signal' || signalOrigin(signal, facts) !== 'own') return undefined;
  const variable = rootOf(path);
  const [identifier] = variable?.identifiers ?? [];
  const made = identifier && controllerOf(identifier, facts.bindings);
  return made && path.members.length === 1 ? { root: path.root, members: [] } : undefined;
}

export function registrationsOf(facts: FileFacts): readonly Registration[] {
  return facts.calls.flatMap((call) => {
    const found = call.type === 'CallExpression' ? registrationOf(call, facts) : undefined;
    return found ? [found] : [];
  });
}

/** What a removal, or a helper that removes, is given. */
export interface Given {
  readonly signal: Node | undefined;
  readonly handler: Node;
}

/**
 * Is this listener meant? `alone`: its handler is registered on this signal only, so naming the handler is enough when
 * the signal goes by a name that nothing is known of.
 */
export function isMeant(
  { signal, handler }: Given,
  { handler: registered, identity, path }: Registration,
  alone: boolean,
  facts: FileFacts,
): boolean {
  if (!identity || !isSameFunction(handler, registered, facts)) return false;
  const other = signal && pathOf(signal, facts.bindings);
  if (alone || !path || !other || isSamePath(path, other)) return true;
  return isElement(rootOf(other)) || isElement(rootOf(path));
}

/** Do both name one function: by the same name, or `const same = stop`? */
function isSameFunction(one: Node, other: Node, facts: FileFacts): boolean {
  const isSame = (a: ReadPath | undefined, b: ReadPath | undefined): boolean =>
    a !== undefined && b !== undefined && isSamePath(a, b);
  return (
    isSame(identityOf(one, facts), identityOf(other, facts)) ||
    isSame(pathOf(one, facts.bindings), pathOf(other, facts.bindings))
  );
}

/** Is the variable an item of a collection: of a loop, of a callback? */
function isElement(variable: Variable | undefined): boolean {
  const [def] = variable?.defs ?? [];
  if (!def) return false;
  if (def.type === 'Parameter') return isFunction(def.node) && iteratedBy(def.node) !== undefined;
  return (
    def.node.type === 'VariableDeclarator' && /^For(?:Of|In)/.test(def.node.parent.parent.type)
  );
}

/** The handler and signal of a removal with the same capture flag. */
export function removalOf(call: Node, { capture }: Registration): Given | undefined {
  const parts = abortListenerCall(call, 'removeEventListener');
  if (!parts || optionsOf(parts.options).capture !== capture) return undefined;
  return parts;
}
