/**
 * Runs the graph of a program of `programs.ts`: follows its edges, asks the same decisions as the program would, and
 * writes down the same events. Everything it knows about the program is in the instructions and edges it meets.
 */
import type { TSESTree } from '@typescript-eslint/utils';

import type { Block, Cfg, Edge, Instruction, Policies } from '../../src/cfg/graph.ts';
import { defaultPolicies } from '../../src/cfg/policies.ts';
import type { Choose, Trace } from './run-code.ts';

/** `thrown`: the operation threw, or the promise is rejected. */
type Value = boolean | null | undefined | 'object' | 'item' | 'bare item' | 'thrown';

interface Decision {
  /** Where in the graph it is made. */
  readonly point: string;
  readonly options: number;
  readonly outcome: number;
}

export interface GraphRun {
  readonly decisions: readonly Decision[];
  readonly edges: ReadonlySet<Edge>;
  /** Undefined if the run did not come to an end within its budget. */
  readonly trace: Trace | undefined;
}

const MAX_STEPS = 400;

function calleeName(node: TSESTree.Node): string | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return undefined;
  return node.callee.name;
}

/** What may throw or reject in these programs. */
export const programPolicies: Policies = defaultPolicies('await', {
  mayThrow: (node) =>
    node.type === 'VariableDeclaration' ||
    calleeName(node) === 'T' ||
    (node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && isSettler(node)),
  mayReject: (node) => ['P', 'Y'].includes(calleeName(node) ?? ''),
  mayAbandon: true,
});

function isSettler({ callee }: TSESTree.CallExpression): boolean {
  return (
    callee.type === 'MemberExpression' &&
    callee.property.type === 'Identifier' &&
    ['then', 'catch', 'finally'].includes(callee.property.name)
  );
}

function firstNumber({ arguments: [id] }: TSESTree.CallExpression): string {
  return id?.type === 'Literal' ? String(id.value) : '?';
}

interface Run {
  readonly events: string[];
  readonly values: Map<TSESTree.Node, Value>;
  readonly decide: (name: string, options: number) => number;
  /** The resources of each `using` declaration that have been bound and not disposed. */
  readonly open: Map<TSESTree.Node, string[]>;
}

export function runGraph(cfg: Cfg, choose: Choose): GraphRun {
  const decisions: Decision[] = [];
  const edges = new Set<Edge>();
  let block = cfg.entry;
  const run: Run = {
    events: [],
    values: new Map(),
    open: new Map(),
    decide: (name, options) => {
      const outcome = choose(options);
      decisions.push({ point: `B${block.id} ${name}`, options, outcome });
      run.events.push(`${name}=${outcome}`);
      return outcome;
    },
  };
  for (let step = 0; step < MAX_STEPS; step++) {
    if (block === cfg.exit || block === cfg.throwExit) {
      const end = block === cfg.exit ? 'return' : 'throw';
      return { decisions, edges, trace: { events: run.events, end } };
    }
    for (const instruction of block.instructions) execute(run, instruction);
    const edge = nextEdge(run, block);
    edges.add(edge);
    block = edge.to;
  }
  return { decisions, edges, trace: undefined };
}

function execute(run: Run, instruction: Instruction): void {
  const { node } = instruction;
  switch (instruction.kind) {
    case 'evaluate':
      record(run, node, evaluate(run, node));
      return;
    case 'invoke':
      record(run, node, throwing(run, `H${firstNumber(node as TSESTree.CallExpression)}`));
      return;
    case 'dispose':
      record(run, node, disposeAll(run, node));
      return;
    case 'bind':
      openResource(run, node, instruction.value);
      return;
    case 'statement':
    case 'scope-end':
  }
}

function record(run: Run, node: TSESTree.Node, value: Value): void {
  run.values.set(node, value);
}

