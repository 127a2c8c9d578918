/**
 * A field that gets a handle from a call, where the class releases what the field holds: that is the evidence.
 *
 * ```ts
 * this.#picked = picker.onPick(log);   // an object, because of `this.#picked.dispose()`
 * this.unsubscribe = bus.on('x', log); // a function, by its name, and because of `this.unsubscribe()`
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { callOf, keyName, memberName, wrapped } from '../../ast/nodes.ts';
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

const FIELD_RELEASE =
  /\bthis\s*\??\.\s*#?\w+\s*[?!]*\s*(?:\.\s*(?:dispose|unsubscribe|release)\b|(?:\?\.)?\[Symbol\.|(?:\?\.)?\(\s*\))/;

/** Does some class of the text release what a field holds? No syntax. */
export function releasesField(text: string): boolean {
  return FIELD_RELEASE.test(text);
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

function heldBy(call: Call, facts: FileFacts): readonly HeldField[] {
  const field = fieldFilledBy(resultOf(call));
  if (!field) return [];
  const { name, at } = field;
  const owner = classAround(at).node;
  const members = thisMembers(name, facts).filter((it) => classAround(it.node).node === owner);
  for (const protocol of lostCancelProtocols) {
    const { handle } = protocol;
    if (!needsEvidence(protocol) || !members.some(({ node }) => isEnded(node, handle))) continue;
    if (handle.kind === 'called-local' && !handle.names.test(name.replace(/^[#_]+/, ''))) continue;
    if (!matches(call, protocol, facts.bindings)) continue;
    const isObject = handle.kind === 'released-local';
    const release = { ...BY_CALL, keys: new Set(isObject ? handle.keys : []) };
    return [{ call, words: protocol, name, at, key: isObject ? PART : WHOLE, release }];
  }
  return [];
}

/** The fields whose handles the code releases somewhere. */
export function evidentFields(facts: FileFacts): readonly HeldField[] {
  return facts.calls.flatMap((call) => heldBy(call, facts));
}
