/**
 * Program -> the text of a generator function that V8 runs. Every `yield n` asks the driver for the
 * outcome of decision n: a value, a throw, or the end of the consumer's interest.
 *
 * ```
 * const [ctx, cancel] = withCancel(p);    const cancel = ((yield 0), R.acquire(1, 'function')); R.bind(1, cancel);
 * if (await op2()) cancel();              if ((yield 1)) { (R.settle(cancel), (yield 2)); }
 * ```
 *
 * Which operation may throw is SPEC 1.2: at `await` awaited values, and calls that a `catch` of the same
 * function encloses; at `call` every call. At `await`, methods of `console`, `push` into a local array and a call
 * whose promise is waited for on the spot do not. Node 20 has no `using`: it is lowered to `try`/`finally` here.
 */
import { runExpression } from './run-expressions.ts';
import type { FunctionKind, Program, Stmt, Tier, Variable } from './program.ts';

export type Outcome =
  | { readonly kind: 'value'; readonly value: unknown; readonly words: string }
  | { readonly kind: 'throw' | 'return'; readonly words: string };

/** One decision. A decision with no outcome ends the path without a judgement: `process.exit`. */
export interface Site {
  readonly node: number;
  readonly outcomes: readonly Outcome[];
}

export interface RunText {
  readonly text: string;
  readonly sites: readonly Site[];
}

/** Where a statement or expression of the run text stands. */
export interface Place {
  readonly tier: Tier;
  readonly kind: FunctionKind;
  /** A `catch` encloses it that sees its exceptions. */
  readonly caught: boolean;
  /** It is part of what an `await` waits for, which fails when it does. */
  readonly awaited: boolean;
  /** A promise that is returned here rejects whoever waits for the function. */
  readonly adopts: boolean;
  /** The loops and callbacks around it. */
  readonly around: readonly number[];
  readonly sites: Site[];
}

export const mayThrow = (place: Place): boolean =>
  place.tier === 'call' || (place.tier === 'await' && place.caught && !place.awaited);
export const mayReject = (place: Place): boolean => place.tier !== 'explicit';

/** The name under which a value that is being returned is held. */
const RETURNED = 0;

export const PASS: Outcome = { kind: 'value', value: undefined, words: '' };

/** The text that asks for a decision; a single outcome needs no asking. */
export function decide(place: Place, node: number, outcomes: readonly Outcome[]): string {
  const [only] = outcomes;
  if (outcomes.length === 1 && only?.kind === 'value') return JSON.stringify(only.value ?? null);
  place.sites.push({ node, outcomes });
  return `(yield ${String(place.sites.length - 1)})`;
}

/** A loop goes round: the driver counts it, so that no loop runs for ever. */
function tick(place: Place, node: number): string {
  place.sites.push({ node, outcomes: [PASS] });
  return `R.end(${String(node)}), (yield ${String(place.sites.length - 1)})`;
}

export function throwing(place: Place, node: number): string {
  const fails: Outcome = { kind: 'throw', words: 'throws' };
  return decide(place, node, mayThrow(place) ? [PASS, fails] : [PASS]);
}

export function runText(program: Program, tier: Tier): RunText {
  const sites: Site[] = [];
  const place: Place = {
    tier,
    kind: program.kind,
    caught: false,
    awaited: false,
    adopts: false,
    around: [],
    sites,
  };
  const text = `'use strict';\nreturn function* (R) {\n${runStatements(program.body, place)}\n}`;
  return { text, sites };
}

/** The statements of one scope. What follows a `using` runs under its disposal. */
function runStatements(list: readonly Stmt[], place: Place): string {
  const [first, ...rest] = list;
  if (first === undefined) return '';
  const head = runStatement(first, place);
  if (first.kind !== 'using') return `${head}\n${runStatements(rest, place)}`;
  const disposes = first.await ? mayReject(place) : mayThrow(place);
  const fails: Outcome = { kind: 'throw', words: 'its disposal throws' };
  const disposal = decide(place, first.id, disposes ? [PASS, fails] : [PASS]);
  const settle = first.acquire === undefined ? '' : `R.settle(${first.name}); `;
  return `${head}\ntry {\n${runStatements(rest, place)}\n} finally { ${settle}${disposal}; }`;
}

