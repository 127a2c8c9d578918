/**
 * Tests in normal form: expressions over bindings and properties whose text decides their value, so that two tests can
 * be recognised as the same or as opposites.
 *
 * ```ts
 * !signal            signal, negated
 * x !== 'a'          x === 'a', negated
 * const own = !s;    own: s, negated (as long as nothing writes `s`)
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue, type Bindings, type Variable } from '../ast/bindings.ts';
import { memberName, unwrap } from '../ast/nodes.ts';
import type { Question } from '../cfg/graph.ts';

type Node = TSESTree.Node;

/** A test in normal form: equal text means equal value; `negated` when the source asks for the opposite. */
export interface Canonical {
  readonly text: string;
  readonly negated: boolean;
  readonly variables: readonly Variable[];
  readonly members: readonly string[];
  /** `subject === literal`, `subject === Enum.Member`: at most one of these holds for one subject. */
  readonly equals: { readonly subject: string; readonly literal: string } | undefined;
}

export interface Pure {
  readonly text: string;
  readonly variables: readonly Variable[];
  readonly members: readonly string[];
}

const COMPARISONS: ReadonlySet<string> = new Set([
  '===',
  '==',
  '<',
  '<=',
  '>',
  '>=',
  '!==',
  '!=',
  'instanceof',
  'in',
]);
const MAX_DEPTH = 12;

/** The question that `??` and `== null` ask, as the end of a test's text. */
export const NULLISH = ' == null';

export type Ids = (thing: object) => number;

function join(text: string, ...parts: readonly Pure[]): Pure {
  return {
    text,
    variables: parts.flatMap((part) => part.variables),
    members: parts.flatMap((part) => part.members),
  };
}

/** The text of what a variable holds before it gets a value. */
export const UNDEFINED = 'undefined';

/** Is the variable written once only, at its declaration? Then its initialiser may stand for it. */
function isStable({ variables }: Pure): boolean {
  return variables.every((variable) =>
    variable.references.every((reference) => !reference.isWrite() || reference.init === true),
  );
}

/** A text for an expression whose value depends on bindings and properties alone. */
export function pure(node: Node, bindings: Bindings, ids: Ids, depth = 0): Pure | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const inner = (child: Node): Pure | undefined => pure(child, bindings, ids, depth + 1);
  const it = unwrap(node);
  switch (it.type) {
    case 'Identifier': {
      const variable = it.name === UNDEFINED ? undefined : bindings.variableOf(it);
      if (!variable) return { text: it.name, variables: [], members: [] };
      const value = constantValue(variable);
      const expanded = value && depth < 3 ? pure(value, bindings, ids, depth + 4) : undefined;
      if (expanded && isStable(expanded)) return expanded;
      return { text: `v${String(ids(variable))}`, variables: [variable], members: [] };
    }
    case 'ThisExpression':
      return { text: 'this', variables: [], members: [] };
    case 'Literal':
      return { text: `(${it.raw})`, variables: [], members: [] };
    case 'MemberExpression': {
      const name = memberName(it);
      const object = inner(it.object);
      if (name === undefined || !object) return undefined;
      return { ...join(`${object.text}.${name}`, object), members: [...object.members, name] };
    }
    case 'UnaryExpression': {
      if (!['!', '-', '+', 'typeof', 'void'].includes(it.operator)) return undefined;
      const argument = inner(it.argument);
      return argument && join(`${it.operator} ${argument.text}`, argument);
    }
    case 'BinaryExpression': {
      if (!COMPARISONS.has(it.operator) || it.left.type === 'PrivateIdentifier') return undefined;
      const left = inner(it.left);
      const right = inner(it.right);
      return left && right && join(`(${left.text} ${it.operator} ${right.text})`, left, right);
    }
    case 'LogicalExpression': {
      const left = inner(it.left);
      const right = inner(it.right);
      return left && right && join(`(${left.text} ${it.operator} ${right.text})`, left, right);
    }
    default:
      return undefined;
  }
}

