/** Genes that acquire: the ways in which a handle comes into a program, most of them with a release somewhere. */
import { choose, kid, kidsFrom, mix, weighted, type Gene } from './genes.ts';
import { growAlias } from './grow-aliases.ts';
import { growCondition } from './grow-expressions.ts';
import { growRelease, guardedRelease, releaseOf, statementOf } from './grow-handles.ts';
import {
  declare,
  growBlock,
  growList,
  inner,
  newId,
  visible,
  type Garden,
  type Spot,
} from './grow.ts';
import { walk } from './program.ts';
import type { Acquire, Expr, Shape, Stmt, Variable } from './program.ts';

type Declare = Extract<Stmt, { kind: 'declare' }>;

const TUPLES = [
  'withCancel(p)',
  'withTimeout(p, 5)',
  'withDeadline(p, 9)',
  'context.withCancel(p)',
  'withCancelCause(p)',
];

interface Protocol {
  readonly shape: Shape;
  readonly pattern: Acquire['pattern'];
  readonly call: string;
}

function protocolOf(number: number, form: number): Protocol {
  return weighted<Protocol>(
    [
      [6, { shape: 'function', pattern: 'tuple', call: choose(TUPLES, form) }],
      [2, { shape: 'function', pattern: 'hole', call: choose(TUPLES, form) }],
      [2, { shape: 'function', pattern: 'record', call: choose(TUPLES, form) }],
      [
        3,
        { shape: 'function', pattern: 'helper', call: choose(['helper(p)', 'api.link(p)'], form) },
      ],
      [1, { shape: 'function', pattern: 'picked', call: choose(TUPLES, form) }],
      [2, { shape: 'object', pattern: 'whole', call: 'withTimeout(p, 5)' }],
      [4, { shape: 'source', pattern: 'whole', call: 'new CancellationTokenSource(p)' }],
    ],
    mix(number),
  );
}

/** Are there as many acquires as there may be, those counted that a `let` still waits for? */
const full = ({ acquires, awaited, single }: Garden): boolean =>
  acquires.length + awaited >= (single ? 1 : 4);

function acquireOf(protocol: Protocol, variable: Variable | undefined, garden: Garden): Acquire {
  const { pattern } = protocol;
  // Now and then both arms of a conditional acquire: one report, at the one name.
  const arms =
    variable !== undefined && garden.nextId % 11 === 0 && !protocol.call.startsWith('new');
  const call = arms ? `(p.own ? ${protocol.call} : ${protocol.call})` : protocol.call;
  const acquire: Acquire = { id: newId(garden), call, pattern, variable };
  garden.acquires.push(acquire);
  return acquire;
}

/** `const [ctx, cancel] = withCancel(p)` and its like, with the variable it declares. */
function declaration(
  gene: Gene,
  spot: Spot,
  garden: Garden,
  keyword: Declare['keyword'],
): readonly [Declare, Variable] {
  const protocol = protocolOf(gene.a, gene.b);
  const fresh = !spot.scope.started && spot.scope.variables.length === 0;
  const shadow = fresh && gene.b % 5 === 0 ? 'shadow' : 'plain';
  const fixed = keyword === 'const';
  const what = { shape: protocol.shape, fixed, writable: !fixed, primary: true };
  const variable = declare(spot, garden, what, keyword === 'var' ? 'numbered' : shadow);
  const acquire = acquireOf(protocol, variable, garden);
  return [{ kind: 'declare', id: newId(garden), keyword, acquire }, variable];
}

/** The acquire that an empty declaration waits for. */
function awaited(gene: Gene, variable: Variable, garden: Garden): Expr {
  garden.awaited -= 1;
  return assigned(gene, variable, garden);
}

function assigned(gene: Gene, variable: Variable, garden: Garden): Expr {
  let protocol = protocolOf(gene.a, gene.b);
  for (let step = 1; protocol.shape !== variable.shape; step += 1)
    protocol = protocolOf(gene.a + step, gene.b);
  return {
    kind: 'acquire',
    id: newId(garden),
    acquire: acquireOf(protocol, variable, garden),
    op: '=',
  };
}

