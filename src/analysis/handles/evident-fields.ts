/**
 * A field that gets a handle from a call, where the class releases what the field holds: that is the evidence.
 *
 * ```ts
 * this.#picked = picker.onPick(log);   // an object, because of `this.#picked.dispose()`
 * this.unsubscribe = bus.on('x', log); // a function, by its name, and because of `this.unsubscribe()`
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { callOf, keyName, memberName, unwrap, wrapped } from '../../ast/nodes.ts';
import { lostCancelProtocols } from '../../resources/index.ts';
import type { HandleShape } from '../../resources/protocol.ts';
import type { FileFacts } from '../file.ts';
import { BY_CALL, PART, WHOLE, type Key, type Release } from '../keys.ts';
import { classAround } from '../members.ts';
import { thisMembers } from '../this-members.ts';
import { matches, resultOf, type Call } from './acquires.ts';
import type { Words } from './kept-handles.ts';
import { needsEvidence } from './proof.ts';

type Node = TSESTree.Node;

/** A field that keeps a handle. */
export interface HeldField {
  readonly call: Call;
  readonly words: Words;
  readonly name: string;
  /** Where the handle is stored. */
  readonly at: Node;
  readonly key: Key;
  readonly release: Release;
}

const OBJECT_RELEASE =
  /\bthis\s*\??\.\s*#?\w+\s*[?!]*\s*(?:\.\s*(?:dispose|unsubscribe|release)\b|(?:\?\.)?\[Symbol\.)/;
const FIELD_CALL = /\bthis\s*\??\.\s*#?(\w+)\s*[?!]*\s*(?:\?\.)?\(\s*\)/g;

/** `#stop`, `_stop` */
function plainName(field: string): string {
  return field.replace(/^[#_]+/, '');
}

/** The methods that end what a field holds. */
const EVIDENCE: ReadonlySet<string> = new Set(
  lostCancelProtocols.flatMap(({ handle }) =>
    handle.kind === 'released-local' ? handle.evidence : [],
  ),
);

/** Is this what a field is called that holds a stop function? */
const isStopName = (field: string): boolean =>
  lostCancelProtocols.some(
    ({ handle }) => handle.kind === 'called-local' && handle.names.test(plainName(field)),
  );

/** Does some class of the text release what a field holds? No syntax. */
export function releasesField(text: string): boolean {
  if (OBJECT_RELEASE.test(text)) return true;
  for (const [, name = ''] of text.matchAll(FIELD_CALL)) if (isStopName(name)) return true;
  return false;
}

/** `this.name = call`, and the initialiser of a field. */
function fieldFilledBy(result: Node): { readonly name: string; readonly at: Node } | undefined {
  const outer = wrapped(result);
  const { parent } = outer;
  if (parent?.type === 'PropertyDefinition' && parent.value === outer && !parent.static) {
    const name = keyName(parent.key, parent.computed);
    return name === undefined ? undefined : { name, at: parent };
  }
  if (parent?.type !== 'AssignmentExpression' || parent.operator !== '=') return undefined;
  const { left } = parent;
  if (left.type !== 'MemberExpression' || left.object.type !== 'ThisExpression') return undefined;
  const name = parent.right === outer ? memberName(left) : undefined;
  return name === undefined ? undefined : { name, at: left };
}

/** `this.name.dispose()`, `this.name?.()` */
function isEnded(member: Node, handle: HandleShape): boolean {
  if (handle.kind === 'called-local') return callOf(member)?.arguments.length === 0;
  if (handle.kind !== 'released-local') return false;
  const outer = wrapped(member);
  const { parent } = outer;
  if (parent?.type !== 'MemberExpression' || parent.object !== outer) return false;
  const isEnd = handle.evidence.includes(memberName(parent) ?? '');
  return isEnd && callOf(parent)?.arguments.length === 0;
}

function heldBy(call: Call, ended: ReadonlySet<string>, facts: FileFacts): readonly HeldField[] {
  const field = fieldFilledBy(resultOf(call));
  if (!field || !ended.has(field.name)) return [];
  const { name, at } = field;
  const owner = classAround(at).node;
  const members = thisMembers(name, facts).filter((it) => classAround(it.node).node === owner);
  for (const protocol of lostCancelProtocols) {
    const { handle } = protocol;
    if (!needsEvidence(protocol) || !members.some(({ node }) => isEnded(node, handle))) continue;
    if (handle.kind === 'called-local' && !handle.names.test(plainName(name))) continue;
    if (!matches(call, protocol, facts.bindings)) continue;
    const isObject = handle.kind === 'released-local';
    const release = { ...BY_CALL, keys: new Set(isObject ? handle.keys : []) };
    return [{ call, words: protocol, name, at, key: isObject ? PART : WHOLE, release }];
  }
  return [];
}

/** The name in `this.name` */
function ownMember(node: Node): string | undefined {
  const it = unwrap(node);
  const isOwn = it.type === 'MemberExpression' && unwrap(it.object).type === 'ThisExpression';
  return isOwn ? memberName(it) : undefined;
}

/** The names of all fields that some class may end: few, where calls are many. */
function endedFields({ calls }: FileFacts): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { callee, arguments: given } of calls) {
    if (given.length > 0) continue;
    const called = unwrap(callee);
    if (called.type !== 'MemberExpression') continue;
    const name = ownMember(called);
    const owner = ownMember(called.object);
    if (name !== undefined && isStopName(name)) found.add(name);
    if (owner !== undefined && EVIDENCE.has(memberName(called) ?? '')) found.add(owner);
  }
  return found;
}

/** The fields whose handles the code releases somewhere. */
export function evidentFields(facts: FileFacts): readonly HeldField[] {
  const fields = endedFields(facts);
  return fields.size === 0 ? [] : facts.calls.flatMap((call) => heldBy(call, fields, facts));
}
