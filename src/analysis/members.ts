/** Fields of classes, and every place of the file where a member of some name is used. */
import type { TSESTree } from '@typescript-eslint/utils';
import { callOf, contains, isFunction, keyName, memberName, unwrap, walk } from '../ast/nodes.ts';
import type { FileFacts } from './file.ts';
import type { ClassNode } from './syntax.ts';

type Node = TSESTree.Node;

export interface Members {
  /** Every `….name` of the file, in source order. */
  readonly named: (name: string) => readonly TSESTree.MemberExpression[];
  /** All that is put under a name: `x.name = …`, `{ name: … }`, a field. Undefined where a pattern or a sum writes it. */
  readonly valuesOf: (name: string) => readonly Node[] | undefined;
  /** Every `….name` that may be the field that `place` can name: not the one of another class's `this`. */
  readonly ofField: (name: string, place: Node) => readonly TSESTree.MemberExpression[];
  /** Does a pattern take this name out of the `this` that `place` sees? */
  readonly isTaken: (name: string, place: Node) => boolean;
  /** Does the class around `place` touch members of `this` whose names only running the program can tell? */
  readonly isDynamic: (place: Node) => boolean;
}

export function membersOf(facts: FileFacts): Members {
  return facts.once('members', () => {
    const byName = new Map<string, TSESTree.MemberExpression[]>();
    const patterns: TSESTree.ObjectPattern[] = [];
    const dynamic = new Set<ClassNode | undefined>();
    const initial = new Map<string, Node[]>();
    walk(facts.sourceCode.ast, facts.sourceCode.visitorKeys, (node) => {
      if (node.type === 'MemberExpression') {
        const name = memberName(node);
        if (name === undefined ? isThis(node.object) : assignsThis(node, name)) {
          dynamic.add(classAround(node).node);
        }
        if (name === undefined) return;
        const list = byName.get(name) ?? [];
        byName.set(name, list);
        list.push(node);
      } else if (node.type === 'ObjectPattern' && isTakenFromThis(node)) {
        patterns.push(node);
      } else if (isInitial(node)) {
        const name = keyName(node.key, node.computed);
        if (name === undefined) return;
        const values = initial.get(name);
        if (values) values.push(node.value);
        else initial.set(name, [node.value]);
      }
    });
    const named: Members['named'] = (name) => byName.get(name) ?? [];
    const ofField: Members['ofField'] = (name, place) => {
      const owner = classAround(place).node;
      // Nothing outside the class can name `#x`, whatever the object.
      const isHard = owner !== undefined && name.startsWith('#');
      return named(name).filter((it) =>
        isHard
          ? contains(owner, it)
          : it.object.type !== 'ThisExpression' || classAround(it).node === owner,
      );
    };
    const isTaken: Members['isTaken'] = (name, place) =>
      patterns.some(
        (pattern) => classAround(pattern).node === classAround(place).node && takes(pattern, name),
      );
    const valuesOf: Members['valuesOf'] = (name) => {
      const assigned = named(name).filter(isWritten).map(valueAssignedTo);
      const values = assigned.flatMap((value) => value ?? []);
      return values.length < assigned.length
        ? undefined
        : [...(initial.get(name) ?? []), ...values];
    };
    return {
      named,
      valuesOf,
      ofField,
      isTaken,
      isDynamic: (place) => dynamic.has(classAround(place).node),
    };
  });
}

type Initial = (TSESTree.Property | TSESTree.PropertyDefinition) & { value: TSESTree.Expression };

/** `{ name: value }`, or a field that starts with a value. */
function isInitial(node: Node): node is Initial {
  if (node.type === 'PropertyDefinition') return node.value !== null;
  return node.type === 'Property' && node.parent.type === 'ObjectExpression';
}

/** `x.name = value`, `x.name ??= value` */
function valueAssignedTo(target: Node): Node | undefined {
  const { parent } = target;
  if (parent?.type !== 'AssignmentExpression' || parent.left !== target) return undefined;
  return /^(?:\?\?|\|\||&&)?=$/.test(parent.operator) ? parent.right : undefined;
}

function isNamed(node: Node, name: string): boolean {
  const it = unwrap(node);
  return it.type === 'Identifier' && it.name === name;
}

/** `this`, `this as unknown as Fields` */
function isThis(value: Node): boolean {
  return unwrap(value).type === 'ThisExpression';
}

/** `const { x } = this` */
function isTakenFromThis(pattern: TSESTree.ObjectPattern): boolean {
  const { parent } = pattern;
  if (parent.type === 'VariableDeclarator') return parent.init !== null && isThis(parent.init);
  return parent.type === 'AssignmentExpression' && isThis(parent.right);
}