/** `let cancel;` with what a later assignment needs. */
function emptyDeclaration(
  gene: Gene,
  spot: Spot,
  garden: Garden,
  keyword: 'let' | 'var' = 'let',
): readonly [Stmt, Variable] {
  const { shape } = protocolOf(gene.a, gene.b);
  const naming = keyword === 'var' ? 'numbered' : 'plain';
  garden.awaited += 1;
  const variable = declare(
    spot,
    garden,
    { shape, fixed: false, writable: true, primary: true },
    naming,
  );
  return [{ kind: 'declare-empty', keyword, variable }, variable];
}

export function growAcquire(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  if (full(garden)) return [statementOf(growRelease(gene, spot, garden))];
  const table: [number, (gene: Gene, spot: Spot, garden: Garden) => Stmt[]][] = [
    [11, bareAcquire],
    [10, thenRelease],
    [8, inTryFinally],
    [3, inTryCatch],
    [5, letInTry],
    [garden.flagged ? 10 : 5, conditional],
    [garden.flagged ? 10 : 0, remembered],
    [2, lateAssign],
    [3, conditionalValue],
    [1, discarded],
    [2, usingSource],
    [2, forHead],
    [2, nullishAssign],
    [3, chained],
  ];
  return weighted(table, mix(gene.a, gene.b, gene.kids.length))(gene, spot, garden);
}

function bareAcquire(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const keyword =
    gene.b % 7 === 0 && !spot.inClosure ? 'var' : choose(['const', 'let'] as const, gene.b);
  const [stmt] = declaration(gene, spot, garden, keyword);
  return [stmt, ...growList(gene.kids, spot, garden)];
}

function thenRelease(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const [stmt, variable] = declaration(gene, spot, garden, 'const');
  const body = growList(gene.kids, spot, garden);
  return [stmt, ...body, statementOf(releaseOf(variable, gene.b, garden))];
}

function inTryFinally(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const [stmt, variable] = declaration(gene, spot, garden, gene.b % 3 === 0 ? 'let' : 'const');
  const body = growBlock(gene.kids, spot, garden);
  const last = statementOf(releaseOf(variable, gene.a, garden));
  return [stmt, { kind: 'try', body, catch: undefined, finally: [last] }];
}

function inTryCatch(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const [stmt, variable] = declaration(gene, spot, garden, 'const');
  const body = growBlock(gene.kids, spot, garden);
  const release = (): Stmt => statementOf(releaseOf(variable, gene.a, garden));
  const end: Stmt =
    gene.b % 2 === 0 || !spot.returns
      ? { kind: 'throw' }
      : { kind: 'return', id: newId(garden), value: undefined };
  if (gene.b % 3 === 0)
    return [
      stmt,
      { kind: 'try', body: [...body, release()], catch: [release()], finally: undefined },
    ];
  return [stmt, { kind: 'try', body, catch: [release(), end], finally: undefined }, release()];
}

function letInTry(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const [stmt, variable] = emptyDeclaration(gene, spot, garden);
  const within = inner(spot);
  // The body writes to the variable: nothing in it may shadow the name.
  within.scope.started = true;
  const before = growList(kidsFrom(gene, 2), within, garden);
  const acquire = statementOf(awaited(gene, variable, garden));
  const after = growList(gene.kids.slice(0, 2), within, garden);
  const last = statementOf(guardedRelease(variable, gene.b, garden));
  return [
    stmt,
    { kind: 'try', body: [...before, acquire, ...after], catch: undefined, finally: [last] },
  ];
}

function conditional(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const [stmt, variable] = emptyDeclaration(gene, spot, garden);
  const test = growCondition(kid(gene, 0), spot, garden);
  const then = [statementOf(awaited(gene, variable, garden))];
  const middle = growList(kidsFrom(gene, 1), spot, garden);
  const again = garden.flagged && gene.b % 3 !== 0 && isFlagTest(test);
  const release: Stmt = again
    ? {
        kind: 'if',
        test,
        then: [statementOf(releaseOf(variable, gene.b, garden))],
        else: undefined,
      }
    : statementOf(guardedRelease(variable, gene.b, garden));
  const [acquire] = then;
  const taken: Stmt =
    gene.a % 4 === 0 && acquire?.kind === 'expression'
      ? statementOf({ kind: 'logical', op: '&&', left: test, right: acquire.expr })
      : { kind: 'if', test, then, else: undefined };
  const list: Stmt[] = [stmt, taken, ...middle];
  return gene.b % 5 < 2 ? list : [...list, release];
}

