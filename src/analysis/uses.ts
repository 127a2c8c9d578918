/**
 * What becomes of a value: one expression -> the places that consume it, by climbing the syntax from the expression
 * outwards. No scopes and no graph: the meaning of a consumer (which function is called? does the container outlive
 * us?) is decided by whoever asks (analysis/effects.ts).
 *
 * ```ts
 * const stop = own ? cancel : noop;     // cancel: bind stop, via the conditional
 * list.push(cancel);                    // cancel: put into list
 * return { signal, cancel };            // cancel: return, as a hand-over
 * ```
 *
 * The followed value may be a part of the expression: `key` says which ({@link Key}).
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { isPromiseConstruction, isSettlement, unitOf } from '../ast/functions.ts';
import {
  callOf,
  isFunction,
  isTransparent,
  keyName,
  memberName,
  unwrap,
  wrapped,
} from '../ast/nodes.ts';
import {
  CALLING_BACK,
  DISPOSING,
  FORGETTING,
  GIVING_COLLECTION,
  GIVING_ELEMENT,
  PUTTING,
  READING,
} from './collection-methods.ts';
import {
  ANY,
  elementKey,
  inside,
  isCollection,
  isExactlyUnder,
  isUnder,
  PART,
  WHOLE,
  type Key,
  type Keys,
} from './keys.ts';
import { leavesOf, storeOf } from './patterns.ts';

type Node = TSESTree.Node;

/**
 * `at` is the node whose evaluation (for `bind`, `store` and `put` into a member: whose binding) is the consumption.
 * `store`: into a property of something that is no variable, `this` for instance; of an initialiser, `at` is the value.
 * `via` is the outermost expression between the value and its consumer that holds the value on some paths only, or
 * together with others: a conditional, a literal that is taken apart at once.
 */
export type Use = { readonly at: Node; readonly via: Via | undefined } & (
  | { readonly kind: 'release' | 'handover' | 'drop' }
  | { readonly kind: 'store'; readonly target: StoreTarget; readonly key: Key }
  | { readonly kind: 'return'; readonly key: Key }
  | {
      readonly kind: 'bind';
      readonly at: TSESTree.Identifier;
      readonly key: Key;
      readonly owner: Node;
    }
  | { readonly kind: 'put'; readonly container: TSESTree.Identifier; readonly key: Key }
  | {
      readonly kind: 'argument';
      readonly at: TSESTree.CallExpression | TSESTree.NewExpression;
      readonly argument: Node;
      readonly key: Key;
    }
  | { readonly kind: 'element-callback'; readonly callback: Node; readonly key: Key }
  | { readonly kind: 'iterate'; readonly target: Node; readonly key: Key }
);

/** The property of something that is no variable, or the field of a class that an initialiser gives its value. */
type StoreTarget =
  TSESTree.MemberExpression | TSESTree.PropertyDefinition | TSESTree.AccessorProperty;

/** An expression that has the value under `key` before it is consumed. */
interface Via {
  readonly node: Node;
  readonly key: Key;
}

interface Climb {
  readonly node: Node;
  readonly key: Key;
  readonly via: Via | undefined;
}

/** The uses of a value in a pattern: which targets receive it. `owner` is the node that binds the pattern. */
function bindPattern(pattern: Node, climb: Climb, keys: Keys, owner: Node): readonly Use[] {
  const { via } = climb;
  return leavesOf(pattern, climb.key, keys).map(({ target, key }): Use => {
    if (target.type === 'Identifier') return { kind: 'bind', at: target, key, owner, via };
    const store = target.type === 'MemberExpression' ? storeOf(target, key) : undefined;
    return store
      ? { kind: 'put', at: target, ...store, via }
      : target.type === 'MemberExpression'
        ? { kind: 'store', at: target, target, key, via }
        : { kind: 'handover', at: owner, via };
  });
}

/** Console methods and stringification look at their arguments and keep nothing. */
function isReader(call: TSESTree.CallExpression | TSESTree.NewExpression): boolean {
  const callee = unwrap(call.callee);
  if (callee.type === 'MemberExpression') {
    const object = unwrap(callee.object);
    if (object.type !== 'Identifier') return false;
    if (object.name === 'console') return true;
    return object.name === 'JSON' && memberName(callee) === 'stringify';
  }
  return (
    callee.type === 'Identifier' &&
    (callee.name === 'String' || callee.name === 'Boolean' || /^is[A-Z]/.test(callee.name))
  );
}

/** The value is an argument of a call. */
function passTo(
  call: TSESTree.CallExpression | TSESTree.NewExpression,
  argument: Node,
  { key, via }: Climb,
): Use | Climb {
  if (isReader(call)) return { kind: 'drop', at: call, via };
  const callee = unwrap(call.callee);
  if (call.type === 'NewExpression' && callee.type === 'Identifier' && key !== WHOLE) {
    const element = elementKey(key);
    if (callee.name === 'Set') return { node: call, key: inside(ANY, element), via };
    if (callee.name === 'Map') return { node: call, key: inside(ANY, elementKey(element)), via };
  }
  if (callee.type === 'MemberExpression' && PUTTING.has(memberName(callee) ?? '')) {
    const container = unwrap(callee.object);
    if (container.type === 'Identifier') {
      return { kind: 'put', at: call, container, key: inside(ANY, key), via };
    }
  }
  return { kind: 'argument', at: call, argument, key, via };
}