function takes({ properties }: TSESTree.ObjectPattern, name: string): boolean {
  return properties.some(
    (it) => it.type === 'RestElement' || keyName(it.key, it.computed) === name,
  );
}

/** `Object.assign(this, …)` */
function assignsThis(member: TSESTree.MemberExpression, name: string): boolean {
  const isAssign = name === 'assign' && isNamed(member.object, 'Object');
  return isAssign && callOf(member)?.arguments[0]?.type === 'ThisExpression';
}

/** Is this the target of an assignment, an update, a `delete` or a pattern? */
export function isWritten(target: Node): boolean {
  const { parent } = target;
  switch (parent?.type) {
    case 'AssignmentExpression':
    case 'AssignmentPattern':
    case 'ForOfStatement':
    case 'ForInStatement':
      return parent.left === target;
    case 'UpdateExpression':
    case 'ArrayPattern':
    case 'RestElement':
      return true;
    case 'UnaryExpression':
      return parent.operator === 'delete';
    case 'Property':
      return parent.value === target && parent.parent.type === 'ObjectPattern';
    default:
      return false;
  }
}

export interface ClassPlace {
  readonly node: ClassNode | undefined;
  /** The name of the method or field that the place belongs to. */
  readonly member: string | undefined;
}

/** The class whose `this` a place sees, and the member it stands in. */
export function classAround(place: Node): ClassPlace {
  let member: string | undefined;
  for (let at: Node | undefined = place; at; at = at.parent) {
    if (
      (at.type === 'MethodDefinition' ||
        at.type === 'PropertyDefinition' ||
        at.type === 'AccessorProperty') &&
      member === undefined
    ) {
      member = keyName(at.key, at.computed);
    }
    if (at.type === 'ClassBody') return { node: at.parent, member };
    // Code in a callback of a constructor runs later than the constructor.
    if (isFunction(at) && at.parent.type !== 'MethodDefinition') member = '';
  }
  return { node: undefined, member: undefined };
}

export interface Field {
  readonly name: string;
  /** `#x` is `hard`: nothing outside the class can name it. */
  readonly access: 'hard' | 'private' | 'open';
  readonly value: Node | null | undefined;
  readonly decorated: boolean;
  /** `private x!: T`: somebody gives it a value that this declaration does not tell. */
  readonly definite: boolean;
}

/** The fields that a class declares itself, parameter properties included. */
function declaredField(node: ClassNode, name: string): Field | undefined {
  for (const element of node.body.body) {
    if (element.type === 'PropertyDefinition' || element.type === 'AccessorProperty') {
      if (keyName(element.key, element.computed) !== name) continue;
      return {
        name,
        access: accessOf(element.key, element.accessibility),
        value: element.value,
        // Parsers of plain JavaScript leave these out.
        decorated: ((element.decorators as Node[] | undefined) ?? []).length > 0 || element.declare,
        definite: element.definite,
      };
    }
    if (element.type !== 'MethodDefinition' || element.kind !== 'constructor') continue;
    for (const parameter of element.value.params) {
      if (parameter.type !== 'TSParameterProperty') continue;
      const { parameter: target, accessibility } = parameter;
      const id = target.type === 'AssignmentPattern' ? target.left : target;
      if (!isNamed(id, name)) continue;
      const access = accessOf(id, accessibility);
      return { name, access, value: undefined, decorated: true, definite: true };
    }
  }
  return undefined;
}

function accessOf(key: Node, accessibility: string | undefined): Field['access'] {
  if (key.type === 'PrivateIdentifier') return 'hard';
  return accessibility === 'private' ? 'private' : 'open';
}

/** The field of this name of the class around, when nothing outside the class can touch it. */
export function fieldNamed(name: string, place: Node): Field | undefined {
  const { node } = classAround(place);
  const field = node && declaredField(node, name);
  return field && field.access !== 'open' ? field : undefined;
}

/** The field of the own class that `this.x` names, when nothing outside the class can touch it. */
export function fieldOf(member: TSESTree.MemberExpression): Field | undefined {
  const name = memberName(member);
  if (name === undefined || member.object.type !== 'ThisExpression') return undefined;
  return fieldNamed(name, member);
}

/** The static field that `Class.x` names inside of that class, when nothing outside of it can touch it. */
export function staticFieldOf(member: TSESTree.MemberExpression): Field | undefined {
  const name = memberName(member);
  const { node } = classAround(member);
  if (name === undefined || !node?.id || !isNamed(member.object, node.id.name)) return undefined;
  return fieldNamed(name, member);
}
