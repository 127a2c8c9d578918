/** Genes read as expressions and conditions. */
import { choose, kid, kidsFrom, mix, weighted, type Gene } from './genes.ts';
import { growHelperCall } from './grow-aliases.ts';
import { cancelAt, growHand, growRead, growRelease, statementOf } from './grow-handles.ts';
import {
  flag,
  growBlock,
  apart,
  newId,
  ownFlags,
  parameter,
  type Garden,
  type Spot,
} from './grow.ts';
import type { Callback, Expr, Link, Stmt } from './program.ts';

type Grow = (gene: Gene, spot: Spot, garden: Garden) => Expr;

export const isAsync = (spot: Spot): boolean =>
  spot.kind === 'async' || spot.kind === 'async-generator';
const isGenerator = (spot: Spot): boolean =>
  spot.kind === 'generator' || spot.kind === 'async-generator';

/** An expression that is evaluated for what it does. */
export function growExpression(gene: Gene, spot: Spot, garden: Garden): Expr {
  const table: [number, Grow][] = [
    [6, growCall],
    [isAsync(spot) ? 12 : 0, growAwait],
    [isGenerator(spot) ? 12 : 0, growYield],
    [5, growRelease],
    [1, growHand],
    [2, growRead],
    [3, growHelperCall],
    [4, shortCircuit],
    [4, ternary],
    [2, nullish],
    [2, optional],
    [2, logicalAssign],
    [2, sequence],
    [2, wrap],
    [3, immediate],
    [1, detached],
    [isAsync(spot) ? 2 : 0, executor],
    [isAsync(spot) ? 4 : 1, chain],
    [isAsync(spot) ? 2 : 0, all],
  ];
  if (garden.room <= 0) return growCall({ ...gene, kids: [] }, spot, garden);
  return weighted(table, mix(gene.a, gene.b))(gene, spot, garden);
}

function growCall(gene: Gene, spot: Spot, garden: Garden): Expr {
  const form = choose(['call', 'call', 'method', 'new', 'tagged', 'call'] as const, gene.b);
  const args = gene.kids.slice(0, 2).map((arg) => growExpression(arg, spot, garden));
  return { kind: 'call', id: newId(garden), form, args };
}

const freshCall = (garden: Garden): Expr => ({
  kind: 'call',
  id: newId(garden),
  form: 'call',
  args: [],
});

function growAwait(gene: Gene, spot: Spot, garden: Garden): Expr {
  const id = newId(garden);
  switch (gene.b % 5) {
    case 0:
      return { kind: 'await', id, of: plainValue(garden) };
    case 1:
      return {
        kind: 'await',
        id,
        of: { kind: 'call', id: newId(garden), form: 'import', args: [] },
      };
    default:
      return { kind: 'await', id, of: growCall(gene, spot, garden) };
  }
}

/** A parameter that only this place reads. */
function plainValue(garden: Garden): Expr {
  const id = newId(garden);
  return { kind: 'unknown', id, text: parameter(garden, `v${String(id)}`) };
}

function growYield(gene: Gene, spot: Spot, garden: Garden): Expr {
  const id = newId(garden);
  if (gene.b % 4 === 0) return { kind: 'yield', id, of: undefined, delegate: false };
  if (gene.b % 7 === 0) return { kind: 'yield', id, of: plainValue(garden), delegate: true };
  const of = gene.b % 3 === 0 ? growCall(gene, spot, garden) : plainValue(garden);
  return { kind: 'yield', id, of, delegate: false };
}

function shortCircuit(gene: Gene, spot: Spot, garden: Garden): Expr {
  const op = choose(['&&', '||'] as const, gene.a);
  const left = growCondition(kid(gene, 1), spot, garden);
  return { kind: 'logical', op, left, right: growExpression(kid(gene, 0), spot, garden) };
}

function ternary(gene: Gene, spot: Spot, garden: Garden): Expr {
  const test = growCondition(kid(gene, 2), spot, garden);
  const then = growExpression(kid(gene, 0), spot, garden);
  return { kind: 'ternary', test, then, else: growExpression(kid(gene, 1), spot, garden) };
}

