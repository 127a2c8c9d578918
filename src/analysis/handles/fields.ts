/**
 * A handle that nothing but private fields keeps -> is there anybody who could release it?
 *
 * ```ts
 * this.#cancel = cancel;                                // kept
 * this.#running.set(id, cancel);                        // kept, in a container
 * get started() { return this.#cancel !== undefined; }  // looks
 * stop() { this.#cancel?.(); }                          // releases: the class owns the handle
 * get cancel() { return this.#cancel; }                 // exposes: somebody else may
 * ```
 *
 * Only a private field is judged, because no other file can reach it. This looks at no path: a method that can release
 * the handle, or hand it on, is enough.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { keyName, memberName, unwrap, wrapped } from '../../ast/nodes.ts';
import type { FileFacts } from '../file.ts';
import { ANY, inside, type Key, type Release } from '../keys.ts';
import { isExported } from '../../ast/exports.ts';
import { classAround, fieldNamed, isWritten, membersOf } from '../members.ts';
import type { ClassNode } from '../syntax.ts';
import { usesOf, type Use } from '../uses.ts';

type Node = TSESTree.Node;

/** A private field that keeps a handle and gives it to nobody. */
export interface KeptField {
  readonly name: string;
  readonly owner: ClassNode;
  /** Reads of the handle that only look: of its signal, of whether it is there. */
  readonly looks: readonly Node[];
}

interface Search {
  readonly facts: FileFacts;
  readonly release: Release;
  readonly seen: Set<unknown>;
  readonly fields: { readonly name: string; readonly owner: ClassNode }[];
  readonly looks: Node[];
}

const TEARDOWN: ReadonlySet<string> = new Set([
  'close',
  'stop',
  'dispose',
  'destroy',
  'shutdown',
  'disconnect',
  '@@dispose',
  '@@asyncDispose',
]);

/** The method by which the users of the class end what it started. */
export function teardownOf({ body }: ClassNode): string | undefined {
  for (const member of body.body) {
    const isMethod = member.type === 'MethodDefinition' && member.kind === 'method';
    const name = isMethod && !member.static ? keyName(member.key, member.computed) : undefined;
    if (name !== undefined && TEARDOWN.has(name)) return name;
  }
  return undefined;
}

/** `this.#field.set(key, handle)`: the field. */
function containerPutInto(use: Use & { readonly kind: 'argument' }): Node | undefined {
  const callee = unwrap(use.at.callee);
  if (callee.type !== 'MemberExpression') return undefined;
  return PUTTING.has(memberName(callee) ?? '') ? callee.object : undefined;
}

const PUTTING: ReadonlySet<string> = new Set(['push', 'unshift', 'add', 'set']);
/** Methods whose result has nothing of the container. */
const COUNTING: ReadonlySet<string> = new Set(['forEach', 'some', 'every']);

function methodOf({ at }: Use): string | undefined {
  const callee = at.type === 'CallExpression' ? unwrap(at.callee) : undefined;
  return callee?.type === 'MemberExpression' ? memberName(callee) : undefined;
}

function isNeglectedVariable(name: Node, key: Key, search: Search): boolean {
  const { facts, release, seen } = search;
  const variable = facts.bindings.variableOf(name);
  if (!variable || isExported(variable)) return false;
  // What the module itself holds lives as long as the process does.
  if (variable.scope.type === 'module' || variable.scope.type === 'global') return false;
  if (seen.has(variable)) return true;
  seen.add(variable);
  return variable.references.every(
    (it) => !it.isRead() || areNeglected(usesOf(it.identifier, key, release.keys), search),
  );
}

/** Does nothing of the class do more with the field than look? */
function isNeglectedField(
  name: string | undefined,
  place: Node,
  key: Key,
  search: Search,
): boolean {
  const { facts, release, seen } = search;
  const owner = classAround(place).node;
  const field = name === undefined ? undefined : fieldNamed(name, place);
  if (name === undefined || !owner || !field || field.decorated) return false;
  const id = `${String(owner.range[0])} ${name} ${key}`;
  if (seen.has(id)) return true;
  seen.add(id);
  const members = membersOf(facts);
  if (members.isTaken(name, place) || (field.access !== 'hard' && members.isDynamic(place))) {
    return false;
  }
  search.fields.push({ name, owner });
  return members
    .ofField(name, place)
    .every(
      (member) => isWritten(member) || areNeglected(usesOf(member, key, release.keys), search),
    );
}

/** The name of `this.name`. */
function thisMemberName(node: Node): string | undefined {
  const it = unwrap(node);
  const isMember = it.type === 'MemberExpression' && it.object.type === 'ThisExpression';
  return isMember ? memberName(it) : undefined;
}

/** `this.#field = handle`, `this.#field.part = handle`, `this.#field[id] = handle` */
function isNeglectedStore(use: Use & { readonly kind: 'store' }, search: Search): boolean {
  const { target, key } = use;
  if (target.type !== 'MemberExpression') {
    const name = target.static ? undefined : keyName(target.key, target.computed);
    return isNeglectedField(name, target, key, search);
  }
  const own = thisMemberName(target);
  if (own !== undefined) return isNeglectedField(own, target, key, search);
  const part = inside(memberName(target) ?? ANY, key);
  return isNeglectedField(thisMemberName(target.object), target, part, search);
}

/** The result of `filter`, `map` and the like may hold the handle again. */
function isUnused({ at }: Use): boolean {
  return wrapped(at).parent?.type === 'ExpressionStatement';
}

function isNeglected(use: Use, search: Search): boolean {
  const { facts, release } = search;
  switch (use.kind) {
    case 'drop':
      search.looks.push(use.at);
      return true;
    case 'release':
    case 'handover':
    case 'return':
    case 'put':
      return false;
    case 'bind':
      return isNeglectedVariable(use.at, use.key, search);
    case 'store':
      return isNeglectedStore(use, search);
    case 'argument': {
      const container = containerPutInto(use);
      if (container) {
        const name = thisMemberName(container);
        return isNeglectedField(name, container, inside(ANY, use.key), search);
      }
      return facts.ownership.strengthOfArgument(use.at, use.argument, use.key, release) === 'none';
    }
    case 'element-callback':
      if (!COUNTING.has(methodOf(use) ?? '') && !isUnused(use)) return false;
      break;
    case 'iterate':
  }
  const within = facts.sourceCode.ast;
  return facts.ownership.strengthOfUse(use, { release, within }) === 'none';
}

function areNeglected(uses: readonly Use[], search: Search): boolean {
  return uses.every((use) => isNeglected(use, search));
}

/** The private fields that keep a handle, when nothing else does and no method releases it; else undefined. */
export function neglectedField(
  uses: readonly Use[],
  release: Release,
  facts: FileFacts,
): KeptField | undefined {
  if (facts.classes.length === 0) return undefined;
  const search: Search = { facts, release, seen: new Set(), fields: [], looks: [] };
  const [field] = areNeglected(uses, search) ? search.fields : [];
  return field && { ...field, looks: search.looks };
}