/** A scope of its own: the names that are declared in it die on every completion. */
export function runScope(list: readonly Stmt[], place: Place): string {
  const body = runStatements(list, place);
  return `{ ${dying(declared(list), body, place)} }`;
}

function dying(
  variables: readonly { readonly id: number }[],
  body: string,
  { around }: Place,
): string {
  if (variables.length === 0) return body;
  const ids = variables.map((variable) => variable.id);
  return `try {\n${body}\n} finally { R.die(${JSON.stringify(ids)}, ${JSON.stringify(around)}); }`;
}

/** The handle variables that a statement list declares for its own scope. */
function declared(list: readonly Stmt[]): { readonly id: number }[] {
  return list.flatMap((stmt) => {
    switch (stmt.kind) {
      case 'declare':
        return stmt.keyword === 'var' ? [] : (stmt.acquire.variable ?? []);
      case 'declare-empty':
        return stmt.keyword === 'var' ? [] : stmt.variable;
      case 'declare-alias':
        return stmt.variable;
      case 'bag':
        return stmt.bag;
      case 'using':
        return stmt.acquire?.variable ?? [];
      default:
        return [];
    }
  });
}

const label = (name: string | undefined): string => (name === undefined ? '' : `${name}: `);

function runStatement(stmt: Stmt, place: Place): string {
  switch (stmt.kind) {
    case 'expression':
      return `${runExpression(stmt.expr, 'value', place)};`;
    case 'block':
      return label(stmt.label) + runScope(stmt.body, place);
    case 'if': {
      const test = runExpression(stmt.test, 'truthy', place);
      const otherwise = stmt.else === undefined ? '' : ` else ${runScope(stmt.else, place)}`;
      return `if (${test}) ${runScope(stmt.then, place)}${otherwise}`;
    }
    case 'while':
    case 'do-while':
    case 'for':
    case 'for-each':
      return runLoop(stmt, place);
    case 'break':
    case 'continue':
      return `${stmt.kind} ${stmt.label ?? ''};`;
    case 'switch':
      return runSwitch(stmt, place);
    case 'try':
      return runTry(stmt, place);
    case 'throw':
      return 'throw R.failure();';
    case 'return':
      return runReturn(stmt, place);
    case 'exit':
      place.sites.push({ node: stmt.id, outcomes: [] });
      return `yield ${String(place.sites.length - 1)};`;
    default:
      return runDeclaration(stmt, place);
  }
}

type Loop = Extract<Stmt, { kind: 'while' | 'do-while' | 'for' | 'for-each' }>;

function runLoop(stmt: Loop, place: Place): string {
  const round = tick(place, stmt.id);
  const inside: Place = { ...place, around: [...place.around, stmt.id] };
  switch (stmt.kind) {
    case 'while': {
      const test = runExpression(stmt.test, 'truthy', place);
      return `${label(stmt.label)}while (${round}, ${test}) ${runScope(stmt.body, inside)}`;
    }
    case 'do-while': {
      const body = runScope(stmt.body, inside);
      const test = runExpression(stmt.test, 'truthy', place);
      return `${label(stmt.label)}do ${body} while (${round}, ${test});`;
    }
    case 'for':
      return runFor(stmt, round, place, inside);
    case 'for-each': {
      const over = runExpression(stmt.over, 'value', place);
      const outcomes: Outcome[] = [
        { kind: 'value', value: true, words: 'has a next item' },
        { kind: 'value', value: false, words: 'has no more items' },
      ];
      if (stmt.flavour === 'await' && mayReject(place))
        outcomes.push({ kind: 'throw', words: 'rejects at its next item' });
      const next = decide(place, stmt.id, outcomes);
      const fails: Outcome = { kind: 'throw', words: 'the disposal of its item throws' };
      const body = runScope(stmt.body, inside);
      const disposed =
        stmt.flavour === 'using' && mayThrow(place)
          ? `{ try ${body} finally { ${decide(place, stmt.id, [PASS, fails])}; } }`
          : body;
      return `${over};\n${label(stmt.label)}while (${round}, ${next}) ${disposed}`;
    }
  }
}

