/** Genes read as statements. */
import { growBag, growBagUse } from './grow-bags.ts';
import { choose, kid, kidsFrom, mix, weighted, type Gene } from './genes.ts';
import { expressionStatement, growCondition, growExpression } from './grow-expressions.ts';
import { growAcquire, growOverwrite } from './grow-acquires.ts';
import { growAlias, growHelper, growHelperCall, growThrower } from './grow-aliases.ts';
import { growGuard, growHand, growRead, growRelease, statementOf } from './grow-handles.ts';
import {
  growBlock,
  inner,
  newId,
  ownFlags,
  visible,
  type Garden,
  type Jump,
  type Spot,
} from './grow.ts';
import type { Expr, ReturnValue, Stmt, SwitchCase } from './program.ts';

type Grow = (gene: Gene, spot: Spot, garden: Garden) => Stmt[];

const alone =
  (grow: (gene: Gene, spot: Spot, garden: Garden) => Expr): Grow =>
  (gene, spot, garden) => [statementOf(grow(gene, spot, garden))];

export function growStatement(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const nested = gene.kids.length > 0;
  const table: [number, Grow][] = [
    [14, expressionStatement],
    [nested ? 26 : 8, growAcquire],
    [5, alone(growRelease)],
    [3, alone(growHand)],
    [3, alone(growRead)],
    [3, growGuard],
    [4, growOverwrite],
    [5, growAlias],
    [5, growHelper],
    [3, alone(growHelperCall)],
    [nested ? 12 : 2, growIf],
    [nested ? 12 : 0, growLoop],
    [nested ? 4 : 0, growLabelled],
    [spot.jumps.length > 0 ? 9 : 2, growJump],
    [nested ? 5 : 0, growSwitch],
    [nested ? 16 : 0, growTry],
    [5, growThrow],
    [nested ? 1 : 0, growStatic],
    [1, growThrower],
    [8, growReturn],
    [spot.jumps.at(-1)?.kind === 'switch' ? 0 : 4, growUsing],
    [3, growBag],
    [2, growBagUse],
    [2, growConstant],
    [2, growDefault],
    [garden.flagged ? 4 : 0, growSet],
    [1, growExit],
  ];
  return weighted(table, gene.pick)(gene, spot, garden);
}

function growIf(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  newId(garden);
  const test = growCondition(kid(gene, 0), spot, garden);
  const half = 1 + Math.ceil(Math.max(0, gene.kids.length - 1) / (gene.b % 2 === 0 ? 1 : 2));
  const then = growBlock(gene.kids.slice(1, half), spot, garden);
  const otherwise = gene.b % 2 === 0 ? undefined : growBlock(kidsFrom(gene, half), spot, garden);
  return [{ kind: 'if', test, then, else: otherwise }];
}

function labelFor(gene: Gene, garden: Garden): string | undefined {
  return gene.b % 3 === 0 ? `L${String(newId(garden))}` : undefined;
}

function growLoop(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const id = newId(garden);
  const label = labelFor(gene, garden);
  const jump: Jump = { label, kind: 'loop' };
  const loop: Partial<Spot> = { inLoop: true, jumps: [...spot.jumps, jump] };
  const test = (): Expr => growCondition(kid(gene, 0), { ...spot, inLoop: true }, garden);
  const body = (): Stmt[] => growBlock(kidsFrom(gene, 1), spot, garden, loop);
  const endless = (): Stmt[] => growBlock(gene.kids, spot, garden, loop);
  const asynchronous = spot.kind === 'async' || spot.kind === 'async-generator';
  const table: [number, () => Stmt][] = [
    [4, () => ({ kind: 'while', id, label, test: test(), body: body() })],
    [3, () => ({ kind: 'do-while', id, label, test: test(), body: body() })],
    [
      3,
      () => ({
        kind: 'while',
        id,
        label,
        test: { kind: 'literal', text: 'true' },
        body: endless(),
      }),
    ],
    [4, () => growFor(gene, spot, garden, loop, id, label)],
    [4, () => forEach(gene, spot, garden, loop, id, label, 'of')],
    [1, () => forEach(gene, spot, garden, loop, id, label, 'in')],
    [1, () => forEach(gene, spot, garden, loop, id, label, 'using')],
    [asynchronous ? 4 : 0, () => forEach(gene, spot, garden, loop, id, label, 'await')],
  ];
  return [weighted(table, mix(gene.a, gene.b))()];
}