/** A method is called on the value: `value.name(…)`. */
function methodCall(
  call: TSESTree.CallExpression,
  name: string | undefined,
  { key, via }: Climb,
  keys: Keys,
): Use | Climb {
  if (key === WHOLE) {
    if (name === 'bind') return { node: call, key, via };
    return { kind: name === 'call' || name === 'apply' ? 'release' : 'drop', at: call, via };
  }
  const known = key === PART || name === undefined || isExactlyUnder(key, name);
  // `handle.asElement()` is the handle itself, seen in another way.
  if (key === PART && name !== undefined && /^as[A-Z]/.test(name)) return { node: call, key, via };
  if (known && isUnder(key, name, keys)) {
    return { kind: elementKey(key) === WHOLE ? 'release' : 'drop', at: call, via };
  }
  if (known) return { kind: 'drop', at: call, via };
  if (GIVING_ELEMENT.has(name)) return { node: call, key: elementKey(key), via };
  if (GIVING_COLLECTION.has(name)) return { node: call, key: inside(ANY, elementKey(key)), via };
  const [callback] = call.arguments;
  if (CALLING_BACK.has(name) && callback) {
    return { kind: 'element-callback', at: call, callback, key: elementKey(key), via };
  }
  if (DISPOSING.has(name)) return { kind: 'release', at: call, via };
  const isRead = READING.has(name) || (FORGETTING.has(name) && isCollection(key));
  return { kind: isRead ? 'drop' : 'handover', at: call, via };
}

/** The value is the object of a member access. */
function memberOf(member: TSESTree.MemberExpression, climb: Climb, keys: Keys): Use | Climb {
  const name = memberName(member);
  const call = callOf(member);
  if (call) return methodCall(call, name, climb, keys);
  const { key, via } = climb;
  const counts = name === 'length' || name === 'size';
  if (!counts && isUnder(key, name, keys)) return { node: member, key: elementKey(key), via };
  return { kind: 'drop', at: member, via };
}

/** Consumers that look at the value and keep nothing of it. */
const LOOKING: ReadonlySet<string> = new Set([
  'ExpressionStatement',
  'UnaryExpression',
  'UpdateExpression',
  'BinaryExpression',
  'IfStatement',
  'WhileStatement',
  'DoWhileStatement',
  'ForStatement',
  'ForInStatement',
  'SwitchStatement',
  'SwitchCase',
]);

const ASSIGNING: ReadonlySet<string> = new Set(['=', '&&=', '||=', '??=']);

type Carried = Use | Climb;

function drop({ node, via }: Climb): readonly Use[] {
  return [{ kind: 'drop', at: node, via }];
}

function handover(at: Node, { via }: Climb): readonly Use[] {
  return [{ kind: 'handover', at, via }];
}

/** Is the literal taken apart where it stands (`[a, b] = [b, a]`)? Then its parts are values of their own. */
function isTakenApart(literal: Node): boolean {
  const { parent } = wrapped(literal);
  if (parent?.type === 'VariableDeclarator') return parent.id.type !== 'Identifier';
  return parent?.type === 'AssignmentExpression' && parent.left.type.endsWith('Pattern');
}

/** The value is a part of a bigger value: an object or array literal, a spread. */
function within(climb: Climb, parent: Node): readonly Carried[] | undefined {
  const { node, key } = climb;
  const carriedBy = (literal: Node, carried: Key): readonly Carried[] => {
    const via = isTakenApart(literal) ? { node: literal, key: carried } : climb.via;
    return [{ node: literal, key: carried, via }];
  };
  switch (parent.type) {
    case 'Property':
      if (parent.parent.type !== 'ObjectExpression' || parent.value !== node) return drop(climb);
      return carriedBy(parent.parent, inside(keyName(parent.key, parent.computed) ?? ANY, key));
    case 'ArrayExpression': {
      const spread = parent.elements.some((element) => element?.type === 'SpreadElement');
      const index = parent.elements.findIndex((element) => element === node);
      return carriedBy(parent, inside(spread ? ANY : String(index), key));
    }
    case 'SpreadElement':
      if (parent.parent.type === 'ObjectExpression') return carriedBy(parent.parent, key);
      if (parent.parent.type !== 'ArrayExpression') return handover(parent.parent, climb);
      return carriedBy(parent.parent, inside(ANY, elementKey(key)));
    case 'JSXExpressionContainer':
    case 'JSXSpreadAttribute':
    case 'JSXSpreadChild':
    case 'JSXAttribute':
      return handover(elementAround(parent), climb);
    default:
      return undefined;
  }
}

