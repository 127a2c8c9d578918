/**
 * Does a call call what a matcher of the option `resources` describes?
 *
 * ```ts
 * import { Pool } from 'pg';
 * const pool = new Pool();
 * await pool.connect();               // { method: 'connect', of: 'Pool', from: 'pg' }, by the value of `pool`
 *
 * constructor(private pool: Pool) {}
 * await this.pool.connect();          // the same, by the type that the source declares
 * await database.pool().connect();    // the same, with type information
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue } from '../ast/bindings.ts';
import { calleeName, keyName, memberName, unwrap, walk } from '../ast/nodes.ts';
import { GLOBAL, originOf } from '../ast/origins.ts';
import type { CalleeMatcher } from '../resources/user.ts';
import type { FileFacts } from './file.ts';
import { declaredAt, servicesOf } from './types.ts';

type Node = TSESTree.Node;
type Call = TSESTree.CallExpression | TSESTree.NewExpression;

/** Where an object comes from, as far as the source shows it. */
interface Provenance {
  readonly module: string | undefined;
  /** The class that it is an instance of. */
  readonly of: string | undefined;
}

/** The module and the exported name: `fs.promises.open` is `open` of `fs/promises`. */
function exportOf(value: Node, { bindings }: FileFacts): Provenance | undefined {
  const origin = originOf(value, bindings);
  if (!origin || origin.source === GLOBAL) return undefined;
  return {
    module: [origin.source, ...origin.path.slice(0, -1)].join('/'),
    of: origin.path.at(-1),
  };
}

function byAnnotation(
  annotation: TSESTree.TSTypeAnnotation | undefined,
  facts: FileFacts,
): Provenance | undefined {
  const type = annotation?.typeAnnotation;
  if (type?.type !== 'TSTypeReference') return undefined;
  const { typeName } = type;
  const [scope, name] =
    typeName.type === 'TSQualifiedName' ? [typeName.left, typeName.right] : [typeName, typeName];
  const of = name.type === 'Identifier' ? name.name : undefined;
  const imported = exportOf(scope, facts);
  return {
    module: imported?.module,
    of: typeName.type === 'Identifier' ? (imported?.of ?? of) : of,
  };
}

function classAround(node: Node): Node | undefined {
  let at: Node | undefined = node;
  while (at && at.type !== 'ClassBody') at = at.parent;
  return at;
}

/** What the class around `this` declares a field to be. */
function fieldProvenance(
  member: TSESTree.MemberExpression,
  facts: FileFacts,
  steps: number,
): Provenance | undefined {
  const name = memberName(member);
  const body = classAround(member);
  if (!body || name === undefined) return undefined;
  const known: (Provenance | undefined)[] = [];
  walk(body, facts.sourceCode.visitorKeys, (node) => {
    if (node.type === 'PropertyDefinition' && keyName(node.key, node.computed) === name) {
      known.push(byAnnotation(node.typeAnnotation, facts));
      if (node.value) known.push(provenanceOf(node.value, facts, steps));
    }
    if (node.type === 'TSParameterProperty' && node.parameter.type === 'Identifier') {
      const { parameter } = node;
      if (parameter.name === name) known.push(byAnnotation(parameter.typeAnnotation, facts));
    }
    if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression') {
      const isField = node.left.object.type === 'ThisExpression' && memberName(node.left) === name;
      if (isField) known.push(provenanceOf(node.right, facts, steps));
    }
  });
  return known.find((it) => it !== undefined);
}

/** Bounds steps from expression to expression: names may refer to each other in circles. */
const MAX_STEPS = 8;

function provenanceOf(value: Node, facts: FileFacts, steps = 0): Provenance | undefined {
  if (steps > MAX_STEPS) return undefined;
  const it = unwrap(value);
  const next = (node: Node): Provenance | undefined => provenanceOf(node, facts, steps + 1);
  switch (it.type) {
    case 'AwaitExpression':
      return next(it.argument);
    case 'NewExpression':
      return exportOf(it.callee, facts) ?? { module: undefined, of: calleeName(it) };
    case 'CallExpression': {
      const made = next(it.callee);
      return made && { module: made.module, of: undefined };
    }
    case 'Identifier': {
      const imported = exportOf(it, facts);
      if (imported) return { module: moduleOf(it, facts), of: undefined };
      const variable = facts.bindings.variableOf(it);
      const name = variable?.identifiers[0];
      const annotated = name?.type === 'Identifier' ? name.typeAnnotation : undefined;
      const constant = variable && constantValue(variable);
      return byAnnotation(annotated, facts) ?? (constant && next(constant));
    }
    case 'MemberExpression': {
      if (it.object.type === 'ThisExpression') return fieldProvenance(it, facts, steps + 1);
      const owner = next(it.object);
      return owner && { module: owner.module, of: undefined };
    }
    default:
      return undefined;
  }
}

function moduleOf(imported: Node, { bindings }: FileFacts): string | undefined {
  return originOf(imported, bindings)?.source;
}

function fits(names: readonly string[], name: string | undefined): boolean {
  return names.length === 0 || (name !== undefined && names.includes(name));
}

function isDeclaredAsSuch(
  callee: TSESTree.MemberExpression,
  { of, from }: CalleeMatcher,
  { sourceCode }: FileFacts,
): boolean {
  const symbol = servicesOf(sourceCode)?.getSymbolAtLocation(callee.property);
  return (symbol?.declarations ?? []).some((declaration) => {
    const { owner, isFrom } = declaredAt(declaration);
    return fits(of, owner) && (from.length === 0 || from.some(isFrom));
  });
}

function matchesMethod(call: Call, matcher: CalleeMatcher, facts: FileFacts): boolean {
  const callee = unwrap(call.callee);
  if (call.type !== 'CallExpression' || callee.type !== 'MemberExpression') return false;
  const { names, of, from } = matcher;
  if (!fits(names, memberName(callee))) return false;
  if (of.length === 0 && from.length === 0) return true;
  const object = provenanceOf(callee.object, facts);
  if (object && fits(from, object.module)) {
    // Of what a function of the right module has made, the class is not in sight.
    const isUnknown = object.of === undefined && from.length > 0;
    if (isUnknown || fits(of, object.of)) return true;
  }
  return isDeclaredAsSuch(callee, matcher, facts);
}

export function matchesCallee(call: Call, matcher: CalleeMatcher, facts: FileFacts): boolean {
  const { how, names, from } = matcher;
  if (how === 'method') return matchesMethod(call, matcher, facts);
  if ((how === 'new') !== (call.type === 'NewExpression')) return false;
  if (from.length === 0) return names.includes(calleeName(call) ?? '');
  const callee = exportOf(call.callee, facts);
  // A default export has the name that the importing file gives it.
  return (
    callee !== undefined && fits(from, callee.module) && fits(names, callee.of ?? calleeName(call))
  );
}