/** `let own = false; if (c) { …; own = true; } …; if (own) release`. */
function remembered(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const [stmt, variable] = emptyDeclaration(gene, spot, garden);
  const name = `own${String(newId(garden))}`;
  const set = (text: string): Stmt => statementOf({ kind: 'set', name, text });
  const acquire = statementOf(awaited(gene, variable, garden));
  const test = growCondition(kid(gene, 0), spot, garden);
  spot.scope.flags.unshift(name);
  const then = gene.a % 2 === 0 ? [acquire, set('true')] : [set('true'), acquire];
  const middle = growList(kidsFrom(gene, 1), spot, garden);
  const release = statementOf(releaseOf(variable, gene.b, garden));
  const asked: Expr = { kind: 'literal', text: name };
  return [
    stmt,
    { kind: 'constant', keyword: 'let', name, text: 'false' },
    { kind: 'if', test, then, else: undefined },
    ...middle,
    { kind: 'if', test: asked, then: [release], else: undefined },
  ];
}

/** May be written twice: it asks flags and nothing else. */
function isFlagTest(test: Expr): boolean {
  let only = true;
  walk(test, ({ kind }) => {
    only &&= kind === 'flag' || kind === 'not' || kind === 'logical' || kind === 'literal';
  });
  return only;
}

/** `const cts = c ? new CancellationTokenSource(p) : undefined`. */
function conditionalValue(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const shape = gene.b % 3 === 0 ? 'object' : 'source';
  const call = shape === 'source' ? 'new CancellationTokenSource(p)' : 'withTimeout(p, 5)';
  const test = growCondition({ ...kid(gene, 0), kids: [] }, spot, garden);
  const writable = gene.b % 4 === 0;
  const variable = declare(spot, garden, { shape, fixed: false, writable, primary: true });
  const acquire: Acquire = { id: newId(garden), call, pattern: 'whole', variable, test };
  garden.acquires.push(acquire);
  const keyword = writable ? 'let' : 'const';
  const stmt: Stmt = { kind: 'declare', id: newId(garden), keyword, acquire };
  const body = growList(kidsFrom(gene, 1), spot, garden);
  const again = garden.flagged && gene.a % 2 === 0 && isFlagTest(test);
  const release = statementOf(releaseOf(variable, gene.b, garden));
  const last: Stmt = again
    ? { kind: 'if', test, then: [release], else: undefined }
    : statementOf(guardedRelease(variable, gene.a, garden));
  return gene.a % 5 === 0 ? [stmt, ...body] : [stmt, ...body, last];
}

function lateAssign(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const keyword = gene.b % 3 === 0 && !spot.inClosure ? 'var' : 'let';
  const [stmt, variable] = emptyDeclaration(gene, spot, garden, keyword);
  // The rule does not know that a `var` holds nothing before its first assignment.
  const before = keyword === 'var' ? [] : growList(gene.kids.slice(0, 1), spot, garden);
  const acquire = statementOf(awaited(gene, variable, garden));
  const after = growList(kidsFrom(gene, 1), spot, garden);
  return [
    stmt,
    ...before,
    acquire,
    ...after,
    statementOf(guardedRelease(variable, gene.a, garden)),
  ];
}

function discarded(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  if (gene.b % 2 === 0) return thenRelease(gene, spot, garden);
  const pattern = choose(['tuple', 'hole', 'record'] as const, gene.a);
  const call = choose(TUPLES, gene.b);
  const acquire = acquireOf({ shape: 'function', pattern, call }, undefined, garden);
  const stmt: Stmt = { kind: 'declare', id: newId(garden), keyword: 'const', acquire };
  return [stmt, ...growList(gene.kids, spot, garden)];
}