function runFor(
  stmt: Extract<Stmt, { kind: 'for' }>,
  round: string,
  place: Place,
  inside: Place,
): string {
  const head = typeof stmt.head === 'string' ? '' : runDeclaration(stmt.head, place);
  const test = stmt.test === undefined ? 'true' : runExpression(stmt.test, 'truthy', place);
  const body = runScope(stmt.body, inside);
  const update = stmt.update === undefined ? '' : runExpression(stmt.update, 'value', place);
  const loop = `${label(stmt.label)}for (; ${round}, ${test}; ${update}) ${body}`;
  if (typeof stmt.head === 'string') return loop;
  return `{ ${head}\n${dying(declared([stmt.head]), loop, place)} }`;
}

function runSwitch(stmt: Extract<Stmt, { kind: 'switch' }>, place: Place): string {
  const outcomes = stmt.cases.flatMap(({ test }): Outcome[] =>
    test === 'default' ? [] : [{ kind: 'value', value: test, words: `is case ${String(test)}` }],
  );
  outcomes.push({ kind: 'value', value: -1, words: 'is no case' });
  const value = runExpression(stmt.over, outcomes, place);
  const cases = stmt.cases.map(
    ({ test, body }) =>
      `${test === 'default' ? 'default' : `case ${String(test)}`}:\n${runStatements(body, place)}`,
  );
  const names = declared(stmt.cases.flatMap(({ body }) => body));
  const text = `${label(stmt.label)}switch (${value}) {\n${cases.join('\n')}\n}`;
  return dying(names, text, place);
}

function runTry(stmt: Extract<Stmt, { kind: 'try' }>, place: Place): string {
  const inside = stmt.catch === undefined ? place : { ...place, caught: true };
  const body = `try ${runScope(stmt.body, inside)}`;
  const handler =
    stmt.catch === undefined
      ? ''
      : ` catch (error) { R.caught(error); ${runScope(stmt.catch, place)} }`;
  const last = stmt.finally === undefined ? '' : ` finally ${runScope(stmt.finally, place)}`;
  return body + handler + last;
}

function runReturn(stmt: Extract<Stmt, { kind: 'return' }>, place: Place): string {
  const { value } = stmt;
  if (value === undefined) return 'return;';
  // Handed over when the function is left with it: a `finally` may still come to something else.
  if (value.kind === 'handle') return `return R.bind(${String(RETURNED)}, ${value.variable.name});`;
  const text = runExpression(value.expr, 'value', place);
  const words = 'returns a promise that rejects';
  const call = value.expr.kind === 'call' || value.expr.kind === 'release';
  if (place.adopts && call && mayReject(place)) {
    // No handler in here sees the rejection: it is what the caller gets.
    const rejected: Outcome = { kind: 'value', value: 'rejected', words };
    return `${text}; return ${decide(place, stmt.id, [PASS, rejected])};`;
  }
  const awaits = place.kind === 'async-generator' && mayReject(place);
  const outcome = decide(place, stmt.id, awaits ? [PASS, { kind: 'throw', words }] : [PASS]);
  return `${text}; ${outcome}; return;`;
}