function elementAround(part: Node): Node {
  let at = part;
  while (at.parent && at.type !== 'JSXElement' && at.type !== 'JSXFragment') at = at.parent;
  return at;
}

/** The value is the value of a bigger expression, on some paths at least. */
function through(climb: Climb, parent: Node): readonly Carried[] | undefined {
  const { node, key, via } = climb;
  if (isTransparent(parent)) return [{ node: parent, key, via }];
  switch (parent.type) {
    case 'AwaitExpression':
      return [{ node: parent, key, via }];
    case 'ConditionalExpression':
      return parent.test === node
        ? drop(climb)
        : [{ node: parent, key, via: { node: parent, key } }];
    case 'LogicalExpression':
      // The left side of && gives its value only when it is falsy, which a handle never is.
      return parent.operator === '&&' && parent.left === node
        ? drop(climb)
        : [{ node: parent, key, via: { node: parent, key } }];
    case 'SequenceExpression':
      return parent.expressions.at(-1) === node ? [{ node: parent, key, via }] : drop(climb);
    default:
      return undefined;
  }
}

/** The value is bound to a pattern. */
function bound(climb: Climb, parent: Node, keys: Keys): readonly Carried[] | undefined {
  const { node, key, via } = climb;
  switch (parent.type) {
    case 'AssignmentExpression':
      if (parent.right !== node || !ASSIGNING.has(parent.operator)) return drop(climb);
      return [...bindPattern(parent.left, climb, keys, parent), { node: parent, key, via }];
    case 'AssignmentPattern':
      return parent.right === node ? bindPattern(parent.left, climb, keys, parent) : drop(climb);
    case 'VariableDeclarator': {
      if (parent.init !== node) return drop(climb);
      // `using` releases at the end of the scope, on every completion.
      if (parent.parent.kind.endsWith('using')) return handover(parent, climb);
      const uses = bindPattern(parent.id, climb, keys, parent);
      // A pattern that leaves the handle out drops it.
      return uses.length > 0 ? uses : [{ kind: 'drop', at: parent, via }];
    }
    case 'ForOfStatement':
      return parent.right !== node || key === WHOLE
        ? drop(climb)
        : [{ kind: 'iterate', at: node, target: parent.left, key: elementKey(key), via }];
    default:
      return undefined;
  }
}

/** Promise executors and callbacks of `finally`: what they return goes nowhere. */
function isUnheard(unit: Node): boolean {
  const { parent } = wrapped(unit);
  if (!isFunction(unit) || !parent) return false;
  if (isPromiseConstruction(parent)) return true;
  if (!isSettlement(parent)) return false;
  const callee = unwrap(parent.callee);
  return callee.type === 'MemberExpression' && memberName(callee) === 'finally';
}

/** One step outwards: the consumers found here, and the expressions that now carry the value. */
function step(climb: Climb, keys: Keys): readonly Carried[] {
  const { node, key, via } = climb;
  const parent = node.parent;
  if (!parent) return handover(node, climb);
  if (LOOKING.has(parent.type)) return drop(climb);
  const carried = through(climb, parent) ?? within(climb, parent) ?? bound(climb, parent, keys);
  if (carried) return carried;
  switch (parent.type) {
    case 'MemberExpression':
      return parent.object === node ? [memberOf(parent, climb, keys)] : drop(climb);
    case 'CallExpression':
      if (parent.callee !== node) return [passTo(parent, node, climb)];
      return key === WHOLE ? [{ kind: 'release', at: parent, via }] : drop(climb);
    case 'NewExpression':
      return parent.callee === node ? drop(climb) : [passTo(parent, node, climb)];
    case 'ArrowFunctionExpression':
      if (parent.body !== node || isUnheard(parent)) return drop(climb);
      return [{ kind: 'return', at: node, key, via }];
    case 'ReturnStatement':
      if (isUnheard(unitOf(parent))) return [{ kind: 'drop', at: parent, via }];
      return [{ kind: 'return', at: parent, key, via }];
    case 'MethodDefinition':
      return handover(parent.parent.parent, climb);
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return parent.value === node
        ? [{ kind: 'store', at: node, target: parent, key, via }]
        : handover(node, climb);
    case 'TemplateLiteral':
      return parent.parent.type === 'TaggedTemplateExpression'
        ? handover(parent.parent, climb)
        : drop(climb);
    default:
      return handover(isFunction(parent) ? node : parent, climb);
  }
}

/** Every consumer of a value. `keys` are the protocol's keys, which {@link PART} stands for. */
export function usesOf(value: Node, key: Key, keys: Keys): readonly Use[] {
  const uses: Use[] = [];
  const open: Climb[] = [{ node: value, key, via: undefined }];
  for (let climb = open.pop(); climb; climb = open.pop()) {
    for (const found of step(climb, keys)) {
      if ('kind' in found) uses.push(found);
      else open.push(found);
    }
  }
  return uses;
}