function growFor(
  gene: Gene,
  spot: Spot,
  garden: Garden,
  loop: Partial<Spot>,
  id: number,
  label: string | undefined,
): Stmt {
  const index = `i${String(id)}`;
  const head = gene.b % 4 === 0 ? '' : `let ${index} = 0`;
  const round = { ...spot, inLoop: true };
  const counted: Expr = { kind: 'unknown', id: newId(garden), text: `(${index} < p.length)` };
  const test =
    gene.b % 5 === 0
      ? undefined
      : head !== '' && gene.b % 2 === 0
        ? counted
        : growCondition(kid(gene, 0), round, garden);
  const body = growBlock(kidsFrom(gene, 1), spot, garden, loop);
  const step: Expr = { kind: 'unknown', id: newId(garden), text: `${index}++` };
  const update =
    head === '' || gene.b % 7 === 0 ? growExpression(kid(gene, 1), round, garden) : step;
  return {
    kind: 'for',
    id,
    label,
    head,
    test,
    update: gene.b % 11 === 0 ? undefined : update,
    body,
  };
}

function forEach(
  gene: Gene,
  spot: Spot,
  garden: Garden,
  loop: Partial<Spot>,
  id: number,
  label: string | undefined,
  flavour: Extract<Stmt, { kind: 'for-each' }>['flavour'],
): Stmt {
  const over: Expr =
    gene.b % 2 === 0
      ? { kind: 'unknown', id: newId(garden), text: 'p.list' }
      : { kind: 'call', id: newId(garden), form: 'call', args: [] };
  return {
    kind: 'for-each',
    id,
    label,
    flavour,
    over,
    body: growBlock(gene.kids, spot, garden, loop),
  };
}

function growLabelled(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const label = `L${String(newId(garden))}`;
  const jumps: Jump[] = [...spot.jumps, { label, kind: 'block' }];
  return [{ kind: 'block', label, body: growBlock(gene.kids, spot, garden, { jumps }) }];
}

function growJump(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const stops: Stmt[] = [];
  if (spot.jumps.some(({ kind }) => kind !== 'block'))
    stops.push({ kind: 'break', label: undefined });
  if (spot.jumps.some(({ kind }) => kind === 'loop'))
    stops.push({ kind: 'continue', label: undefined });
  for (const { label, kind } of spot.jumps) {
    if (label === undefined) continue;
    stops.push({ kind: 'break', label });
    if (kind === 'loop') stops.push({ kind: 'continue', label });
  }
  newId(garden);
  const stop = stops[gene.a % Math.max(1, stops.length)];
  if (stop === undefined) return growReturn(gene, spot, garden);
  if (gene.b % 5 === 0) return [stop];
  const test = growCondition(kid(gene, 0), spot, garden);
  return [{ kind: 'if', test, then: [stop], else: undefined }];
}

function growSwitch(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const id = newId(garden);
  const label = labelFor(gene, garden);
  const jumps: Jump[] = [...spot.jumps, { label, kind: 'switch' }];
  const over: Expr =
    spot.inLoop || gene.a % 2 === 0
      ? { kind: 'call', id: newId(garden), form: 'call', args: [] }
      : plain(id, garden);
  const place = gene.b % 4;
  const cases: SwitchCase[] = gene.kids.map((item, index) => {
    const body = growBlock([item, ...item.kids.slice(0, 1)], spot, garden, { jumps });
    const left: readonly Stmt[] =
      item.b % 3 === 0 ? body : [...body, { kind: 'break', label: undefined }];
    return { test: index === place ? 'default' : index, body: left };
  });
  return [{ kind: 'switch', id, label, over, cases }];
}

function plain(id: number, garden: Garden): Expr {
  const name = `k${String(id)}`;
  garden.parameters.push(name);
  return { kind: 'unknown', id: newId(garden), text: name };
}

function growTry(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  newId(garden);
  const form = gene.b % 3;
  const cut = Math.ceil(gene.kids.length / 2);
  const body = growBlock(gene.kids.slice(0, cut), spot, garden);
  const rest = kidsFrom(gene, cut);
  if (form === 0)
    return [{ kind: 'try', body, catch: growBlock(rest, spot, garden), finally: undefined }];
  if (form === 1)
    return [{ kind: 'try', body, catch: undefined, finally: growBlock(rest, spot, garden) }];
  const handler = growBlock(rest.slice(0, 1), spot, garden);
  return [{ kind: 'try', body, catch: handler, finally: growBlock(rest.slice(1), spot, garden) }];
}

