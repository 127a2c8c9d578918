/**
 * A field in which a method keeps its timer, as a variable of that method: the engine that follows variables then
 * judges it without knowing of fields.
 *
 * ```ts
 * this.#timer = setTimeout(…);   // bind `this.#timer`
 * await this.#ask();
 * clearTimeout(this.#timer);     // release
 * ```
 *
 * Not modelled: the same object under another name than `this`; fields of fields; that other methods run meanwhile.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Bindings, Variable } from '../../ast/bindings.ts';
import type { CodeUnit } from '../../ast/functions.ts';
import { contains, isFunction, memberName, unwrap, type FunctionNode } from '../../ast/nodes.ts';
import type { Effects, NodeEffect } from '../effects.ts';
import type { FileFacts } from '../file.ts';
import { callsTo } from '../callers.ts';
import { PART } from '../keys.ts';
import { isWritten, membersOf } from '../members.ts';
import { fieldVariable, thisHost, thisMembers, type ThisMember } from '../this-members.ts';
import { usesOf } from '../uses.ts';
import type { TimerStart } from './timer-starts.ts';

type Node = TSESTree.Node;

export interface FieldTimer {
  /** The start, whose handle is bound to the variable now. */
  readonly start: TimerStart;
  readonly variable: Variable;
  /** The file's bindings, and the field's member expressions. */
  readonly bindings: Bindings;
  /** Functions of the class, outside of the method, that can clear the timer. */
  readonly clearing: ReadonlySet<FunctionNode>;
  /** Is the field handed to somebody who may clear it, or read by code outside of the class? */
  readonly isShared: boolean;
}

function classAround(node: Node): Node | undefined {
  let at: Node | undefined = node;
  while (at && at.type !== 'ClassBody') at = at.parent;
  return at;
}

function boundTo(start: TimerStart, member: TSESTree.MemberExpression): TimerStart | undefined {
  const { parent } = member;
  if (parent.type !== 'AssignmentExpression' || parent.left !== member) return undefined;
  const uses = start.uses.map((use) =>
    use.kind === 'store' && use.at === member
      ? {
          kind: 'bind' as const,
          at: member as Node as TSESTree.Identifier,
          key: PART,
          owner: parent,
          via: use.via,
        }
      : use,
  );
  return { ...start, uses };
}

/** Functions of the class that can clear the field, through calls of each other. */
function clearingFunctions(
  { release }: TimerStart,
  members: readonly ThisMember[],
  facts: FileFacts,
): ReadonlySet<FunctionNode> {
  const clearing = new Set<FunctionNode>();
  const open: CodeUnit[] = [];
  for (const { node, host } of members) {
    if (isWritten(node)) continue;
    const clears = usesOf(node, PART, release.keys).some(
      (use) => facts.ownership.strengthOfUse(use, { release, within: host }) === 'release',
    );
    if (clears) open.push(host);
  }
  for (let unit = open.pop(); unit; unit = open.pop()) {
    if (!isFunction(unit) || clearing.has(unit)) continue;
    clearing.add(unit);
    open.push(...callsTo(unit, facts).map(thisHost));
  }
  return clearing;
}

/** The field that keeps the timer, if nothing else does. */
export function fieldTimerOf(start: TimerStart, facts: FileFacts): FieldTimer | undefined {
  const kept = start.uses.filter((use) => use.kind !== 'drop');
  const [store] = kept;
  if (kept.length !== 1 || store?.kind !== 'store' || store.at.type !== 'MemberExpression') {
    return undefined;
  }
  const member = store.at;
  const name = memberName(member);
  const bound = boundTo(start, member);
  if (name === undefined || !bound || unwrap(member.object).type !== 'ThisExpression') {
    return undefined;
  }
  const body = classAround(member);
  const root = thisHost(member);
  if (!body || !isFunction(root)) return undefined;
  const all = thisMembers(name, facts).filter((it) => classAround(it.node) === body);
  const own = all.filter((it) => it.host === root).map(({ node }) => node);
  const variable = fieldVariable(name, root, own);
  const nodes = new Set<Node>(own);
  const { bindings } = facts;
  return {
    start: bound,
    variable,
    bindings: {
      ...bindings,
      variableOf: (node) => (nodes.has(node) ? variable : bindings.variableOf(node)),
    },
    clearing: clearingFunctions(
      start,
      all.filter((it) => it.host !== root),
      facts,
    ),
    isShared: isReadElsewhere(name, facts),
  };
}

/** `client.timer`, `that.timer`: the field under another name than `this`. */
function isReadElsewhere(name: string, facts: FileFacts): boolean {
  return membersOf(facts)
    .named(name)
    .some(({ object }) => unwrap(object).type !== 'ThisExpression');
}

/** Calls of methods that can clear the field take the timer over; that this method clears it, they do not show. */
export function withClearingCalls(
  effects: Effects,
  { variable, clearing }: FieldTimer,
  facts: FileFacts,
): Effects {
  if (clearing.size === 0) return effects;
  const from = effects.places.reduce(
    (mask, place) => (place.holder === variable ? mask | place.mask : mask),
    0,
  );
  const onEvaluate = new Map<Node, NodeEffect>(effects.onEvaluate);
  for (const call of [...clearing].flatMap((fn) => callsTo(fn, facts))) {
    if (!contains(effects.root, call)) continue;
    const known = onEvaluate.get(call);
    const nothing = { acquire: 0, moves: [], kill: 0, ends: [], escapes: 0, forget: 0 };
    const { ends, ...rest } = known ?? nothing;
    onEvaluate.set(call, { ...rest, ends: [...ends, { from, how: 'handover' }] });
  }
  return { ...effects, onEvaluate };
}
