/**
 * Flags that nothing flips: a test over a variable or private field -> the value it keeps, when no write of the file
 * changes it.
 *
 * ```ts
 * let stopped = false;                 // never written again: `stopped` stays false
 * #running = false;                    // only ever set to true: once the task runs, `this.#running` stays true
 * ```
 *
 * The initialiser is no write of the stopping value: a flag that starts as false and is only ever set to true is true
 * for good once somebody has started the task.
 *
 * A private static field, `Class.#open`, is a variable of its class.
 *
 * Not judged: public and protected fields, properties of other objects, parameters, exported variables, variables of a
 * script's global scope or of a component whose template may write them.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { unwrap } from '../../ast/nodes.ts';
import { constantTruthiness } from '../../cfg/policies.ts';
import type { FileFacts } from '../file.ts';
import { isExported } from '../../ast/exports.ts';
import { classAround, fieldOf, isWritten, membersOf, staticFieldOf } from '../members.ts';

type Node = TSESTree.Node;

export interface Flag {
  readonly name: string;
  readonly value: boolean;
  /** The flag had the other value before it was set: only a test that runs again and again can rely on `value`. */
  readonly settled: boolean;
}

export interface Flags {
  /** May code that is not in the file, such as a template, write what the test names? */
  readonly isOpen: (test: Node) => boolean;
  readonly flagOf: (test: Node) => Flag | undefined;
}

/** The truth value of a constant expression. */
function truthOf(value: Node | null | undefined): boolean | undefined {
  if (!value) return false;
  const it = unwrap(value);
  if (it.type === 'UnaryExpression' && it.operator === '!') {
    const operand = truthOf(it.argument);
    return operand === undefined ? undefined : !operand;
  }
  return constantTruthiness(it);
}

/** The value that this occurrence of a name is given; undefined for a compound or destructuring write. */
function writtenTruth(target: Node): boolean | undefined {
  const { parent } = target;
  return parent?.type === 'AssignmentExpression' &&
    parent.left === target &&
    parent.operator === '='
    ? truthOf(parent.right)
    : undefined;
}

function judge(
  name: string,
  initial: readonly (boolean | undefined)[],
  written: readonly (boolean | undefined)[],
): Flag | undefined {
  const [first] = written.length > 0 ? written : initial;
  if (first === undefined || written.some((it) => it !== first)) return undefined;
  const settled = initial.every((it) => it === first);
  return settled || written.length > 0 ? { name, value: first, settled } : undefined;
}

/** Do templates, which the scope manager does not know, share the module's variables? */
function isComponentFile({ sourceCode: { parserServices } }: FileFacts): boolean {
  const services = (parserServices ?? {}) as Readonly<Record<string, unknown>>;
  return services['defineTemplateBodyVisitor'] !== undefined || services['isSvelte'] === true;
}

function isOpenVariable(variable: Variable, facts: FileFacts): boolean {
  const { scope, defs } = variable;
  const [def] = defs;
  if (def?.type !== 'Variable' || def.parent.kind === 'const') return false;
  if (isExported(variable)) return true;
  return scope.type === 'global' || (scope.block.type === 'Program' && isComponentFile(facts));
}

function variableFlag(variable: Variable, facts: FileFacts): Flag | undefined {
  const [def] = variable.defs;
  if (variable.defs.length !== 1 || def?.type !== 'Variable') return undefined;
  const { node, parent } = def;
  // The graph knows constants.
  if (isOpenVariable(variable, facts) || parent.declare || parent.kind === 'const')
    return undefined;
  if (node.id.type !== 'Identifier') return undefined;
  if (/^For(?:Of|In)/.test(parent.parent.type)) return undefined;
  const writes = variable.references
    .filter((it) => it.isWrite() && it.init !== true)
    .map(({ identifier }) => writtenTruth(identifier));
  return judge(variable.name, [truthOf(node.init)], writes);
}

function fieldFlag(member: TSESTree.MemberExpression, facts: FileFacts): Flag | undefined {
  const field = fieldOf(member) ?? staticFieldOf(member);
  if (
    !field ||
    field.decorated ||
    (field.access === 'private' && membersOf(facts).isDynamic(member))
  ) {
    return undefined;
  }
  const initial: (boolean | undefined)[] = [];
  const written: (boolean | undefined)[] = [];
  for (const occurrence of membersOf(facts).ofField(field.name, member)) {
    if (!isWritten(occurrence)) continue;
    const around = classAround(occurrence);
    (around.member === 'constructor' ? initial : written).push(writtenTruth(occurrence));
  }
  const { value } = field;
  // A constructor that always writes the field first makes its declaration without value irrelevant.
  if (value || initial.length === 0) initial.push(field.definite ? undefined : truthOf(value));
  const owner = member.object.type === 'Identifier' ? member.object.name : 'this';
  return judge(`${owner}.${field.name}`, initial, written);
}

export function flagsOf(facts: FileFacts): Flags {
  return facts.once('task flags', () => {
    const known = new Map<Node, Flag | undefined>();
    const compute = (test: Node): Flag | undefined => {
      const it = unwrap(test);
      if (it.type === 'BinaryExpression') return comparisonFlag(it, compute);
      if (it.type === 'MemberExpression') return fieldFlag(it, facts);
      const variable = it.type === 'Identifier' ? facts.bindings.variableOf(it) : undefined;
      return variable && variableFlag(variable, facts);
    };
    return {
      isOpen: (test) => {
        const variable = facts.bindings.variableOf(unwrap(test));
        return variable !== undefined && isOpenVariable(variable, facts);
      },
      flagOf: (test) => {
        if (!known.has(test)) known.set(test, compute(test));
        return known.get(test);
      },
    };
  });
}

/** `stopped === true`, `running !== false` */
function comparisonFlag(
  { left, operator, right }: TSESTree.BinaryExpression,
  flagOf: (test: Node) => Flag | undefined,
): Flag | undefined {
  const literal = unwrap(right);
  if (literal.type !== 'Literal' || typeof literal.value !== 'boolean') return undefined;
  const isEqual = /^===?$/.test(operator);
  if (!isEqual && !/^!==?$/.test(operator)) return undefined;
  const flag = left.type === 'PrivateIdentifier' ? undefined : flagOf(left);
  return flag && { ...flag, value: (flag.value === literal.value) === isEqual };
}