function usingSource(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const within = inner(spot);
  const variable = declare(within, garden, {
    shape: 'source',
    fixed: true,
    writable: false,
    primary: true,
  });
  const protocol: Protocol = {
    shape: 'source',
    pattern: 'whole',
    call: 'new CancellationTokenSource(p)',
  };
  const acquire = acquireOf(protocol, variable, garden);
  const using: Stmt = {
    kind: 'using',
    id: newId(garden),
    await: false,
    name: variable.name,
    acquire,
  };
  const body = growList(gene.kids, within, garden);
  return [{ kind: 'block', label: undefined, body: [using, ...body] }];
}

function forHead(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const within = inner(spot);
  const [head, variable] = declaration(
    gene,
    within,
    garden,
    choose(['const', 'let'] as const, gene.b),
  );
  const loop: Partial<Spot> = {
    inLoop: true,
    jumps: [...spot.jumps, { label: undefined, kind: 'loop' }],
  };
  const test = growCondition(kid(gene, 0), { ...within, inLoop: true }, garden);
  const body = growBlock(kidsFrom(gene, 1), within, garden, loop);
  const update = gene.b % 2 === 0 ? undefined : releaseOf(variable, gene.b, garden);
  return [{ kind: 'for', id: newId(garden), label: undefined, head, test, update, body }];
}

/** `s ??= …`: the only acquire of its variable, because a second one could never run. */
function nullishAssign(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  if (spot.inLoop) return conditional(gene, spot, garden);
  const source = gene.b % 2 === 0;
  const shape = source ? 'source' : 'object';
  const id = newId(garden);
  const name = `${source ? 'cts' : 's'}${String(id)}`;
  const variable: Variable = {
    id,
    name,
    shape,
    fixed: false,
    writable: true,
    primary: true,
    once: true,
  };
  spot.scope.variables.push(variable);
  garden.awaited += 1;
  const before = growList(gene.kids.slice(0, 1), spot, garden);
  garden.awaited -= 1;
  const call = source ? 'new CancellationTokenSource(p)' : 'withTimeout(p, 5)';
  const acquire = acquireOf({ shape, pattern: 'whole', call }, variable, garden);
  const expr: Expr = { kind: 'acquire', id: newId(garden), acquire, op: '??=' };
  return [
    { kind: 'declare-empty', keyword: 'let', variable },
    ...before,
    statementOf(expr),
    ...growList(kidsFrom(gene, 1), spot, garden),
    statementOf(guardedRelease(variable, gene.a, garden)),
  ];
}

/** `await op().then(…).finally(cancel)`. */
function chained(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  if (spot.kind !== 'async' && spot.kind !== 'async-generator')
    return inTryFinally(gene, spot, garden);
  const [stmt, variable] = declaration(gene, spot, garden, 'const');
  const within: Partial<Spot> = { kind: 'sync', inClosure: true, returns: true, jumps: [] };
  const body = growBlock(gene.kids, spot, garden, within);
  const release = statementOf(releaseOf(variable, gene.a, garden));
  const direct = variable.shape === 'function' && gene.b % 2 === 0;
  const callback = direct
    ? { kind: 'handle' as const, id: newId(garden), variable }
    : { kind: 'inline' as const, async: false, body: [release] };
  const links = [
    { method: 'then' as const, callbacks: [{ kind: 'inline' as const, async: false, body }] },
    gene.b % 3 === 0
      ? { method: 'then' as const, callbacks: [callback, callback] }
      : { method: 'finally' as const, callbacks: [callback] },
  ];
  const base: Expr = { kind: 'call', id: newId(garden), form: 'call', args: [] };
  const chain: Expr = { kind: 'chain', id: newId(garden), base, links, end: 'awaited' };
  return [stmt, statementOf(chain)];
}

/** Writes over a `let` variable: with a new handle or with nothing. */
export function growOverwrite(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const variable = visible(spot.scope).find(
    (candidate) => candidate.writable && candidate.primary && !candidate.once,
  );
  if (variable === undefined) return growAlias(gene, spot, garden);
  if (gene.a % 3 === 0 || full(garden)) {
    const value: Expr = { kind: 'literal', text: choose(['undefined', 'null'], gene.b) };
    return [statementOf({ kind: 'alias', variable, value })];
  }
  return [statementOf(assigned(gene, variable, garden))];
}