function growStatic(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const within: Partial<Spot> = { kind: 'sync', inClosure: true, returns: false, jumps: [] };
  const id = newId(garden);
  return [{ kind: 'static', id, body: growBlock(gene.kids, spot, garden, within) }];
}

function growThrow(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  newId(garden);
  if (gene.b % 7 === 0) return [{ kind: 'throw' }];
  const test = growCondition(kid(gene, 0), spot, garden);
  return [{ kind: 'if', test, then: [{ kind: 'throw' }], else: undefined }];
}

function growReturn(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  if (!spot.returns) return growThrow(gene, spot, garden);
  const stmt: Stmt = { kind: 'return', id: newId(garden), value: returnValue(gene, spot, garden) };
  if (gene.b % 7 === 0) return [stmt];
  const test = growCondition(kid(gene, 0), spot, garden);
  return [{ kind: 'if', test, then: [stmt], else: undefined }];
}

function returnValue(gene: Gene, spot: Spot, garden: Garden): ReturnValue | undefined {
  const handle = visible(spot.scope)[0];
  const hands = handle !== undefined && !spot.inClosure && spot.kind !== 'async-generator';
  if (hands && gene.a % 4 === 0) {
    const form = choose(['alone', 'object', 'array', 'closure'] as const, gene.b);
    const safe = form === 'closure' && !handle.fixed ? 'alone' : form;
    return { kind: 'handle', variable: handle, form: safe };
  }
  if (gene.a % 4 === 1) return undefined;
  const id = newId(garden);
  garden.parameters.push(`v${String(id)}`);
  const value: Expr = { kind: 'unknown', id, text: `v${String(id)}` };
  const asynchronous = spot.kind === 'async' || spot.kind === 'async-generator';
  if (handle?.fixed === true && gene.a % 12 === 2)
    return {
      kind: 'plain',
      expr: { kind: 'release', id: newId(garden), variable: handle, form: 'call' },
    };
  if (gene.a % 4 === 2)
    return { kind: 'plain', expr: { kind: 'call', id: newId(garden), form: 'call', args: [] } };
  const waits = asynchronous && gene.a % 8 === 3;
  return { kind: 'plain', expr: waits ? { kind: 'await', id: newId(garden), of: value } : value };
}

/** `using` at the head of a block of its own, so that no label or `case` stands before it. */
function growUsing(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const id = newId(garden);
  const wait = (spot.kind === 'async' || spot.kind === 'async-generator') && gene.a % 2 === 0;
  const using: Stmt = {
    kind: 'using',
    id,
    await: wait,
    name: `r${String(id)}`,
    acquire: undefined,
  };
  return [
    { kind: 'block', label: undefined, body: [using, ...growBlock(gene.kids, spot, garden)] },
  ];
}

/** `const off = false`, then a test of it. */
function growConstant(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const name = `k${String(newId(garden))}`;
  const text = choose(['false', 'true', '0', `'on'`, 'null'], gene.a);
  const then = growBlock(gene.kids, inner(spot), garden);
  return [
    { kind: 'constant', keyword: 'const', name, text },
    { kind: 'if', test: { kind: 'literal', text: name }, then, else: undefined },
  ];
}

/** A default value in a pattern: evaluated where the property is missing. */
function growDefault(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const id = newId(garden);
  const fresh: Expr = { kind: 'call', id: newId(garden), form: 'call', args: [] };
  const from = spot.inLoop || gene.a % 2 === 0 ? fresh : plain(id, garden);
  return [{ kind: 'default', id, from, fallback: growExpression(kid(gene, 0), spot, garden) }];
}

/** Writes a flag of the program's own, if there is one. */
function growSet(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const name = ownFlags(spot.scope)[0];
  if (name === undefined) return growConstant(gene, spot, garden);
  return [statementOf({ kind: 'set', name, text: choose(['true', 'false'], gene.a) })];
}

function growExit(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const exit: Stmt = { kind: 'exit', id: newId(garden) };
  const test = growCondition(kid(gene, 0), spot, garden);
  return [{ kind: 'if', test, then: [exit], else: undefined }];
}
