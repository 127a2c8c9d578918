/**
 * Tests that repeat: the same test over the same bindings has the same value on a path until something writes them.
 *
 * ```ts
 * const own = !signal;
 * const [ctx, cancel] = own ? withCancel(p) : [p, noop];   // test `signal`, negated
 * …
 * if (own) cancel();                                        // the same test: the two agree on every path
 * ```
 *
 * A valuation is a pair of bit masks over the tests of one graph. Most tests have nothing to do with a given handle, so
 * the analysis asks for a part of them ({@link TestSpace.within}) and adds those that refute a path it has found. Reads of
 * properties are taken to be stable as long as this function does not assign a property of that name; a variable that
 * some closure writes loses its value at every call, `await` and `yield`, or at the calls of that closure, where it has no
 * other callers.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Bindings, Variable } from '../ast/bindings.ts';
import type { CodeUnit } from '../ast/functions.ts';
import { memberName, unwrap, isLoop } from '../ast/nodes.ts';
import type { Block, Cfg, Edge, Instruction } from '../cfg/graph.ts';
import { canonical, NULLISH, pure, UNDEFINED, type Canonical, type Ids } from './canonical.ts';
import { closureWrites } from './closure-writes.ts';
import { literalFacts } from './literals.ts';
import {
  askedBy,
  impliedBy,
  relatives,
  sitesOf,
  testsAround,
  type Tracked,
  type Tracking,
} from './tracking.ts';

type Node = TSESTree.Node;

/** Which tests have a known value, and which of those are true. `truth` is a subset of `known`. */
export interface Valuation {
  readonly known: bigint;
  readonly truth: bigint;
}

export const NOTHING_KNOWN: Valuation = { known: 0n, truth: 0n };

/** Equal for equal valuations only. To a power of two, since masks of many tests are long. */
export function valuationKey({ known, truth }: Valuation): string {
  return known ? `${known.toString(32)} ${truth.toString(32)}` : '';
}

/** Is there a place at which a literal, or nothing at all, becomes the value of the variable? */
function getsValue({ defs, references }: Variable): boolean {
  const [def] = defs;
  const isBare = def?.node.type === 'VariableDeclarator' && !def.node.init;
  return isBare || references.some((it) => it.isWrite());
}

/** The tests of one graph. */
export interface TestSpace {
  readonly count: number;
  /** The part of the tests that `mask` selects; the others never have a known value. */
  readonly within: (mask: bigint) => Tests;
  /**
   * The tests that make a walk impossible: no path gives the answers that its edges stand for. `lead` is the shortest
   * walk from the entry to where `walk` starts. Undefined when the whole is possible.
   */
  readonly refutation: (lead: readonly Edge[], walk: readonly Edge[]) => bigint | undefined;
  /** The tests whose answers decide whether control gets to a node, by the conditions written around it. */
  readonly around: (node: Node) => bigint;
  /** The blocks in which one of these tests may get a value: it is asked, or a variable of it assigned. */
  readonly sites: (mask: bigint) => readonly Block[];
}

export interface Tests {
  readonly mask: bigint;
  /** The valuation at the far end of an edge; undefined when no path with this valuation takes the edge. */
  readonly onEdge: (edge: Edge, valuation: Valuation) => Valuation | undefined;
  readonly onInstruction: (instruction: Instruction, valuation: Valuation) => Valuation;
  /** What holds at the entry of a function called for the first time: outer flags have their initial values. */
  readonly onFirstCall: () => Valuation;
}

function set(valuation: Valuation, bit: bigint, value: boolean): Valuation {
  return {
    known: valuation.known | bit,
    truth: value ? valuation.truth | bit : valuation.truth & ~bit,
  };
}

/** Which tests are worth tracking: asked at two places, asked in a loop, or about a variable that gets constants. */
function select(cfg: Cfg, bindings: Bindings, ids: Ids): readonly Tracked[] {
  const found = new Map<string, { readonly test: Canonical; readonly nodes: Set<Node> }>();
  const inLoop = new Set<string>();
  for (const block of cfg.blocks) {
    for (const { why } of block.out) {
      if (why.kind !== 'true' && why.kind !== 'false') continue;
      const test = canonical(why.test, why.question, bindings, ids);
      if (!test) continue;
      const entry = found.get(test.text) ?? { test, nodes: new Set<Node>() };
      found.set(test.text, entry);
      entry.nodes.add(why.test);
      if (isInLoop(why.test, cfg.unit)) inLoop.add(test.text);
    }
  }
  const subjects = new Map<string, number>();
  for (const { test } of found.values()) {
    if (test.equals) {
      subjects.set(test.equals.subject, (subjects.get(test.equals.subject) ?? 0) + 1);
    }
  }
  const worth = [...found.values()].filter(
    ({ test, nodes }) =>
      nodes.size > 1 ||
      inLoop.has(test.text) ||
      (test.equals !== undefined && (subjects.get(test.equals.subject) ?? 0) > 1) ||
      found.has(test.text.replace(NULLISH, '')) ||
      found.has(test.text + NULLISH) ||
      test.variables.some(getsValue),
  );
  return worth.map(({ test }, index) => ({ ...test, bit: 1n << BigInt(index) }));
}