/** What an expression was worth the last time: of what chooses between operands, the one it chose. */
function valueOf(run: Run, node: TSESTree.Node): Value {
  switch (node.type) {
    case 'UnaryExpression':
      return node.operator === '!' ? valueOf(run, node.argument) !== true : undefined;
    case 'LogicalExpression':
    case 'AssignmentExpression':
      return chosen(run, node);
    case 'ConditionalExpression':
      return valueOf(run, valueOf(run, node.test) === true ? node.consequent : node.alternate);
    case 'SequenceExpression':
      return valueOf(run, node.expressions.at(-1)!);
    case 'ChainExpression':
      return chain(run, node);
    default:
      return run.values.get(node);
  }
}

function chosen(
  run: Run,
  { operator, left, right }: TSESTree.LogicalExpression | TSESTree.AssignmentExpression,
): Value {
  if (operator === '=') return valueOf(run, right);
  const first = valueOf(run, left);
  const goesOn = {
    '&&': first === true,
    '||': first !== true,
    '??': first === null || first === undefined,
  };
  return goesOn[operator.slice(0, 2) as '&&' | '||' | '??'] ? valueOf(run, right) : first;
}

function throwing(run: Run, name: string): Value {
  return ([false, true, 'thrown'] as const)[run.decide(name, 3)];
}

const TERNARY = [false, true, null] as const;

function evaluate(run: Run, node: TSESTree.Node): Value {
  switch (node.type) {
    case 'CallExpression':
      return call(run, node);
    case 'MemberExpression':
      return valueOf(run, node.object);
    case 'AwaitExpression':
      return valueOf(run, node.argument);
    case 'YieldExpression':
      return yielded(run, node);
    case 'ForOfStatement':
      return iterate(run, node.right);
    case 'TemplateLiteral':
      return true;
    case 'Literal':
      return node.value === null || typeof node.value === 'boolean' ? node.value : undefined;
    default:
      return undefined;
  }
}

/** `N(1)?.f(x)` or `N(1)?.g(x)?.f(y)`: absent, or what `f` was given. */
function chain(run: Run, { expression }: TSESTree.ChainExpression): Value {
  const links: TSESTree.Node[] = [];
  for (let link: TSESTree.Node = expression; calleeName(link) !== 'N'; link = receiver(link)) {
    links.unshift(receiver(link));
  }
  const absent = links.some((link) => valueOf(run, link) === null);
  return absent ? undefined : valueOf(run, expression);
}

function receiver(node: TSESTree.Node): TSESTree.Node {
  return ((node as TSESTree.CallExpression).callee as TSESTree.MemberExpression).object;
}

function call(run: Run, node: TSESTree.CallExpression): Value {
  const { callee } = node;
  const [argument] = node.arguments;
  if (callee.type === 'MemberExpression') {
    const given = argument && valueOf(run, argument);
    const isG = callee.property.type === 'Identifier' && callee.property.name === 'g';
    return isG ? (given === true ? 'object' : null) : given;
  }
  const name = `${calleeName(node) ?? ''}${firstNumber(node)}`;
  switch (calleeName(node)) {
    case 'L':
      run.events.push(name);
      return undefined;
    case 'D':
      return run.decide(name, 2) === 1;
    case 'T':
    case 'P':
      return throwing(run, name);
    case 'W':
    case 'V':
      return TERNARY[run.decide(name, 3)];
    case 'N':
      return run.decide(name, 2) === 1 ? null : 'object';
    case 'O':
      return run.decide(name, 2) === 1 ? undefined : false;
    default:
      return undefined;
  }
}

function yielded(run: Run, { argument }: TSESTree.YieldExpression): Value {
  const name = argument?.type === 'Literal' ? String(argument.value) : '?';
  return run.decide(`yield${name}`, 2) === 1 ? 'thrown' : undefined;
}

/** The next step of the iterator that `right` gives. */
function iterate(run: Run, right: TSESTree.Node): Value {
  const iterator = right as TSESTree.CallExpression;
  const name = `next${firstNumber(iterator)}`;
  switch (calleeName(iterator)) {
    case 'J':
      return ([undefined, 'item', 'bare item'] as const)[run.decide(name, 3)];
    case 'Y':
      return ([undefined, 'item', 'thrown'] as const)[run.decide(name, 3)];
    default:
      return run.decide(name, 2) === 1 ? 'item' : undefined;
  }
}