function nullish(gene: Gene, spot: Spot, garden: Garden): Expr {
  const left = spot.inLoop ? freshCall(garden) : plainValue(garden);
  return { kind: 'logical', op: '??', left, right: growExpression(kid(gene, 0), spot, garden) };
}

function optional(gene: Gene, spot: Spot, garden: Garden): Expr {
  if (spot.inLoop) return growCall(gene, spot, garden);
  const id = newId(garden);
  parameter(garden, `v${String(id)}`);
  const args = gene.kids.slice(0, 1).map((arg) => growExpression(arg, spot, garden));
  return { kind: 'optional', id, args };
}

function logicalAssign(gene: Gene, spot: Spot, garden: Garden): Expr {
  const id = newId(garden);
  const name = parameter(garden, `w${String(id)}`);
  const op = spot.inLoop ? '=' : choose(['||=', '&&=', '??=', '='] as const, gene.a);
  return { kind: 'assign', id, name, op, right: growExpression(kid(gene, 0), spot, garden) };
}

function sequence(gene: Gene, spot: Spot, garden: Garden): Expr {
  const parts = gene.kids.slice(0, 3).map((part) => growExpression(part, spot, garden));
  return parts.length === 0 ? growCall(gene, spot, garden) : { kind: 'sequence', parts };
}

function wrap(gene: Gene, spot: Spot, garden: Garden): Expr {
  const form = choose(
    ['array', 'object', 'template', 'as', 'member', 'sum', 'spread'] as const,
    gene.a,
  );
  const parts = gene.kids.slice(0, 2).map((part) => growExpression(part, spot, garden));
  return { kind: 'wrap', form, parts: parts.length === 0 ? [freshCall(garden)] : parts };
}

const closure = (kind: Spot['kind']): Partial<Spot> => ({
  kind,
  inClosure: true,
  returns: true,
  jumps: [],
});

function immediate(gene: Gene, spot: Spot, garden: Garden): Expr {
  const async = isAsync(spot) && gene.b % 2 === 0;
  const body = growBlock(gene.kids, spot, garden, closure(async ? 'async' : 'sync'));
  return { kind: 'iife', async, body };
}

function detached(gene: Gene, spot: Spot, garden: Garden): Expr {
  return { kind: 'detached', body: growBlock(gene.kids, apart(spot), garden, closure('async')) };
}

function executor(gene: Gene, spot: Spot, garden: Garden): Expr {
  const body = growBlock(gene.kids.slice(0, 2), spot, garden, closure('sync'));
  return { kind: 'executor', id: newId(garden), body };
}

function chain(gene: Gene, spot: Spot, garden: Garden): Expr {
  const end = isAsync(spot) && gene.b % 8 !== 0 ? 'awaited' : 'floating';
  const place = end === 'floating' ? apart(spot) : spot;
  const methods = gene.a % 4 === 0 ? 2 : 1;
  const links: Link[] = [];
  for (let index = 0; index < methods; index += 1) {
    const method = choose(['finally', 'then', 'catch', 'then'] as const, gene.b + index * 3);
    const genes = index === 0 ? gene.kids.slice(0, 2) : kidsFrom(gene, 2);
    links.push({ method, callbacks: callbacks(method, gene, genes, place, garden) });
  }
  return { kind: 'chain', id: newId(garden), base: freshCall(garden), links, end };
}

/** Arms whose callbacks do the same on either settlement: which of the arms rejects is not told. */
function all(gene: Gene, spot: Spot, garden: Garden): Expr {
  const arms = [0, 1].map((index): Expr => {
    const variable = cancelAt(apart(spot));
    if ((gene.a + index) % 3 !== 0 || variable === undefined) return freshCall(garden);
    const handle: Callback = { kind: 'handle', id: newId(garden), variable };
    const release: Expr = { kind: 'release', id: newId(garden), variable, form: 'call' };
    const inline: Callback = { kind: 'inline', async: false, body: [statementOf(release)] };
    const links: Link[] = [{ method: 'finally', callbacks: [gene.b % 2 === 0 ? handle : inline] }];
    return { kind: 'chain', id: newId(garden), base: freshCall(garden), links, end: 'floating' };
  });
  return { kind: 'all', id: newId(garden), arms };
}

