/** The tests of one graph that are kept track of, and where they are asked. */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Bindings, Variable } from '../ast/bindings.ts';
import type { CodeUnit } from '../ast/functions.ts';
import { unwrap, wrapped } from '../ast/nodes.ts';
import type { Block, Cfg, Edge } from '../cfg/graph.ts';
import { canonical, NULLISH, type Canonical, type Ids } from './canonical.ts';

type Node = TSESTree.Node;

export interface Tracked extends Canonical {
  readonly bit: bigint;
}

export interface Tracking {
  readonly bindings: Bindings;
  readonly ids: Ids;
  readonly root: CodeUnit;
  readonly mask: bigint;
  readonly tracked: readonly Tracked[];
  readonly byText: ReadonlyMap<string, Tracked>;
  readonly byVariable: ReadonlyMap<Variable, readonly Tracked[]>;
  /** Tests `subject === literal`, by subject. */
  readonly bySubject: ReadonlyMap<string, readonly Tracked[]>;
  /** Tests whose value any call may change. */
  readonly volatile: bigint;
  /** Tests whose value a node may change, because a closure that writes their variables runs there. */
  readonly writtenAt: ReadonlyMap<Node, bigint>;
  readonly canonicals: Map<Node, Canonical | undefined>;
}

/** The other tests whose value may follow from this one's. */
export function relatives({ byText, bySubject }: Tracking, test: Tracked): readonly Tracked[] {
  const { text, equals } = test;
  const base = text.endsWith(NULLISH) ? byText.get(text.slice(0, -NULLISH.length)) : undefined;
  const others = [
    byText.get(text + NULLISH),
    base,
    ...(bySubject.get(equals?.subject ?? '') ?? []),
  ];
  return others.filter((other): other is Tracked => other !== undefined && other !== test);
}

/** The test that an edge answers. */
export function askedBy(tracking: Tracking, { why }: Edge): Tracked | undefined {
  if (why.kind !== 'true' && why.kind !== 'false') return undefined;
  const { canonicals, bindings, ids, byText } = tracking;
  if (!canonicals.has(why.test)) {
    canonicals.set(why.test, canonical(why.test, why.question, bindings, ids));
  }
  const asked = canonicals.get(why.test);
  return asked && byText.get(asked.text);
}

/** What the answer to one operand tells of a constant: `const own = !given || force`. */
export interface Implied {
  readonly test: Tracked;
  /** Undefined: the next operand decides. */
  readonly value: boolean | undefined;
}

/** `given` is asked on the way to the value of a constant that is tested itself. */
export function impliedBy({ bindings, ids, byText }: Tracking, { why }: Edge): Implied | undefined {
  if ((why.kind !== 'true' && why.kind !== 'false') || why.question !== 'truthy') return undefined;
  let at = wrapped(why.test);
  let negated = false;
  while (at.parent?.type === 'UnaryExpression' && at.parent.operator === '!') {
    negated = !negated;
    at = wrapped(at.parent);
  }
  const operator = at.parent?.type === 'LogicalExpression' ? at.parent.operator : undefined;
  while (at.parent?.type === 'LogicalExpression' && at.parent.operator === operator) {
    at = wrapped(at.parent);
  }
  const { parent } = at;
  if (!operator || operator === '??' || parent?.type !== 'VariableDeclarator') return undefined;
  const variable = parent.init === at ? bindings.variableOf(parent.id) : undefined;
  const test = variable && byText.get(`v${String(ids(variable))}`);
  if (!test) return undefined;
  const answer = (why.kind === 'true') !== negated;
  return { test, value: answer === (operator === '||') ? answer : undefined };
}

/** For each test, in order, the blocks in which it may get a value. */
export function sitesOf(cfg: Cfg, tracking: Tracking): readonly ReadonlySet<Block>[] {
  const sites = new Map<Tracked, Set<Block>>();
  const add = (test: Tracked, block: Block): void => {
    const known = sites.get(test);
    if (known) known.add(block);
    else sites.set(test, new Set([block]));
  };
  for (const block of cfg.blocks.slice(0, cfg.reachable)) {
    for (const edge of block.out) {
      const test = askedBy(tracking, edge);
      if (test) add(test, block);
      const implied = impliedBy(tracking, edge);
      if (implied) add(implied.test, block);
    }
    for (const instruction of block.instructions) {
      if (instruction.kind !== 'bind' || (!instruction.value && !instruction.absent)) continue;
      const variable = tracking.bindings.variableOf(instruction.node);
      for (const test of (variable && tracking.byVariable.get(variable)) ?? []) add(test, block);
    }
  }
  return tracking.tracked.map((test) => sites.get(test) ?? new Set());
}

/** The operands of a condition that are tests of their own. */
function leafTests(condition: Node): readonly Node[] {
  const it = unwrap(condition);
  if (it.type === 'UnaryExpression' && it.operator === '!') return leafTests(it.argument);
  if (it.type !== 'LogicalExpression') return [condition];
  return [...leafTests(it.left), ...leafTests(it.right)];
}

export function testsAround(tracking: Tracking, node: Node): readonly Tracked[] {
  const { root, bindings, ids, byText } = tracking;
  const around: Tracked[] = [];
  for (let at = node.parent; at && at !== root; at = at.parent) {
    const condition =
      at.type === 'IfStatement' || at.type === 'ConditionalExpression'
        ? at.test
        : at.type === 'LogicalExpression'
          ? at.left
          : undefined;
    for (const leaf of condition ? leafTests(condition) : []) {
      const test = byText.get(canonical(leaf, 'truthy', bindings, ids)?.text ?? '');
      if (test) around.push(test, ...relatives(tracking, test));
    }
  }
  return around;
}
