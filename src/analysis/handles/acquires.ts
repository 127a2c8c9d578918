/**
 * Calls and `new` expressions -> acquires: which of them start an obligation, and what first becomes of the handle.
 *
 * ```ts
 * const [ctx, cancel] = withCancel(p);        // cancel tuple, bound to `cancel`
 * const scope = withTimeout(p, 5);            // cancel tuple, because `scope.cancel` is read somewhere
 * const token = new AbortController().signal; // inline token
 * await withTimeout(query(), 5);              // not an acquire: a promise helper of the same name
 * const off = bus.on('done', log); off();     // stop function, because some path calls it
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue, type Bindings, type Variable } from '../../ast/bindings.ts';
import { originOf } from '../../ast/origins.ts';
import { calleeName, memberName, unwrap, wrapped, type FunctionNode } from '../../ast/nodes.ts';
import type { HandleShape, Protocol, Wording } from '../../resources/protocol.ts';
import type { Acquisition } from '../effects.ts';
import { evidentPart, lentUntilReleased } from './evidence.ts';
import { BY_CALL, PART, WHOLE } from '../keys.ts';
import { patternKeys, takenParts } from '../patterns.ts';
import { usesOf, type Use } from '../uses.ts';
import { isInLoop } from '../loops.ts';
import { isInTest } from '../test-code.ts';

type Node = TSESTree.Node;
export type Call = TSESTree.CallExpression | TSESTree.NewExpression;

export interface Acquire extends Acquisition {
  readonly protocol: Protocol | Wording;
  readonly call: Call;
  /** Where the report stands, and what to call the handle there. */
  readonly at: Node;
  readonly name: string | undefined;
}

/** A fresh source of which only the token is taken. */
export interface UnreachableSource {
  readonly protocol: Protocol;
  readonly call: Call;
  readonly member: string;
}

/** Does the function hand out what a call of one of these names gives? Its callers inherit the obligation. */
function returnsCallOf(fn: FunctionNode, names: readonly string[], bindings: Bindings): boolean {
  if (fn.async || fn.generator) return false;
  const results =
    fn.body.type === 'BlockStatement'
      ? fn.body.body.flatMap((it) => (it.type === 'ReturnStatement' ? [it.argument] : []))
      : [fn.body];
  return results.some((result) => {
    const value = result && unwrap(result);
    return value?.type === 'CallExpression' && isCallOf(value, names, bindings, false);
  });
}

function isCallOf(
  call: Call,
  names: readonly string[],
  bindings: Bindings,
  throughFactory: boolean,
): boolean {
  if (call.type !== 'CallExpression') return false;
  const name = calleeName(call);
  if (name !== undefined && names.includes(name)) return true;
  const fn = throughFactory ? bindings.functionOf(call.callee) : undefined;
  return fn !== undefined && returnsCallOf(fn, names, bindings);
}

/** Is the call one of those by which the protocol acquires? */
export function matches(call: Call, protocol: Protocol, bindings: Bindings): boolean {
  const { acquire } = protocol;
  const name = calleeName(call);
  switch (acquire.kind) {
    case 'call':
      if (acquire.from !== undefined) {
        return originOf(call.callee, bindings)?.source === acquire.from;
      }
      return isCallOf(call, acquire.names, bindings, true);
    case 'new':
      return call.type === 'NewExpression' && name !== undefined && acquire.names.includes(name);
    case 'any-call':
      return call.type === 'CallExpression' && !(name !== undefined && acquire.except.test(name));
    case 'any':
      return !(name !== undefined && acquire.except.test(name));
  }
}

/** The call, or the `await` directly around it. */
export function resultOf(call: Call): Node {
  const { parent } = wrapped(call);
  return parent?.type === 'AwaitExpression' ? parent : call;
}

/** The variable that takes the whole result, if one does. */
function wholeVariable(uses: readonly Use[], bindings: Bindings): Variable | undefined {
  for (const use of uses) {
    if (use.kind === 'bind' && use.key !== WHOLE) return bindings.variableOf(use.at);
  }
  return undefined;
}

/** The names of parts that are read from a variable: `v.name`, `v[1]`, `const { name } = v`. */
function partsRead(variable: Variable): readonly string[] {
  return variable.references.flatMap((reference) => {
    if (!reference.isRead()) return [];
    return (takenParts(reference.identifier) ?? []).filter((part) => part !== undefined);
  });
}

type PartShape = HandleShape & { readonly kind: 'part' };

/** Does the code take the result apart as such a pair? */
function isTakenApart(result: Node, shape: PartShape, whole: Variable | undefined): boolean {
  const has = (names: readonly string[], parts: readonly (string | undefined)[]): boolean =>
    parts.some((part) => part !== undefined && names.includes(part));
  const parts = takenParts(result);
  if (!parts) return whole !== undefined && !shape.required && has(shape.keys, partsRead(whole));
  if (shape.required) return has(shape.companions, parts) && has(shape.keys, parts);
  return has(shape.keys, parts) || has(shape.companions, parts);
}

/** Is the token of this source handed to a call (`run(source.token)`, `run({ token: source.token })`)? */
function handsTokenOn(source: Variable, token: string, bindings: Bindings): boolean {
  return source.references.some((reference) => {
    const { parent } = reference.identifier;
    if (parent.type === 'VariableDeclarator') {
      return (patternKeys(parent.id) ?? []).includes(token);
    }
    if (parent.type !== 'MemberExpression' || parent.object !== reference.identifier) return false;
    return memberName(parent) === token && isPassedOn(parent, bindings, 0);
  });
}