function runDeclaration(stmt: Stmt, place: Place): string {
  switch (stmt.kind) {
    case 'declare': {
      const { acquire } = stmt;
      const call = throwing(place, stmt.id);
      const { variable } = acquire;
      if (variable === undefined) return `${call}; R.acquire(${String(acquire.id)}, 'lost');`;
      const { name, id } = variable;
      const made = `(${call}, ${handleOf(acquire)})`;
      const value =
        acquire.test === undefined
          ? made
          : `${runExpression(acquire.test, 'truthy', place)} ? ${made} : undefined`;
      return `${stmt.keyword} ${name} = ${value};\nR.bind(${String(id)}, ${name});`;
    }
    case 'declare-empty':
      return `${stmt.keyword} ${stmt.variable.name};`;
    case 'declare-alias': {
      const value = runExpression(stmt.value, 'value', place);
      const { name, id } = stmt.variable;
      return `${stmt.keyword} ${name} = ${value};\nR.bind(${String(id)}, ${name});`;
    }
    case 'helper': {
      const { name, parameter, body, form, async } = stmt.helper;
      // A helper only releases or reads: whatever of it throws, the decision stands at its call. What it awaits may reject.
      const tier = async === true && place.tier !== 'explicit' ? 'await' : 'explicit';
      const kind = async === true ? 'async' : 'sync';
      const inside: Place = { ...place, tier, kind, caught: false, awaited: false, adopts: true };
      const self = `yield* ${name}(${parameter?.name ?? ''})`;
      const asks = decide(place, -1 - place.sites.length, [
        PASS,
        { kind: 'value', value: true, words: 'goes on by itself' },
      ]);
      const again = stmt.helper.recursive === true ? `if (${asks}) { ${self}; return; }` : '';
      const bound =
        parameter === undefined ? '' : `R.bind(${String(parameter.id)}, ${parameter.name});`;
      const died = parameter === undefined ? '' : `R.die([${String(parameter.id)}], []);`;
      const declares = form === 'function';
      const head = declares ? `function* ${name}` : `const ${name} = function* `;
      return (
        `${head}(${parameter?.name ?? ''}) { ${bound} try {\n${again}${runStatements(body, inside)}\n} ` +
        `finally { ${died} } }${declares ? '' : ';'}`
      );
    }
    case 'static':
      return runScope(stmt.body, { ...place, kind: 'sync' });
    case 'bag': {
      const { id, sort } = stmt.bag;
      const made =
        place.tier === 'call' && (sort === 'set' || sort === 'map') ? throwing(place, id) : 'null';
      const filled = stmt.first === undefined ? '' : ` R.put(${String(id)}, ${stmt.first.name});`;
      return `${made};${filled}`;
    }
    case 'drain-loop': {
      const { sort } = stmt.bag;
      // A map that was made here gives its values, except where every call may throw.
      const asks = sort === 'object' || (sort === 'map' && place.tier === 'call');
      const before = asks ? throwing(place, stmt.id) : 'null';
      return `${before}; R.drain(${String(stmt.bag.id)}); ${throwing(place, stmt.id)};`;
    }
    case 'constant':
      return `${stmt.keyword} ${stmt.name} = ${stmt.text};`;
    case 'default': {
      const from = runExpression(stmt.from, 'value', place);
      const absent = decide(place, stmt.id, [
        { kind: 'value', value: false, words: 'has the property' },
        { kind: 'value', value: true, words: 'lacks the property' },
      ]);
      return `${from}; if (${absent}) ${runExpression(stmt.fallback, 'value', place)};`;
    }
    case 'using': {
      const call = throwing(place, stmt.id);
      const { acquire } = stmt;
      if (acquire === undefined) return `${call};`;
      const id = String(acquire.variable?.id ?? 0);
      return `const ${stmt.name} = (${call}, ${handleOf(acquire)});\nR.bind(${id}, ${stmt.name});`;
    }
    default:
      throw new Error(`No declaration: ${stmt.kind}`);
  }
}

/** The value that an acquire gives to its variable. */
export function handleOf(acquire: {
  readonly id: number;
  readonly variable: Variable | undefined;
}): string {
  const shape = acquire.variable?.shape === 'function' ? 'function' : 'whole';
  return `R.acquire(${String(acquire.id)}, '${shape}')`;
}
