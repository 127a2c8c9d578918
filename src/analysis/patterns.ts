/** What patterns and member accesses take of a value, by key. */
import type { TSESTree } from '@typescript-eslint/utils';
import { isTransparent, keyName, memberName, unwrap } from '../ast/nodes.ts';
import { ANY, elementKey, inside, isUnder, type Key, type Keys } from './keys.ts';

type Node = TSESTree.Node;

/** A leaf of a pattern, with the key under which its part of the value has the handle. */
export interface Leaf {
  readonly target: Node;
  readonly key: Key;
}

/** The leaves of a pattern that receive the handle, when the whole value has it under `key`. */
export function leavesOf(pattern: Node, key: Key, keys: Keys): readonly Leaf[] {
  switch (pattern.type) {
    case 'AssignmentPattern':
      return leavesOf(pattern.left, key, keys);
    case 'TSParameterProperty':
      return leavesOf(pattern.parameter, key, keys);
    case 'ArrayPattern':
      return pattern.elements.flatMap((element, index) => {
        if (!element || !isUnder(key, String(index), keys)) {
          return element?.type === 'RestElement' ? restLeaves(element, key, keys) : [];
        }
        return element.type === 'RestElement'
          ? restLeaves(element, key, keys)
          : leavesOf(element, elementKey(key), keys);
      });
    case 'ObjectPattern': {
      const takes = (property: TSESTree.Property): boolean =>
        isUnder(key, keyName(property.key, property.computed), keys);
      const taken = pattern.properties.filter((it) => it.type === 'Property').filter(takes);
      if (taken.length > 0) {
        return taken.flatMap(({ value }) => leavesOf(value, elementKey(key), keys));
      }
      const rest = pattern.properties.find((it) => it.type === 'RestElement');
      return rest ? leavesOf(rest.argument, key, keys) : [];
    }
    default:
      return [{ target: pattern, key }];
  }
}

function restLeaves(rest: TSESTree.RestElement, key: Key, keys: Keys): readonly Leaf[] {
  return leavesOf(rest.argument, inside(ANY, elementKey(key)), keys);
}

/** The keys that a pattern reads; undefined for a target that takes the whole value. */
export function patternKeys(pattern: Node): readonly (string | undefined)[] | undefined {
  if (pattern.type === 'ArrayPattern') {
    return pattern.elements.flatMap((element, index) => {
      if (!element) return [];
      return element.type === 'RestElement' ? [undefined] : [String(index)];
    });
  }
  if (pattern.type === 'ObjectPattern') {
    return pattern.properties.map((property) =>
      property.type === 'Property' ? keyName(property.key, property.computed) : undefined,
    );
  }
  return undefined;
}

/** The parts that the code takes of a value, by name, where it takes the value apart on the spot. */
export function takenParts(value: Node): readonly (string | undefined)[] | undefined {
  const parent = value.parent;
  if (!parent) return undefined;
  if (isTransparent(parent) || parent.type === 'AwaitExpression') return takenParts(parent);
  switch (parent.type) {
    case 'ConditionalExpression':
      return parent.test === value ? undefined : takenParts(parent);
    case 'LogicalExpression':
      return takenParts(parent);
    case 'MemberExpression':
      return parent.object === value ? [memberName(parent)] : undefined;
    case 'VariableDeclarator':
      return parent.init === value ? patternKeys(parent.id) : undefined;
    case 'AssignmentExpression':
      return parent.right === value ? patternKeys(parent.left) : undefined;
    default:
      return undefined;
  }
}

/** The variable at the root of `o.a.b`, and the key under which a value stored there is in it. */
export function storeOf(
  target: TSESTree.MemberExpression,
  key: Key,
): { readonly container: TSESTree.Identifier; readonly key: Key } | undefined {
  let object = unwrap(target.object);
  let stored = inside(memberName(target) ?? ANY, key);
  while (object.type === 'MemberExpression') {
    stored = inside(memberName(object) ?? ANY, stored);
    object = unwrap(object.object);
  }
  return object.type === 'Identifier' ? { container: object, key: stored } : undefined;
}
