/**
 * Handles that come to their end by themselves: what has been waited for until it is over, needs no release.
 *
 * ```ts
 * const waiter = new Waiter(page);
 * await waiter.waitForEvent('load');            // the waiter is over, whether that succeeds or fails
 * const { done, stop } = watch(folder);
 * await done;                                   // so is the watch
 * await connection.waitUntilReady();            // it has only begun
 * const page = await browser.newPage();
 * await browser.close();                        // ends what it has given, too
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { runsWithin, unitOf } from '../../ast/functions.ts';
import { callOf, keyName, memberName, unwrap, wrapped } from '../../ast/nodes.ts';
import { RELEASING } from '../../resources/evidence.ts';
import { isVariable, NO_EFFECT, type Effects } from '../effects.ts';
import type { FileFacts } from '../file.ts';
import { PART, WHOLE } from '../keys.ts';
import { DEAD } from '../losses.ts';
import type { Acquire } from './acquires.ts';

type Node = TSESTree.Node;

const ENDED =
  /^(?:done|over|ended|end|finished|completed|completion|complete|closed|exited|exit|settled|terminated|result|promise|wait)$/i;
const WAITS =
  /^(?:wait(?:For|Until|To)?(?:[A-Z].*)?|finished|completed|completion|exited|settled)$/;
/** What these wait for is the beginning, or a point on the way. */
const BEGINS = /ready|open|start|init|connect|load|sync|idle|boot|change|available|turn/i;

function isAwaited(expression: Node): boolean {
  return wrapped(expression).parent?.type === 'AwaitExpression';
}

/** The part of a handle, or the call of one of its methods, that is waited for to the end. */
function endOf(identifier: Node): Node | undefined {
  const outer = wrapped(identifier);
  const member = outer.parent;
  if (member?.type !== 'MemberExpression' || member.object !== outer) return undefined;
  const name = memberName(member) ?? '';
  if (BEGINS.test(name)) return undefined;
  const call = callOf(member);
  const ends = call ? WAITS.test(name) : ENDED.test(name);
  return ends && isAwaited(call ?? member) ? (call ?? member) : undefined;
}

/** `browser` and `this.pool`: who gave the handle, as a text to compare with. */
function textOf(owner: Node, { bindings }: Pick<FileFacts, 'bindings'>): string | undefined {
  const it = unwrap(owner);
  switch (it.type) {
    case 'ThisExpression':
      return 'this';
    case 'Identifier': {
      const variable = bindings.variableOf(it);
      return variable && `${it.name} ${String(variable.identifiers[0]?.range[0])}`;
    }
    case 'MemberExpression': {
      const name = memberName(it);
      const object = name === undefined ? undefined : textOf(it.object, { bindings });
      return object && `${object}.${String(name)}`;
    }
    default:
      return undefined;
  }
}

/** The calls that end whoever gave the handle, and with it what it has given. */
function endsOfOwner({ call }: Acquire, facts: FileFacts): readonly Node[] {
  const callee = unwrap(call.callee);
  if (callee.type !== 'MemberExpression') return [];
  const owner = textOf(callee.object, facts);
  if (owner === undefined || owner === 'this') return [];
  return facts.calls.filter((it) => {
    const ending = unwrap(it.callee);
    return (
      ending.type === 'MemberExpression' &&
      RELEASING.includes(memberName(ending) ?? '') &&
      textOf(ending.object, facts) === owner
    );
  });
}

/** What the part of the result is called that a variable of the same pattern takes. */
function partOf({ identifiers, name }: Variable): string {
  const parent = identifiers[0]?.parent;
  const key = parent?.type === 'Property' ? keyName(parent.key, parent.computed) : undefined;
  return key ?? name;
}

/** The effects with these ends. `siblings` are the variables that take the parts of the same result. */
export function withOwnEnds(
  effects: Effects,
  acquire: Acquire,
  siblings: ReadonlySet<Variable>,
  facts: FileFacts,
): Effects {
  const { places, root } = effects;
  const ends = new Map<Node, number>();
  const add = (node: Node | undefined, mask: number): void => {
    const runs = node && mask && runsWithin(unitOf(node), root);
    if (runs) ends.set(node, (ends.get(node) ?? 0) | mask);
  };
  for (const { holder, key, mask } of places) {
    if (!isVariable(holder) || key !== PART) continue;
    for (const { identifier } of holder.references) add(endOf(identifier), mask);
  }
  const whole = places.reduce((sum, { key, mask }) => (key === WHOLE ? sum | mask : sum), 0);
  for (const sibling of siblings) {
    if (!ENDED.test(partOf(sibling))) continue;
    for (const { identifier } of sibling.references) {
      if (isAwaited(identifier)) add(identifier, whole);
    }
  }
  const held = places.reduce(
    (sum, { holder, mask }) => sum | (isVariable(holder) ? mask : 0),
    DEAD,
  );
  for (const end of endsOfOwner(acquire, facts)) add(end, held);
  if (ends.size === 0) return effects;
  const onEvaluate = new Map(effects.onEvaluate);
  for (const [node, from] of ends) {
    const known = onEvaluate.get(node) ?? NO_EFFECT;
    onEvaluate.set(node, { ...known, ends: [...known.ends, { from, how: 'handover' }] });
  }
  return { ...effects, onEvaluate };
}
