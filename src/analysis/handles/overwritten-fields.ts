/**
 * A method that keeps a handle in a field of its object -> does it write over the handle of the call before?
 *
 * ```ts
 * start() { this.timer = setInterval(poll, 1000); }                             // the second call loses the first timer
 * start() { clearInterval(this.timer); this.timer = setInterval(poll, 1000); }  // released
 * start() { if (this.timer) return; this.timer = setInterval(poll, 1000); }     // guarded
 * ```
 *
 * A path that asks anything of the object on its way is taken to know what it does.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { unitOf } from '../../ast/functions.ts';
import {
  contains,
  isFunction,
  keyName,
  memberName,
  walk,
  type FunctionNode,
} from '../../ast/nodes.ts';
import { mentions } from '../../ast/words.ts';
import type { Block, Cfg, Edge } from '../../cfg/graph.ts';
import type { Tier } from '../../cfg/policies.ts';
import { lostCancelProtocols, mayMention } from '../../resources/index.ts';
import type { Call } from './acquires.ts';
import { factsOf, type FileFacts, type Source, type TierFacts } from '../file.ts';
import { callsTo } from '../callers.ts';
import { isWritten, membersOf } from '../members.ts';
import { usesOf } from '../uses.ts';
import { isInTest } from '../test-code.ts';
import { acquisitionsOf, storesOf, type Kept, type Store, type Words } from './kept-handles.ts';

type Node = TSESTree.Node;

export interface OverwrittenFieldOptions {
  readonly throws: Tier;
  readonly overwrittenFields: 'ignore' | 'report';
}

export interface OverwrittenField {
  readonly call: Call;
  readonly words: Words;
  /** The assignment's target. */
  readonly at: TSESTree.MemberExpression;
  readonly name: string;
  readonly method: string;
}

/** Methods that a framework calls once. */
const ONCE =
  /^(?:constructor|componentDidMount|ngOnInit|ngAfter\w+|on(?:ModuleInit|ApplicationBootstrap)|mounted|created|activate|init(?:ialize)?)$/;

/** Functions of the class that do more with the field than look, through calls of each other. */
function touchingFunctions(touches: readonly Node[], facts: FileFacts): ReadonlySet<FunctionNode> {
  const touching = new Set<FunctionNode>();
  const open = touches.map((it) => unitOf(it));
  for (let unit = open.pop(); unit; unit = open.pop()) {
    if (!isFunction(unit) || touching.has(unit)) continue;
    touching.add(unit);
    open.push(...callsTo(unit, facts).map(unitOf));
  }
  return touching;
}

function asksObject({ why }: Edge, { sourceCode }: FileFacts): boolean {
  if (why.kind !== 'true' && why.kind !== 'false') return false;
  let found = false;
  walk(why.test, sourceCode.visitorKeys, (node) => {
    found ||= node.type === 'ThisExpression';
    return !found;
  });
  return found;
}

/** Does some path from the entry evaluate the node before any of the others, and ask nothing of the object? */
function isReached(
  cfg: Cfg,
  target: Node,
  stops: ReadonlySet<Node>,
  isClosed: (edge: Edge) => boolean,
): boolean {
  const seen = new Set<Block>([cfg.entry]);
  const open = [cfg.entry];
  for (let block = open.pop(); block; block = open.pop()) {
    const met = block.instructions.find(({ node }) => node === target || stops.has(node));
    if (met?.node === target) return true;
    if (met) continue;
    for (const edge of block.out) {
      if (edge.why.kind === 'throw' || seen.has(edge.to) || isClosed(edge)) continue;
      seen.add(edge.to);
      open.push(edge.to);
    }
  }
  return false;
}

function overwrites(
  { target, key }: Store,
  { call: acquire, words, acquisition: { release, inLoop } }: Kept,
  facts: FileFacts,
  tier: TierFacts,
): OverwrittenField | undefined {
  if (target.type !== 'MemberExpression' || target.object.type !== 'ThisExpression') {
    return undefined;
  }
  const { parent } = target;
  const root = unitOf(target);
  const method = root.parent;
  const name = memberName(target);
  if (parent.type !== 'AssignmentExpression' || parent.operator !== '=' || inLoop) return undefined;
  if (name === undefined || method?.type !== 'MethodDefinition') return undefined;
  const title = keyName(method.key, method.computed) ?? '';
  if (ONCE.test(title) || method.kind !== 'method') return undefined;
  const members = membersOf(facts)
    .ofField(name, target)
    .filter((it) => !isWritten(it));
  const touches = members.filter((member) =>
    usesOf(member, key, release.keys).some((use) => use.kind !== 'drop'),
  );
  const touching = touchingFunctions(touches, facts);
  const calls = [...touching]
    .flatMap((fn) => callsTo(fn, facts))
    .filter((call) => contains(root, call));
  const cfg = tier.cfgOf(root);
  if (cfg.incomplete) return undefined;
  const stops = new Set<Node>([...touches, ...calls]);
  const isMet = isReached(cfg, parent, stops, (edge) => asksObject(edge, facts));
  return isMet ? { call: acquire, words, at: target, name, method: title } : undefined;
}

/** The assignments by which a method writes over the handle that it kept in the field the last time. */
export function findOverwrittenFields(
  sourceCode: Source,
  { throws, overwrittenFields }: OverwrittenFieldOptions,
): readonly OverwrittenField[] {
  const { text } = sourceCode;
  if (overwrittenFields === 'ignore') return [];
  const mayKeep =
    mentions(text, ['Interval']) || lostCancelProtocols.some((it) => mayMention(text, it));
  if (!mayKeep || !/\bthis\b/.test(text) || !/\bclass\b/.test(text)) return [];
  const facts = factsOf(sourceCode);
  return facts.once(`overwritten fields ${throws}`, () =>
    acquisitionsOf(facts)
      .filter(({ call }) => !isInTest(call))
      .flatMap((kept) => {
        const stores = storesOf(kept.acquisition, facts);
        const found = stores.flatMap((it) => overwrites(it, kept, facts, facts.tier(throws)) ?? []);
        return found.slice(0, 1);
      }),
  );
}