function callbacks(
  method: Link['method'],
  gene: Gene,
  genes: readonly Gene[],
  spot: Spot,
  garden: Garden,
): Callback[] {
  const inline = (part: readonly Gene[]): Callback => {
    const async = gene.a % 5 === 0;
    const body = growBlock(part, spot, garden, closure(async ? 'async' : 'sync'));
    return { kind: 'inline', async, body };
  };
  const reference = gene.b % 5 === 0 ? cancelAt(spot) : undefined;
  if (reference !== undefined) {
    const handle: Callback = { kind: 'handle', id: newId(garden), variable: reference };
    return method === 'then' && gene.a % 2 === 0 ? [handle, handle] : [handle];
  }
  if (method !== 'then' || gene.a % 3 === 0) return [inline(genes)];
  const second = inline(genes.slice(1));
  return gene.a % 7 === 0 ? [{ kind: 'none' }, second] : [inline(genes.slice(0, 1)), second];
}

/** A test. Where it may be evaluated twice it is a call, so that no two answers are bound to agree. */
export function growCondition(gene: Gene, spot: Spot, garden: Garden): Expr {
  const deep = gene.kids.length > 0 && garden.room > 0;
  const table: [number, Grow][] = [
    [10, unknown],
    [3, (at, ...rest) => ({ kind: 'not', of: growCondition(kid(at, 0), ...rest) })],
    [deep ? 3 : 0, both],
    [1, literal],
    [1, growCall],
    [isAsync(spot) && !garden.flagged ? 2 : 0, growAwait],
    [deep ? 1 : 0, afterEffect],
    [deep ? 1 : 0, conditionTernary],
    [1, nullishTest],
  ];
  return weighted(table, gene.pick)(gene, spot, garden);
}

export function unknown(gene: Gene, spot: Spot, garden: Garden): Expr {
  const id = newId(garden);
  const name = `c${String(id)}`;
  const own = garden.flagged ? ownFlags(spot.scope) : [];
  const [set] = own;
  if (set !== undefined && gene.a % 3 !== 0) return { kind: 'literal', text: set };
  if (garden.flagged && gene.a % 8 !== 0) return { kind: 'flag', id, name: flag(garden, gene.b) };
  if (spot.inLoop) {
    if (gene.a % 3 !== 0) return { kind: 'call', id, form: 'call', args: [] };
    return { kind: 'unknown', id, text: `(${parameter(garden, name)}-- > 0)` };
  }
  parameter(garden, name);
  const texts = [
    name,
    name,
    `(${name} > 3)`,
    `${name}.ready`,
    `(${name} === 'on')`,
    `(${name} instanceof Date)`,
    `('on' in ${name})`,
    `${name}.list[0]`,
  ];
  return { kind: 'unknown', id, text: choose(texts, gene.b) };
}

function both(gene: Gene, spot: Spot, garden: Garden): Expr {
  const left = growCondition(kid(gene, 0), spot, garden);
  const right = growCondition(kid(gene, 1), spot, garden);
  return { kind: 'logical', op: choose(['&&', '||'] as const, gene.a), left, right };
}

function literal(gene: Gene): Expr {
  const texts = ['true', 'false', '0', '1', `''`, `'on'`, 'null', 'undefined', 'NaN', '0n', '[]'];
  return { kind: 'literal', text: choose(texts, gene.a) };
}

function afterEffect(gene: Gene, spot: Spot, garden: Garden): Expr {
  const effect = growExpression(kid(gene, 0), spot, garden);
  return { kind: 'sequence', parts: [effect, growCondition(kid(gene, 1), spot, garden)] };
}

function conditionTernary(gene: Gene, spot: Spot, garden: Garden): Expr {
  const test = growCondition(kid(gene, 0), spot, garden);
  const then = growCondition(kid(gene, 1), spot, garden);
  return { kind: 'ternary', test, then, else: growCondition(kid(gene, 2), spot, garden) };
}

function nullishTest(gene: Gene, spot: Spot, garden: Garden): Expr {
  const left = spot.inLoop ? freshCall(garden) : plainValue(garden);
  return { kind: 'logical', op: '??', left, right: growCondition(kid(gene, 0), spot, garden) };
}

export const expressionStatement = (gene: Gene, spot: Spot, garden: Garden): Stmt[] => [
  statementOf(growExpression(gene, spot, garden)),
];
