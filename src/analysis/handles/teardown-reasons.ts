/**
 * What a teardown method asks before it returns early -> may that have to do with the handle in a field?
 *
 * ```ts
 * if (!this.started) return;        // yes: whoever stores the handle sets it
 * if (this.closed) return;          // yes: the method sets it itself
 * if (options.keepOpen) return;     // yes: it is the caller who says so
 * if (!this.view) return;           // no: set by methods that have nothing to do with the handle
 * if (await this.rows.isEmpty())    // no: a question about something else
 * ```
 *
 * Whatever is not known may: then the path is silent.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue, type Variable } from '../../ast/bindings.ts';
import type { CodeUnit } from '../../ast/functions.ts';
import {
  contains,
  isFunction,
  isTransparent,
  memberName,
  walk,
  type FunctionNode,
} from '../../ast/nodes.ts';
import type { EdgeKind } from '../../cfg/graph.ts';
import type { FileFacts } from '../file.ts';
import { callsTo } from '../callers.ts';
import { classAround, fieldNamed, isWritten, membersOf } from '../members.ts';
import { thisHost, thisMembers, type ThisMember } from '../this-members.ts';
import type { HeldField } from './evident-fields.ts';

type Node = TSESTree.Node;

export interface Reasons {
  /** May the branch be taken because there is nothing to release, or because the author wants to keep it? */
  readonly explain: (why: EdgeKind) => boolean;
}

interface Scene {
  readonly facts: FileFacts;
  readonly held: HeldField;
  readonly method: FunctionNode;
  /** The functions that store or release the handle, and what they call and are called by. */
  readonly related: ReadonlySet<CodeUnit>;
  /** Does the object hold the handle from the beginning? */
  readonly fromBirth: boolean;
}

/** What each function calls of the functions of the file. */
function calledBy(facts: FileFacts): ReadonlyMap<CodeUnit, readonly FunctionNode[]> {
  return facts.once('functions called', () => {
    const called = new Map<CodeUnit, FunctionNode[]>();
    for (const call of facts.calls) {
      const fn = facts.bindings.functionOf(call.callee);
      if (!fn) continue;
      const host = thisHost(call);
      const known = called.get(host);
      if (known) known.push(fn);
      else called.set(host, [fn]);
    }
    return called;
  });
}

/** The functions of the class that have to do with the field, through calls of each other in both directions. */
function relatedFunctions(seeds: readonly CodeUnit[], facts: FileFacts): ReadonlySet<CodeUnit> {
  const called = calledBy(facts);
  const reach = (next: (unit: CodeUnit) => readonly CodeUnit[]): readonly CodeUnit[] => {
    const found = new Set<CodeUnit>(seeds);
    for (const unit of found) for (const it of next(unit)) found.add(it);
    return [...found];
  };
  return new Set([
    ...reach((unit) => (isFunction(unit) ? callsTo(unit, facts).map(thisHost) : [])),
    ...reach((unit) => called.get(unit) ?? []),
  ]);
}

/** Stored by the constructor, whatever happens, or by the initialiser of the field. */
function isFromBirth({ at }: HeldField): boolean {
  if (at.type === 'PropertyDefinition') return true;
  const statement = at.parent?.parent;
  if (statement?.type !== 'ExpressionStatement') return false;
  const body = statement.parent;
  const method = body.type === 'BlockStatement' ? body.parent.parent : undefined;
  return method?.type === 'MethodDefinition' && method.kind === 'constructor';
}

/** Names of the language that say nothing about where the code runs. */
const PLAIN: ReadonlySet<string> = new Set([
  'undefined',
  'Array',
  'Boolean',
  'Date',
  'Math',
  'Number',
  'Object',
  'String',
]);

function isName(node: Node): node is TSESTree.Identifier {
  if (node.type !== 'Identifier') return false;
  const { parent } = node;
  if (parent.type === 'MemberExpression') return parent.object === node || parent.computed;
  return parent.type !== 'Property' || parent.value === node || parent.computed;
}

/** The members of `this` of one name, in the class of the method. */
function membersNamed(name: string, method: FunctionNode, facts: FileFacts): readonly ThisMember[] {
  const owner = classAround(method).node;
  return thisMembers(name, facts).filter(({ node }) => classAround(node).node === owner);
}

function isConstructor({ parent }: CodeUnit): boolean {
  return parent?.type === 'MethodDefinition' && parent.kind === 'constructor';
}