function isInLoop(node: Node, unit: Node): boolean {
  for (let at: Node | undefined = node; at && at !== unit; at = at.parent) {
    if (isLoop(at)) return true;
  }
  return false;
}

const OPAQUE: ReadonlySet<string> = new Set([
  'CallExpression',
  'NewExpression',
  'AwaitExpression',
  'YieldExpression',
  'TaggedTemplateExpression',
]);

function forget({ known, truth }: Valuation, mask: bigint): Valuation {
  return { known: known & ~mask, truth: truth & ~mask };
}

/** Everything that follows from one answer. */
function assume(
  tracking: Tracking,
  valuation: Valuation,
  test: Tracked,
  value: boolean,
): Valuation {
  let next = set(valuation, test.bit & tracking.mask, value);
  // A truthy value is not nullish, a nullish one not truthy, and what equals one literal equals no other.
  if (value) {
    for (const other of relatives(tracking, test)) {
      if (test.equals && other.equals?.literal === test.equals.literal) continue;
      next = set(next, other.bit & tracking.mask, false);
    }
  }
  return next;
}

/** What an operand tells of the constant that gets its value from it. */
function learnImplied(tracking: Tracking, edge: Edge, valuation: Valuation): Valuation {
  const implied = impliedBy(tracking, edge);
  if (!implied) return valuation;
  const { test, value } = implied;
  if (value === undefined) return forget(valuation, test.bit);
  return assume(tracking, valuation, test, value);
}

function crossEdge(tracking: Tracking, edge: Edge, before: Valuation): Valuation | undefined {
  const valuation = learnImplied(tracking, edge, before);
  const test = askedBy(tracking, edge);
  const { why } = edge;
  if (!test || !(test.bit & tracking.mask)) return valuation;
  if (why.kind !== 'true' && why.kind !== 'false') return valuation;
  const negated = tracking.canonicals.get(why.test)?.negated === true;
  const value = (why.kind === 'true') !== negated;
  if (!(valuation.known & test.bit)) return assume(tracking, valuation, test, value);
  return Boolean(valuation.truth & test.bit) === value ? valuation : undefined;
}

/** The variable gets a value: what is known of it is forgotten, what a literal tells is learnt. */
function assign(
  { byVariable, bindings, ids, mask }: Tracking,
  variable: Variable,
  value: Node | undefined,
  absent: boolean,
  valuation: Valuation,
): Valuation {
  let next = valuation;
  const facts = literalFacts(value, absent);
  const text = `v${String(ids(variable))}`;
  const literal = absent ? UNDEFINED : value && pure(value, bindings, ids)?.text;
  // What its operands told is known already.
  const isImplied = value !== undefined && unwrap(value).type === 'LogicalExpression';
  for (const test of byVariable.get(variable) ?? []) {
    const bit = test.bit & mask;
    if (isImplied && test.text === text) continue;
    next = forget(next, bit);
    if (!facts) continue;
    if (test.text === text) next = set(next, bit, facts.truthy);
    else if (test.text === text + NULLISH) next = set(next, bit, facts.nullish);
    else if (test.equals?.subject === text) next = set(next, bit, test.equals.literal === literal);
    else if (absent && test.equals?.subject === `typeof ${text}`) {
      next = set(next, bit, test.equals.literal.includes(UNDEFINED));
    }
  }
  return next;
}

/** A property of some object is written: tests that read a property of that name are open again. */
function writeMember(
  { tracked }: Tracking,
  member: TSESTree.MemberExpression,
  valuation: Valuation,
): Valuation {
  const name = memberName(member);
  const hit = ({ members }: Tracked): boolean =>
    name === undefined ? members.length > 0 : members.includes(name);
  return forget(valuation, maskOf(tracked.filter(hit)));
}

function execute(tracking: Tracking, instruction: Instruction, valuation: Valuation): Valuation {
  const { mask, volatile, writtenAt, bindings } = tracking;
  if (!mask) return valuation;
  if (instruction.kind === 'evaluate') {
    const { node } = instruction;
    const written = volatile && OPAQUE.has(node.type) ? volatile : 0n;
    const all = written | (writtenAt.get(node) ?? 0n);
    return all ? forget(valuation, all) : valuation;
  }
  if (instruction.kind !== 'bind') return valuation;
  const { node, value, absent } = instruction;
  if (node.type === 'MemberExpression') return writeMember(tracking, node, valuation);
  const variable = bindings.variableOf(node);
  if (!variable) return valuation;
  // Only a plain target receives the value itself.
  const { parent } = node;
  const plain = parent.type === 'VariableDeclarator' || parent.type === 'AssignmentExpression';
  return assign(tracking, variable, plain ? value : undefined, absent === true, valuation);
}