function openResource(run: Run, node: TSESTree.Node, value: TSESTree.Expression | undefined): void {
  const declaration = node.parent?.parent;
  if (declaration?.type !== 'VariableDeclaration' || !declaration.kind.endsWith('using')) return;
  const loop = declaration.parent;
  const source = value ?? (loop.type === 'ForOfStatement' ? loop.right : undefined);
  const resources = run.open.get(declaration) ?? [];
  run.open.set(declaration, [...resources, firstNumber(source as TSESTree.CallExpression)]);
}

function disposeAll(run: Run, declaration: TSESTree.Node): Value {
  const resources = run.open.get(declaration) ?? [];
  run.open.delete(declaration);
  let value: Value;
  for (const id of [...resources].reverse()) {
    if (run.decide(`dispose${id}`, 2) === 1) value = 'thrown';
  }
  return value;
}

function nextEdge(run: Run, block: Block): Edge {
  const abrupt = block.out.find(({ why }) => isAbrupt(run, why));
  if (abrupt !== undefined) return abrupt;
  const [first, ...others] = block.out.filter(
    ({ why }) => why.kind !== 'throw' && why.kind !== 'abandon',
  );
  if (first === undefined) throw new Error(`B${block.id} has no way to go on`);
  const { why } = first;
  if (why.kind !== 'true' && why.kind !== 'false') {
    if (others.length > 0) throw new Error(`B${block.id} goes on in two ways`);
    return first;
  }
  if (others.length === 0) return first;
  const yes = answer(run, why.question, why.test);
  const chosen = [first, ...others].find((edge) => edge.why.kind === (yes ? 'true' : 'false'));
  if (chosen === undefined) throw new Error(`B${block.id} has no edge for its answer`);
  return chosen;
}

function isAbrupt(run: Run, why: Edge['why']): boolean {
  if (why.kind === 'abandon') return valueOf(run, why.cause) === 'thrown';
  if (why.kind !== 'throw') return false;
  const { cause } = why;
  if (cause.type === 'ThrowStatement') return true;
  // The end of a rejected chain has no other way out.
  if (cause.type === 'AwaitExpression' && calleeName(cause.argument) !== 'P') return true;
  if (cause.type === 'ReturnStatement') return valueOf(run, cause.argument!) === 'thrown';
  return valueOf(run, cause) === 'thrown';
}

function answer(run: Run, question: string, test: TSESTree.Node): boolean {
  switch (question) {
    case 'truthy':
      return valueOf(run, test) === true;
    case 'nullish':
      return valueOf(run, test) === null || valueOf(run, test) === undefined;
    case 'case':
      return valueOf(run, (test as TSESTree.SwitchCase).test!) === true;
    case 'fulfilled':
      return valueOf(run, receiver(test)) !== 'thrown';
    case 'next':
      return nextItem(run, test);
    case 'undefined':
      return isAbsent(run, test as TSESTree.AssignmentPattern);
    default:
      throw new Error(`Unknown question ${question}`);
  }
}

function nextItem(run: Run, right: TSESTree.Node): boolean {
  const loop = right.parent as TSESTree.ForOfStatement;
  if (!loop.await) record(run, loop, iterate(run, right));
  return valueOf(run, loop) !== undefined;
}

/** Is the value that this pattern takes a default for `undefined`? */
function isAbsent(run: Run, pattern: TSESTree.AssignmentPattern): boolean {
  const { parent } = pattern;
  if (parent.type === 'ArrowFunctionExpression') {
    const {
      arguments: [argument],
    } = parent.parent as TSESTree.CallExpression;
    return valueOf(run, argument!) === undefined;
  }
  const declarator = parent.parent?.parent as TSESTree.VariableDeclarator;
  if (declarator.init) return valueOf(run, declarator.init) === undefined;
  return valueOf(run, declarator.parent.parent) === 'bare item';
}