function isRelatedField(name: string, place: Node, asked: Node, scene: Scene): boolean {
  const { facts, held, method, related } = scene;
  const field = fieldNamed(name, place);
  const index = membersOf(facts);
  if (name === held.name || !field || field.decorated || index.isTaken(name, place)) return true;
  if (field.access !== 'hard' && index.isDynamic(place)) return true;
  const mentions = membersNamed(name, method, facts);
  const isRelated = mentions.some(({ node, host }) =>
    host === method ? isWritten(node) || node.range[0] < asked.range[0] : related.has(host),
  );
  // What only the constructor sets is a setting: the author has thought of it.
  return isRelated || !mentions.some(({ node, host }) => isWritten(node) && !isConstructor(host));
}

function isRelatedVariable(variable: Variable | undefined, name: string, scene: Scene): boolean {
  const { method, fromBirth } = scene;
  if (!variable || variable.defs.length === 0) return !PLAIN.has(name);
  const value = constantValue(variable);
  if (contains(method, variable.scope.block)) {
    return value === undefined || isFunction(value) || isRelated(value, scene);
  }
  return !fromBirth || (value === undefined && variable.defs[0]?.type !== 'ImportBinding');
}

/** May the value of the expression have to do with the handle? */
function isRelated(asked: Node, scene: Scene): boolean {
  const { bindings, sourceCode } = scene.facts;
  let found = false;
  walk(asked, sourceCode.visitorKeys, (node) => {
    if (node.type === 'Super') found = true;
    else if (node.type === 'ThisExpression') {
      const { parent } = node;
      const name = parent.type === 'MemberExpression' ? memberName(parent) : undefined;
      found ||= name === undefined || isRelatedField(name, parent, asked, scene);
    } else if (isName(node)) {
      const variable = bindings.variableOf(node);
      const isInside = variable !== undefined && contains(asked, variable.scope.block);
      found ||= !isInside && isRelatedVariable(variable, node.name, scene);
    }
    return !found;
  });
  return found;
}

/** The whole condition that a test is a part of. */
function conditionOf(test: Node): Node {
  let at = test;
  while (
    at.parent &&
    (/^(?:Logical|Unary)Expression$/.test(at.parent.type) || isTransparent(at.parent))
  ) {
    at = at.parent;
  }
  return at;
}

/** What decides whether a test is asked: the conditions of the statements and expressions around it. */
function conditionsAround(test: Node, method: Node): readonly Node[] {
  const own = test.type === 'SwitchCase' ? test.parent.discriminant : conditionOf(test);
  const conditions: Node[] = [own];
  let child = own;
  for (let at = own.parent; at && at !== method; child = at, at = at.parent) {
    switch (at.type) {
      case 'IfStatement':
      case 'ConditionalExpression':
      case 'WhileStatement':
      case 'DoWhileStatement':
        if (at.test !== child) conditions.push(at.test);
        break;
      case 'LogicalExpression':
        if (at.left !== child) conditions.push(at.left);
        break;
      case 'ForStatement':
        if (at.test && at.test !== child) conditions.push(at.test);
        break;
      case 'ForOfStatement':
      case 'ForInStatement':
        if (at.right !== child) conditions.push(at.right);
        break;
      case 'SwitchStatement':
        if (at.discriminant !== child) conditions.push(at.discriminant);
        break;
      default:
    }
  }
  return conditions;
}

function sceneOf(held: HeldField, method: FunctionNode, facts: FileFacts): Scene {
  const touching = membersNamed(held.name, method, facts).map(({ host }) => host);
  const related = new Set(relatedFunctions(touching, facts));
  related.delete(method);
  return { facts, held, method, related, fromBirth: isFromBirth(held) };
}

export function reasonsOf(held: HeldField, method: FunctionNode, facts: FileFacts): Reasons {
  let scene: Scene | undefined;
  const known = new Map<Node, boolean>();
  const explains = (test: Node): boolean => {
    const isKnown = known.get(test);
    if (isKnown !== undefined) return isKnown;
    const asked = (scene ??= sceneOf(held, method, facts));
    const answer = conditionsAround(test, method).some((it) => isRelated(it, asked));
    known.set(test, answer);
    return answer;
  };
  return {
    explain: (why) => {
      if (why.kind !== 'true' && why.kind !== 'false') return false;
      return why.question === 'fulfilled' || explains(why.test);
    },
  };
}