function atFirstCall(tracking: Tracking): Valuation {
  let valuation = NOTHING_KNOWN;
  for (const variable of tracking.tracked.flatMap((test) => test.variables)) {
    const [definition] = variable.defs;
    const outside = variable.scope.block !== tracking.root;
    if (!outside || definition?.node.type !== 'VariableDeclarator') continue;
    const { init } = definition.node;
    valuation = assign(tracking, variable, init ?? undefined, !init, valuation);
  }
  return valuation;
}

function maskOf(tests: readonly Tracked[]): bigint {
  return tests.reduce((mask, test) => mask | test.bit, 0n);
}

function groupBy<Value>(
  tests: readonly Tracked[],
  keysOf: (test: Tracked) => readonly Value[],
): ReadonlyMap<Value, readonly Tracked[]> {
  const groups = new Map<Value, Tracked[]>();
  for (const test of tests) {
    for (const key of new Set(keysOf(test))) groups.set(key, [...(groups.get(key) ?? []), test]);
  }
  return groups;
}

/** Which tests closures may change, and when. */
function writesByClosures(
  tracked: readonly Tracked[],
  root: CodeUnit,
  bindings: Bindings,
): Pick<Tracking, 'volatile' | 'writtenAt'> {
  let volatile = 0n;
  const writtenAt = new Map<Node, bigint>();
  for (const [variable, tests] of groupBy(tracked, (test) => test.variables)) {
    const mask = maskOf(tests);
    const writes = closureWrites(variable, root, bindings);
    if (writes === 'any-time') volatile |= mask;
    else for (const node of writes) writtenAt.set(node, (writtenAt.get(node) ?? 0n) | mask);
  }
  return { volatile, writtenAt };
}

/** What is known when control has crossed an edge, or the tests that keep it from doing so. */
type Passage =
  | { readonly kind: 'possible'; readonly valuation: Valuation }
  | { readonly kind: 'refuted'; readonly by: bigint };

function pass(tracking: Tracking, before: Passage, edge: Edge): Passage {
  if (before.kind === 'refuted') return before;
  let { valuation } = before;
  for (const instruction of edge.from.instructions) {
    valuation = execute(tracking, instruction, valuation);
  }
  const next = crossEdge(tracking, edge, valuation);
  if (next) return { kind: 'possible', valuation: next };
  const test = askedBy(tracking, edge);
  return { kind: 'refuted', by: test ? maskOf([test, ...relatives(tracking, test)]) : 0n };
}

/**
 * Walks from the entry are shortest ones, so they form a tree: what is known at a block is computed once, from what is
 * known at the block before it.
 */
function refutation(
  tracking: Tracking,
  known: Map<Block, Passage>,
  lead: readonly Edge[],
  walk: readonly Edge[],
): bigint | undefined {
  let passage: Passage = { kind: 'possible', valuation: NOTHING_KNOWN };
  for (const edge of lead) {
    passage = known.get(edge.to) ?? pass(tracking, passage, edge);
    known.set(edge.to, passage);
  }
  for (const edge of walk) passage = pass(tracking, passage, edge);
  return passage.kind === 'refuted' ? passage.by : undefined;
}

/** The places of the bits that are set. */
function* bitsOf(mask: bigint): Iterable<number> {
  const digits = mask.toString(16);
  for (let at = 0; at < digits.length; at += 1) {
    const digit = parseInt(digits.charAt(digits.length - 1 - at), 16);
    for (let bit = 0; bit < 4; bit += 1) if (digit & (1 << bit)) yield 4 * at + bit;
  }
}

/** The repeating tests of one graph. */
export function testsOf(cfg: Cfg, bindings: Bindings): TestSpace {
  const numbers = new Map<object, number>();
  const ids: Ids = (thing) => {
    const id = numbers.get(thing) ?? numbers.size;
    numbers.set(thing, id);
    return id;
  };
  const tracked = select(cfg, bindings, ids);
  const root = cfg.unit;
  const all: Tracking = {
    bindings,
    ids,
    root,
    mask: maskOf(tracked),
    tracked,
    byText: new Map(tracked.map((test) => [test.text, test])),
    byVariable: groupBy(tracked, (test) => test.variables),
    bySubject: groupBy(tracked, ({ equals }) => (equals ? [equals.subject] : [])),
    ...writesByClosures(tracked, root, bindings),
    canonicals: new Map(),
  };
  const known = new Map<Block, Passage>();
  let sites: readonly ReadonlySet<Block>[] | undefined;
  return {
    count: tracked.length,
    refutation: (lead, walk) =>
      tracked.length === 0 ? undefined : refutation(all, known, lead, walk),
    around: (node) => maskOf(testsAround(all, node)),
    sites: (mask) => {
      sites ??= sitesOf(cfg, all);
      const blocks = new Set<Block>();
      for (const index of bitsOf(mask)) for (const block of sites[index] ?? []) blocks.add(block);
      return [...blocks];
    },
    within: (mask) => {
      const tracking = { ...all, mask: mask & all.mask };
      return {
        mask: tracking.mask,
        onEdge: (edge, valuation) => crossEdge(tracking, edge, valuation),
        onInstruction: (instruction, valuation) => execute(tracking, instruction, valuation),
        onFirstCall: () => atFirstCall(tracking),
      };
    },
  };
}