/** Is the value an argument of some call, directly or through a variable? */
function isPassedOn(value: Node, bindings: Bindings, renames: number): boolean {
  return usesOf(value, WHOLE, new Set()).some((use) => {
    if (use.kind === 'argument') return true;
    const variable = use.kind === 'bind' && renames < 3 ? bindings.variableOf(use.at) : undefined;
    return variable?.references.some(
      ({ identifier }) => identifier !== use.at && isPassedOn(identifier, bindings, renames + 1),
    );
  });
}

/** `anySignal([own.signal, …])` with a controller made here: aborting it ends the linked signal, too. */
function hasOwnSource({ arguments: [sources] }: Call, bindings: Bindings): boolean {
  const list = sources && unwrap(sources);
  if (list?.type !== 'ArrayExpression') return false;
  return list.elements.some((element) => {
    const member = element && unwrap(element);
    if (member?.type !== 'MemberExpression' || memberName(member) !== 'signal') return false;
    const controller = bindings.variableOf(unwrap(member.object));
    return controller !== undefined && constantValue(controller)?.type === 'NewExpression';
  });
}

function isObligation(
  call: Call,
  { handle, awaited }: Protocol,
  uses: readonly Use[],
  bindings: Bindings,
): boolean {
  const result = resultOf(call);
  if (result !== call && !awaited) return false;
  const whole = wholeVariable(uses, bindings);
  switch (handle.kind) {
    case 'part':
      return isTakenApart(result, handle, whole);
    case 'method':
      if (handle.linked === true && hasOwnSource(call, bindings)) return false;
      return (
        handle.token === undefined ||
        call.arguments.length > 0 ||
        (!isInTest(call) && whole !== undefined && handsTokenOn(whole, handle.token, bindings))
      );
    case 'unreachable':
    case 'called-local':
    case 'released-local':
      return false;
  }
}

/** Where the report stands: at the name that the acquiring statement binds, else at the callee. */
function nameOf(
  call: Call,
  uses: readonly Use[],
  handle: HandleShape & { readonly keys: readonly string[] },
  bindings: Bindings,
): Pick<Acquire, 'at' | 'name'> {
  for (const use of uses) {
    if (use.kind !== 'bind') continue;
    if (use.key === WHOLE) {
      const unused = use.at.name.startsWith('_') && !isRead(bindings.variableOf(use.at));
      if (!unused) return { at: use.at, name: use.at.name };
      continue;
    }
    const variable = handle.kind === 'part' ? bindings.variableOf(use.at) : undefined;
    const read = variable && partsRead(variable).find((part) => handle.keys.includes(part));
    return { at: use.at, name: use.at.name + (read === undefined ? '' : partText(read)) };
  }
  return { at: call.callee, name: undefined };
}

function isRead(variable: Variable | undefined): boolean {
  return variable?.references.some((reference) => reference.isRead()) ?? true;
}

function partText(part: string): string {
  return /^\d+$/.test(part) ? `[${part}]` : `.${part}`;
}

/** A result that a local holds, and that the code releases somewhere. */
function evidentAcquire(call: Call, protocol: Protocol, bindings: Bindings): Acquire | undefined {
  const node = resultOf(call);
  const part = evidentPart(node, protocol.handle, bindings);
  if (!part || !matches(call, protocol, bindings)) return undefined;
  const { local, key, keys } = part;
  const uses = usesOf(node, key, keys);
  const release = { ...BY_CALL, keys, lent: lentUntilReleased(local, protocol.handle, bindings) };
  return {
    protocol,
    call,
    node,
    release,
    uses,
    key,
    inLoop: isInLoop(call),
    at: local,
    name: local.name,
  };
}

/** The acquire that a call is, under one protocol. */
export function acquireOf(call: Call, protocol: Protocol, bindings: Bindings): Acquire | undefined {
  const { handle } = protocol;
  if (handle.kind === 'called-local' || handle.kind === 'released-local') {
    return evidentAcquire(call, protocol, bindings);
  }
  if (handle.kind === 'unreachable' || !matches(call, protocol, bindings)) return undefined;
  // Without a name to go by, only the pattern tells: look at it before anything is followed.
  if (protocol.acquire.kind === 'any-call' && !takenParts(resultOf(call))) return undefined;
  const keys = new Set(handle.keys);
  const isLinked = handle.kind === 'method' && handle.linked === true;
  const node = resultOf(call);
  const uses = usesOf(node, PART, keys);
  if (!isObligation(call, protocol, uses, bindings)) return undefined;
  return {
    protocol,
    call,
    node,
    release: { ...BY_CALL, keys, lent: () => isLinked },
    uses,
    inLoop: isInLoop(call),
    ...nameOf(call, uses, handle, bindings),
  };
}

/** `new AbortController().signal`, `const { signal } = new AbortController()`: the source itself is kept by nobody. */
export function unreachableSourceOf(
  call: Call,
  protocol: Protocol,
  bindings: Bindings,
): UnreachableSource | undefined {
  const { handle } = protocol;
  // A source with a parent can be cancelled through it.
  if (call.arguments.length > 0 || !matches(call, protocol, bindings)) return undefined;
  if (handle.kind !== 'unreachable') return undefined;
  const parts = takenParts(call);
  const [member] = parts ?? [];
  const outer = wrapped(call).parent;
  const alone = parts?.length === 1 && member !== undefined && handle.member.includes(member);
  if (!alone || isInTest(call)) return undefined;
  // Only looked at: `new AbortController().signal.constructor`.
  const looked = outer && wrapped(outer).parent;
  if (outer?.type === 'MemberExpression' && looked?.type === 'MemberExpression') return undefined;
  // An assignment expression has a value of its own: the source may go on from there.
  if (outer?.type === 'AssignmentExpression' && outer.parent.type !== 'ExpressionStatement') {
    return undefined;
  }
  return { protocol, call, member };
}
