/**
 * The evidence that a local must be released: the code releases it somewhere. A cheap look at the syntax, before any
 * graph is built; whether a path really does is found out with the verdict (analysis/handles/proof.ts).
 *
 * ```ts
 * const off = bus.on('done', log);        // by its name, and because it is called
 * const { stop } = watch(folder);         // the same, as a part of the result
 * const client = await pool.connect();    // because `client.release()` stands somewhere
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Bindings, Variable } from '../../ast/bindings.ts';
import { isSettlement } from '../../ast/functions.ts';
import { calleeName, callOf, keyName, memberName, unwrap, wrapped } from '../../ast/nodes.ts';
import type { HandleShape } from '../../resources/protocol.ts';
import { PART, WHOLE, type Key, type Keys, type Release } from '../keys.ts';

type Node = TSESTree.Node;

/** Where in a result the handle is, and the local that it gets into. */
interface EvidentPart {
  readonly local: TSESTree.Identifier;
  readonly key: Key;
  readonly keys: Keys;
}

/** What a local takes of a value: the whole, or what is under a key. */
interface Taken {
  readonly local: TSESTree.Identifier;
  readonly key: string | undefined;
}

/** The pattern that the value is bound to, through conditionals and the like. */
function targetOf(value: Node): Node | undefined {
  const outer = wrapped(value);
  const { parent } = outer;
  switch (parent?.type) {
    case 'VariableDeclarator':
      return parent.init === outer ? parent.id : undefined;
    case 'AssignmentExpression':
      return parent.right === outer ? parent.left : undefined;
    case 'ConditionalExpression':
      return parent.test === outer ? undefined : targetOf(parent);
    case 'LogicalExpression':
      // `a && b` gives `a` only where there is no handle.
      return parent.operator === '&&' && parent.left === outer ? undefined : targetOf(parent);
    case 'AwaitExpression':
      return targetOf(parent);
    default:
      return undefined;
  }
}

function localIn(target: Node | null, key: string | undefined): readonly Taken[] {
  const local = target?.type === 'AssignmentPattern' ? target.left : target;
  return local?.type === 'Identifier' ? [{ local, key }] : [];
}

function isStart({ key, computed }: TSESTree.Property): boolean {
  return /^(?:start|begin|open|run|resume|listen|connect|subscribe|lock|acquire|enable)(?:[A-Z].*)?$/.test(
    keyName(key, computed) ?? '',
  );
}

/** The locals that take the value, or a part of it. */
function takenBy(target: Node): readonly Taken[] {
  switch (target.type) {
    case 'ArrayPattern':
      return target.elements.flatMap((element, index) => localIn(element, String(index)));
    case 'ObjectPattern':
      // `{ start, stop }`: nothing has been started as yet.
      if (target.properties.some((it) => it.type === 'Property' && isStart(it))) return [];
      return target.properties.flatMap((it) => {
        const key = it.type === 'Property' ? keyName(it.key, it.computed) : undefined;
        return key === undefined || it.type !== 'Property' ? [] : localIn(it.value, key);
      });
    default:
      return localIn(target, undefined);
  }
}

/** Is the value of a call left alone? A function that is asked something (`if (stop())`) is no release. */
function isUnasked(call: Node): boolean {
  const { parent } = call;
  switch (parent?.type) {
    case 'IfStatement':
    case 'WhileStatement':
    case 'BinaryExpression':
    case 'VariableDeclarator':
    case 'AssignmentExpression':
      return false;
    case 'UnaryExpression':
      return parent.operator === 'void';
    case 'LogicalExpression':
      return parent.right === call && isUnasked(parent);
    case 'ConditionalExpression':
      return parent.test !== call && isUnasked(parent);
    case 'AwaitExpression':
    case 'ChainExpression':
      return isUnasked(parent);
    default:
      return true;
  }
}

/** Is it called, or given to a promise to be called when that settles? */
function isCalled(callee: Node): boolean {
  const call = callOf(callee);
  if (call) return isUnasked(call);
  const { parent } = wrapped(callee);
  return parent !== undefined && isSettlement(parent) && parent.callee !== wrapped(callee);
}

/** These keep what they get, whoever waits for them. */
const KEEPING =
  /^(?:add|push|set|put|register|track|own|adopt|use|attach|defer|keep|store|save|release|close|destroy|end|dispose|give|return)/i;

/** `await migrate(client)`, `await migrate(client).catch(report)` */
function isWaitedFor(call: Node): boolean {
  const outer = wrapped(call);
  const { parent } = outer;
  if (parent?.type === 'AwaitExpression') return true;
  if (parent?.type !== 'MemberExpression' || parent.object !== outer) return false;
  const settlement = callOf(parent);
  return settlement !== undefined && isSettlement(settlement) && isWaitedFor(settlement);
}

