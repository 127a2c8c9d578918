/**
 * Containers that timers are put into: does anybody ever take one out?
 *
 * ```ts
 * this.#timers.push(setInterval(poll, 1000));       and nothing else of the class touches #timers
 * const [id, setId] = useState();
 * setId(setInterval(poll, 1000));                   and nothing reads `id`
 * ```
 *
 * Known are variables and private fields that begin as a new collection. Whoever is given the collection, goes through it
 * or asks for an element may do something with what is inside.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { isExported } from '../../ast/exports.ts';
import { callOf, calleeName, isFunction, memberName, unwrap, wrapped } from '../../ast/nodes.ts';
import { FORGETTING, PUTTING } from '../collection-methods.ts';
import type { FileFacts } from '../file.ts';
import { fieldOf, isWritten, membersOf } from '../members.ts';

type Node = TSESTree.Node;

const COLLECTION = /^(?:Array|Map|Set)$/;

/** `[]`, `new Map()` */
function isNewCollection(value: Node | null | undefined): boolean {
  const it = value && unwrap(value);
  if (it?.type === 'NewExpression') {
    return it.callee.type === 'Identifier' && COLLECTION.test(it.callee.name);
  }
  return it?.type === 'ArrayExpression' && it.elements.length === 0;
}

/** What `timers.push(timer)` puts its argument into, when the call is made for nothing else. */
export function containerOf(call: TSESTree.CallExpression): Node | undefined {
  const callee = unwrap(call.callee);
  const isPut = callee.type === 'MemberExpression' && PUTTING.has(memberName(callee) ?? '');
  return isPut && wrapped(call).parent?.type === 'ExpressionStatement'
    ? unwrap(callee.object)
    : undefined;
}

/** `setId(5)`: not `setId((id) => …)`, nor `setId` given to somebody who may call it so. */
function setsValue(setter: Node): boolean {
  const [value] = callOf(setter)?.arguments ?? [];
  return value !== undefined && !isFunction(unwrap(value));
}

/** The state that only `setId` of `const [id, setId] = useState()` sees besides its name; null when it has none. */
export function stateSetBy(
  call: TSESTree.CallExpression,
  { bindings }: FileFacts,
): Node | null | undefined {
  const variable = bindings.variableOf(call.callee);
  const [def] = variable?.defs ?? [];
  if (!variable || def?.type !== 'Variable' || def.node.id.type !== 'ArrayPattern')
    return undefined;
  const init = def.node.init && unwrap(def.node.init);
  const isState = init?.type === 'CallExpression' && calleeName(init) === 'useState';
  const [state, setter] = def.node.id.elements;
  if (!isState || setter !== def.name) return undefined;
  const setters = variable.references.filter((it) => it.init !== true);
  return setters.every((it) => setsValue(it.identifier)) ? (state ?? null) : undefined;
}

/** Is this a use of a collection that shows nothing of what is inside? */
function isBlind(use: Node): boolean {
  const { parent } = wrapped(use);
  if (parent?.type !== 'MemberExpression' || parent.object !== wrapped(use)) return false;
  const name = memberName(parent) ?? '';
  const call = callOf(parent);
  if (!call) return name === 'length' || name === 'size';
  if (name === 'has') return true;
  const isStatement = wrapped(call).parent?.type === 'ExpressionStatement';
  return isStatement && (PUTTING.has(name) || FORGETTING.has(name));
}

/** A new value for the whole collection. */
function isRenewed(target: Node): boolean {
  const { parent } = target;
  return parent?.type === 'AssignmentExpression' && isNewCollection(parent.right);
}

function isBlindVariable(name: TSESTree.Identifier, { bindings }: FileFacts): boolean {
  const variable = bindings.variableOf(name);
  const [def] = variable?.defs ?? [];
  if (!variable || variable.scope.type === 'global' || def?.type !== 'Variable') return false;
  if (isExported(variable) || variable.defs.length > 1) return false;
  if (def.node.id.type !== 'Identifier' || !isNewCollection(def.node.init)) return false;
  return variable.references.every(
    ({ identifier, init }) => init === true || isBlind(identifier) || isRenewed(identifier),
  );
}

function isBlindField(member: TSESTree.MemberExpression, facts: FileFacts): boolean {
  const field = fieldOf(member);
  if (!field || field.decorated || !isNewCollection(field.value)) return false;
  const members = membersOf(facts);
  if (members.isTaken(field.name, member)) return false;
  if (field.access === 'private' && members.isDynamic(member)) return false;
  return members
    .ofField(field.name, member)
    .every((use) => isBlind(use) || (isWritten(use) && isRenewed(use)));
}

/** Does nobody ever see what is put into this container? */
export function isBlindContainer(container: Node, facts: FileFacts): boolean {
  if (container.type === 'Identifier') return isBlindVariable(container, facts);
  return container.type === 'MemberExpression' && isBlindField(container, facts);
}