export function isNullish(node: Node): boolean {
  return (
    (node.type === 'Literal' && node.value === null && !('regex' in node)) ||
    (node.type === 'Identifier' && node.name === 'undefined')
  );
}

function nullishOf(subject: Pure, negated: boolean): Canonical {
  return { ...subject, text: subject.text + NULLISH, negated, equals: undefined };
}

/** `Event.START`: the members of what is written with a capital letter are taken for different values. */
function familyOf(value: Node, bindings: Bindings, ids: Ids): string | undefined {
  const it = unwrap(value);
  if (it.type !== 'MemberExpression' || !/^[A-Z]/.test(memberName(it) ?? '')) return undefined;
  const object = unwrap(it.object);
  if (object.type !== 'Identifier' || !/^[A-Z]/.test(object.name)) return undefined;
  return pure(object, bindings, ids)?.text;
}

function equalsOf(
  subject: Pure,
  value: Node,
  text: string,
  bindings: Bindings,
  ids: Ids,
): Canonical['equals'] {
  if (value.type === 'Literal' || text === UNDEFINED) {
    return { subject: subject.text, literal: text };
  }
  const family = familyOf(value, bindings, ids);
  return family === undefined
    ? undefined
    : { subject: `${subject.text} of ${family}`, literal: text };
}

/** `a !== b` is the opposite of `a === b`, `x == null` is the question that `??` asks. */
function comparison(
  node: TSESTree.BinaryExpression,
  bindings: Bindings,
  ids: Ids,
): Canonical | undefined {
  const negated = node.operator.startsWith('!');
  const operator = negated ? node.operator.replace('!', '=') : node.operator;
  if (!COMPARISONS.has(node.operator)) return undefined;
  const left = pure(node.left, bindings, ids);
  const right = pure(node.right, bindings, ids);
  if (!left || !right) return undefined;
  if (operator === '==' && isNullish(node.right)) return nullishOf(left, negated);
  const both = join(`${left.text} ${operator} ${right.text}`, left, right);
  const equals =
    operator === '===' ? equalsOf(left, node.right, right.text, bindings, ids) : undefined;
  return { ...both, negated, equals };
}

export function canonical(
  test: Node,
  question: Question,
  bindings: Bindings,
  ids: Ids,
): Canonical | undefined {
  const node = unwrap(test);
  if (question === 'nullish') {
    const subject = pure(node, bindings, ids);
    return subject && nullishOf(subject, false);
  }
  if (question === 'case') {
    if (node.type !== 'SwitchCase' || !node.test) return undefined;
    const subject = pure(node.parent.discriminant, bindings, ids);
    const value = pure(node.test, bindings, ids);
    if (!subject || !value) return undefined;
    return {
      ...join(`${subject.text} === ${value.text}`, subject, value),
      negated: false,
      equals: equalsOf(subject, node.test, value.text, bindings, ids),
    };
  }
  return question === 'truthy' ? truthOf(node, bindings, ids, 0) : undefined;
}

function truthOf(node: Node, bindings: Bindings, ids: Ids, depth: number): Canonical | undefined {
  const it = unwrap(node);
  if (it.type === 'UnaryExpression' && it.operator === '!') {
    const inner = truthOf(it.argument, bindings, ids, depth);
    return inner && { ...inner, negated: !inner.negated };
  }
  if (it.type === 'BinaryExpression') return comparison(it, bindings, ids);
  if (it.type === 'CallExpression') {
    const [argument] = it.arguments;
    const isBoolean = it.callee.type === 'Identifier' && it.callee.name === 'Boolean';
    return isBoolean && argument ? truthOf(argument, bindings, ids, depth) : undefined;
  }
  if (it.type === 'Identifier' && depth < 3) {
    // `const own = !signal` asks what its initialiser asks, as long as that cannot change.
    const variable = bindings.variableOf(it);
    const value = variable && constantValue(variable);
    const inner = value && truthOf(value, bindings, ids, depth + 1);
    if (inner && isStable(inner)) return inner;
  }
  const subject = pure(it, bindings, ids);
  return subject && { ...subject, negated: false, equals: undefined };
}
