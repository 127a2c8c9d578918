/**
 * Handles that hold nothing until they are told to begin: the obligation starts there.
 *
 * ```ts
 * const runner = source.createQueryRunner();
 * const table = nameOf(options);                 // throws: nothing has been lent as yet
 * await runner.connect();                        // rejects: nor has it now
 * await runner.query(`SELECT * FROM ${table}`);  // rejects: now it matters
 * await runner.release();
 * ```
 *
 * Of a runner that nobody connects, the first use is the beginning.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { runsWithin, unitOf } from '../../ast/functions.ts';
import { calleeName, callOf, contains, memberName, wrapped } from '../../ast/nodes.ts';
import { isVariable, NO_EFFECT, type Effects, type Place } from '../effects.ts';
import type { Acquire } from './acquires.ts';

type Node = TSESTree.Node;

const BEGINNING: ReadonlySet<string> = new Set([
  'connect',
  'open',
  'start',
  'init',
  'initialize',
  'launch',
  'lock',
  'subscribe',
  'listen',
]);

interface Beginning {
  /** The node whose normal completion is the acquire, and the effects with the acquire there. */
  readonly start: Node;
  readonly effects: Effects;
}

function beginningsOf({ holder }: Place): readonly Node[] {
  if (!isVariable(holder)) return [];
  return holder.references.flatMap(({ identifier }) => {
    const outer = wrapped(identifier);
    const member = outer.parent;
    if (member?.type !== 'MemberExpression' || member.object !== outer) return [];
    const call = BEGINNING.has(memberName(member) ?? '') ? callOf(member) : undefined;
    if (!call) return [];
    const { parent } = wrapped(call);
    return [parent?.type === 'AwaitExpression' ? parent : call];
  });
}

/** What is to be given back, and is made without waiting for it, is only lent when it is used. */
function firstUseOf({ holder }: Place, { call, node, protocol }: Acquire): readonly Node[] {
  const handle = 'handle' in protocol ? protocol.handle : undefined;
  const isLent = handle?.kind === 'released-local' && handle.lent === true;
  const isLazy = isLent && node === call && calleeName(call)?.startsWith('create') === true;
  if (!isLazy || !isVariable(holder)) return [];
  const first = holder.references.find((it) => it.isRead());
  return first ? [first.identifier] : [];
}

/** Does every path to the beginning come past the acquire: do they stand in one list of statements, one after the other? */
function isAfter(start: Node, { node, uses }: Acquire): boolean {
  if (uses.some(({ via }) => via !== undefined)) return false;
  let at: Node = node;
  while (at.parent && !/Statement$|Declaration$/.test(at.type)) at = at.parent;
  const { parent } = at;
  const holds = /^(?:BlockStatement|Program|SwitchCase|StaticBlock)$/.test(parent?.type ?? '');
  return holds && parent !== undefined && contains(parent, start) && start.range[0] > at.range[1];
}

/** Where such a handle begins; undefined for any other, and for one that has left the function before. */
export function beginningOf(effects: Effects, acquire: Acquire): Beginning | undefined {
  const { places, root, onEvaluate, onBind } = effects;
  const { node: made } = acquire;
  const startsOf = (place: Place): readonly Node[] => {
    const starts = beginningsOf(place);
    return starts.length > 0 ? starts : firstUseOf(place, acquire);
  };
  const begun = places.map((place) => ({ place, starts: startsOf(place) }));
  const [first, ...others] = begun.filter(({ starts }) => starts.length > 0);
  const [start, ...more] = first?.starts ?? [];
  if (!first || !start || others.length + more.length > 0) return undefined;
  if (unitOf(start) !== unitOf(made) || !runsWithin(unitOf(start), root)) return undefined;
  if (!isAfter(start, acquire)) return undefined;
  const isEarly = ([node, { ends }]: [Node, { readonly ends: readonly unknown[] }]): boolean =>
    ends.length > 0 && node.range[0] < start.range[0];
  if ([...onEvaluate, ...onBind].some(isEarly)) return undefined;
  const moved = new Map(onEvaluate);
  moved.set(made, { ...(onEvaluate.get(made) ?? NO_EFFECT), acquire: 0 });
  moved.set(start, { ...(onEvaluate.get(start) ?? NO_EFFECT), acquire: first.place.mask });
  return { start, effects: { ...effects, onEvaluate: moved } };
}