/** A call that is waited for only borrows what is released further down: that shows whose it is. */
export function lentUntilReleased(
  local: TSESTree.Identifier,
  handle: HandleShape,
  bindings: Bindings,
): Release['lent'] {
  if (handle.kind !== 'released-local' || !handle.lent) return () => false;
  const releases = (bindings.variableOf(local)?.references ?? []).flatMap(({ identifier }) => {
    const { parent } = wrapped(identifier);
    const name = parent?.type === 'MemberExpression' ? memberName(parent) : undefined;
    return name !== undefined && handle.evidence.includes(name) ? [identifier.range[0]] : [];
  });
  const last = Math.max(...releases);
  return (call) =>
    call.type === 'CallExpression' &&
    call.range[1] < last &&
    isWaitedFor(call) &&
    !KEEPING.test(calleeName(call) ?? 'keep');
}

/** `client.release()`. With an argument it is that which is released: `pool.release(client)`. */
function isEnded(identifier: Node, methods: readonly string[]): boolean {
  const outer = wrapped(identifier);
  const { parent } = outer;
  if (parent?.type !== 'MemberExpression' || parent.object !== outer) return false;
  return methods.includes(memberName(parent) ?? '') && callOf(parent)?.arguments.length === 0;
}

/** Helpers that call helpers. */
const MAX_STEPS = 3;

/** Does some code end what the variable holds, or a function of the file to which it is passed? */
function isEndedBy(
  variable: Variable,
  ends: (identifier: Node) => boolean,
  bindings: Bindings,
  steps = 0,
): boolean {
  return variable.references.some(({ identifier }) => {
    if (ends(identifier)) return true;
    const outer = wrapped(identifier);
    const { parent } = outer;
    if (parent?.type !== 'CallExpression' || steps >= MAX_STEPS) return false;
    const parameter = bindings.functionOf(parent.callee)?.params[
      parent.arguments.findIndex((it) => it === outer)
    ];
    const passed = parameter && bindings.variableOf(parameter);
    return passed !== undefined && isEndedBy(passed, ends, bindings, steps + 1);
  });
}

/** Methods of a collection that is empty as yet, and of a lock that is open: each of their calls is an acquire. */
const FILLING = /^(?:add|push|register|use|defer|adopt)(?:[A-Z].*)?$/;
const LOCKING = /^(?:(?:try)?(?:acquire|lock)|take|p|down)(?:[A-Z].*)?$/i;

/** `const group = new Group(); group.add(…)`: what is released later is what has been put in. */
function isEmptyAsYet(result: Node, variable: Variable): boolean {
  const made = unwrap(result);
  const isBare = made.type === 'NewExpression' && made.arguments.length === 0;
  return variable.references.some(({ identifier }) => {
    const outer = wrapped(identifier);
    const { parent } = outer;
    if (parent?.type !== 'MemberExpression' || parent.object !== outer || !callOf(parent))
      return false;
    const name = memberName(parent) ?? '';
    return LOCKING.test(name) || (isBare && FILLING.test(name));
  });
}

/** `this.#opening.catch(…)`: what such a promise gives has been acquired before, by somebody else. */
function isOldPromise(result: Node): boolean {
  let it = unwrap(result);
  if (it.type === 'AwaitExpression') it = unwrap(it.argument);
  while (isSettlement(it)) {
    const callee = unwrap(it.callee);
    if (callee.type !== 'MemberExpression') return false;
    it = unwrap(callee.object);
    if (it.type !== 'CallExpression' && it.type !== 'NewExpression') return true;
  }
  return false;
}

/** The part of a result that some code releases, under a protocol that goes by such evidence. */
export function evidentPart(
  result: Node,
  handle: HandleShape,
  bindings: Bindings,
): EvidentPart | undefined {
  const target = isOldPromise(result) ? undefined : targetOf(result);
  if (!target) return undefined;
  for (const { local, key } of takenBy(target)) {
    if (handle.kind === 'called-local') {
      if (!handle.names.test(local.name)) continue;
      const variable = bindings.variableOf(local);
      if (!variable || !isEndedBy(variable, isCalled, bindings)) continue;
      return key === undefined
        ? { local, key: WHOLE, keys: new Set() }
        : { local, key: PART, keys: new Set([key]) };
    }
    if (handle.kind !== 'released-local' || key !== undefined) continue;
    const variable = bindings.variableOf(local);
    const ends = (identifier: Node): boolean => isEnded(identifier, handle.evidence);
    if (!variable || !isEndedBy(variable, ends, bindings)) continue;
    if (isEmptyAsYet(result, variable)) continue;
    return { local, key: PART, keys: new Set(handle.keys) };
  }
  return undefined;
}
