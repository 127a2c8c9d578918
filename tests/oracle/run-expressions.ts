/**
 * Expressions of the run text (see run-text.ts). The mode says what of the value matters: nothing, its
 * truth, whether it is nullish, or a list of outcomes of the caller's own.
 */
import type { Callback, Expr, Stmt } from './program.ts';
import {
  decide,
  handleOf,
  mayReject,
  mayThrow,
  PASS,
  runScope,
  throwing,
  type Outcome,
  type Place,
} from './run-text.ts';

export type Mode = 'value' | 'truthy' | 'nullish' | 'both' | readonly Outcome[];

const value = (result: unknown, words: string): Outcome => ({
  kind: 'value',
  value: result,
  words,
});
const TRUE: Outcome = value(true, 'is truthy');
const FALSE: Outcome = value(false, 'is falsy');
const NULL: Outcome = value(null, 'is nullish');
const THROWS: Outcome = { kind: 'throw', words: 'throws' };
const REJECTS: Outcome = { kind: 'throw', words: 'rejects' };
const ABANDONED: Outcome = {
  kind: 'return',
  words: 'is never resumed: the consumer calls return()',
};

function valuesOf(mode: Mode): readonly Outcome[] {
  switch (mode) {
    case 'value':
      return [PASS];
    case 'truthy':
      return [TRUE, FALSE];
    case 'nullish':
      return [value(1, 'is not nullish'), NULL];
    case 'both':
      return [TRUE, value(0, 'is falsy, not nullish'), NULL];
    default:
      return mode;
  }
}

/** Names from outside the program, for a handle that is none of its own. */
const OUTSIDE: ReadonlySet<string> = new Set(['noop', 'spare']);

/** What may stand in a test: its value is decided, or V8's own. */
const TESTS: ReadonlySet<Expr['kind']> = new Set([
  ...([
    'unknown',
    'flag',
    'literal',
    'call',
    'await',
    'yield',
    'not',
    'logical',
    'ternary',
  ] as const),
  ...(['sequence', 'guard', 'handle', 'acquire', 'alias'] as const),
]);

export function runExpression(expr: Expr, mode: Mode, place: Place): string {
  if (mode !== 'value' && !TESTS.has(expr.kind)) throw new Error(`Not a test: ${expr.kind}`);
  switch (expr.kind) {
    case 'unknown':
      return decide(place, expr.id, valuesOf(mode));
    case 'flag':
      if (mode === 'value') return 'null';
      return `(R.flags['${expr.name}'] ??= ${decide(place, expr.id, [TRUE, FALSE])})`;
    case 'literal':
      return OUTSIDE.has(expr.text) ? 'R.noop' : expr.text;
    case 'set':
      return `(${expr.name} = ${expr.text})`;
    case 'call':
      return runCall(expr, mode, place, mayThrow(place) ? [THROWS] : []);
    case 'optional': {
      const absent = decide(place, expr.id, valuesOf('nullish'));
      const call = decide(place, expr.id, [PASS, ...(mayThrow(place) ? [THROWS] : [])]);
      return `(${absent} != null && ${sequence([...expr.args.map(plain(place)), call])})`;
    }
    case 'await': {
      const outcomes = [...valuesOf(mode), ...(mayReject(place) ? [REJECTS] : [])];
      // A call that throws, one among its arguments too, and a promise that rejects leave the same way: one decision.
      const operand =
        expr.of.kind === 'call'
          ? runCall(expr.of, 'value', { ...place, awaited: true }, [])
          : plain(place)(expr.of);
      return sequence([operand, decide(place, expr.id, outcomes)]);
    }
    case 'yield':
      return runYield(expr, mode, place);
    case 'not':
      return `!${runExpression(expr.of, mode === 'value' ? 'value' : 'truthy', place)}`;
    case 'logical':
      return runLogical(expr, mode, place);
    case 'ternary':
      return `(${runExpression(expr.test, 'truthy', place)} ? ${runExpression(expr.then, mode, place)} : ${runExpression(expr.else, mode, place)})`;
    case 'sequence':
      return `(${expr.parts
        .map((part, index) =>
          runExpression(part, index === expr.parts.length - 1 ? mode : 'value', place),
        )
        .join(', ')})`;
    case 'wrap':
      return sequence(expr.parts.map(plain(place)));
    case 'assign':
      return runAssign(expr, place);
    case 'put': {
      // A container made here takes what it is given, except where every call may throw.
      const quiet = place.tier === 'await' || expr.bag.sort === 'object';
      const call = quiet ? 'null' : throwing(place, expr.id);
      return `(${call}, R.put(${String(expr.bag.id)}, ${expr.variable.name}))`;
    }
    case 'drain':
      return `(${expr.bag.sort === 'object' ? throwing(place, expr.id) : 'null'}, R.drain(${String(expr.bag.id)}), ${throwing(place, expr.id)})`;
    case 'hand-bag':
      return `(${throwing(place, expr.id)}, R.give(${String(expr.bag.id)}))`;
    case 'iife':
      return `R.adopt(yield* (function* () {\n${runClosure(expr.body, inPlace(expr.async, place))}\n})())`;
    case 'all': {
      const arms = expr.arms.map(plain({ ...place, awaited: true }));
      return sequence([
        ...arms,
        decide(place, expr.id, [PASS, ...(mayReject(place) ? [REJECTS] : [])]),
      ]);
    }
    case 'detached': {
      const inside: Place = { ...place, caught: false, adopts: false, kind: 'async' };
      return `R.later(function* () {\n${runOwn(expr.body, inside)}\n})`;
    }
    case 'executor': {
      const inside: Place = { ...place, caught: false, adopts: false, kind: 'sync' };
      const body = runOwn(expr.body, inside);
      const start = throwing(inside, expr.id);
      const outcomes = [PASS, ...(mayReject(place) ? [REJECTS] : [])];
      return `((yield* R.fails(function* () {\n${body}\n${start};\n})) ? R.reject() : ${decide(place, expr.id, outcomes)})`;
    }
    case 'chain':
      return runChain(expr, place);
    case 'helper-call': {
      const call = `yield* ${expr.helper.name}(${expr.argument?.name ?? ''})`;
      // What an asynchronous function throws rejects its promise.
      const result = expr.helper.async === true ? `R.adopt(${call})` : call;
      const fails = expr.helper.async === true && place.tier !== 'call';
      return `(${result}, ${fails ? 'null' : throwing(place, expr.id)})`;
    }
    default:
      return runHandle(expr, mode, place);
  }
}

const plain =
  (place: Place) =>
  (expr: Expr): string =>
    runExpression(expr, 'value', place);

const sequence = (parts: readonly string[]): string =>
  parts.length === 0 ? 'null' : `(${parts.join(', ')})`;

function runCall(
  expr: Extract<Expr, { kind: 'call' }>,
  mode: Mode,
  place: Place,
  failures: readonly Outcome[],
): string {
  // What `new` gives is an object.
  const values = expr.form === 'new' && mode === 'truthy' ? [TRUE] : valuesOf(mode);
  const outcome = decide(place, expr.id, [...values, ...failures]);
  return sequence([...expr.args.map(plain(place)), outcome]);
}

function runYield(expr: Extract<Expr, { kind: 'yield' }>, mode: Mode, place: Place): string {
  const outcomes = [...valuesOf(mode)];
  const operand = expr.of === undefined ? [] : [plain(place)(expr.of)];
  const awaits = place.kind === 'async-generator' && expr.of !== undefined;
  if (awaits && mayReject(place)) outcomes.push(REJECTS);
  if (place.tier !== 'explicit') outcomes.push(ABANDONED);
  return sequence([...operand, decide(place, expr.id, outcomes)]);
}

function runLogical(
  { op, left, right }: Extract<Expr, { kind: 'logical' }>,
  mode: Mode,
  place: Place,
): string {
  const truth = mode === 'value' ? 'truthy' : mode;
  const leftMode: Mode = op === '??' ? (mode === 'value' ? 'nullish' : 'both') : truth;
  const first = runExpression(left, leftMode, place);
  return `(${first} ${op} ${runExpression(right, mode, place)})`;
}

function runAssign(expr: Extract<Expr, { kind: 'assign' }>, place: Place): string {
  const right = plain(place)(expr.right);
  if (expr.op === '=') return right;
  const test = decide(place, expr.id, valuesOf(expr.op === '??=' ? 'nullish' : 'truthy'));
  return `(${test} ${expr.op.slice(0, 2)} ${right})`;
}

/** An immediately invoked function: its exceptions go to the handlers around it. */
const inPlace = (asynchronous: boolean, place: Place): Place => ({
  ...place,
  adopts: asynchronous,
  kind: asynchronous ? 'async' : 'sync',
});

/** The body of a function that runs where it stands, and is judged with the function around it. */
function runClosure(body: readonly Stmt[], place: Place): string {
  return runScope(body, { ...place, awaited: false });
}

/** The body of a callback, which is judged by itself: what dies in it is lost where it ends. */
function runOwn(body: readonly Stmt[], place: Place): string {
  // Any number does that no loop has: nodes count up from 1.
  const id = -1 - place.sites.length;
  place.sites.push({ node: 0, outcomes: [PASS] });
  const inside: Place = { ...place, around: [...place.around, id] };
  return `try ${runClosure(body, inside)} finally { R.end(${String(id)}); }`;
}

function runChain(expr: Extract<Expr, { kind: 'chain' }>, place: Place): string {
  // A call whose promise is waited for fails by rejecting, except where every call may throw.
  const failures = place.tier === 'call' ? [THROWS] : [];
  const base =
    expr.base.kind === 'call'
      ? runCall(expr.base, 'value', place, failures)
      : plain(place)(expr.base);
  const settled: Outcome[] = [value(true, 'is fulfilled')];
  if (mayReject(place)) settled.push(value(false, 'is rejected'));
  const links = expr.links.map(({ method, callbacks }) => {
    const list = callbacks.map((callback) => runCallback(callback, place)).join(', ');
    return `{ method: '${method}', callbacks: [${list}] }`;
  });
  const decision = decide(place, expr.id, settled);
  const chain = `yield* R.chain(${decision}, [${links.join(', ')}])`;
  return expr.end === 'awaited'
    ? `R.unwrap((${base}, ${chain}))`
    : `(${base}, R.later(function* () { ${chain}; }))`;
}

function runCallback(callback: Callback, place: Place): string {
  switch (callback.kind) {
    case 'none':
      return 'undefined';
    case 'handle': {
      // Nobody knows whether it returns a promise.
      const fails = mayThrow(place) || mayReject(place) ? [THROWS] : [];
      const outcome = decide(place, callback.id, [PASS, ...fails]);
      return `function* () { R.settle(${callback.variable.name}); ${outcome}; }`;
    }
    case 'inline': {
      const kind = callback.async ? 'async' : 'sync';
      const inside: Place = { ...place, caught: false, adopts: true, kind };
      return `function* () {\n${runOwn(callback.body, inside)}\n}`;
    }
  }
}

type HandleExpr = Extract<
  Expr,
  { kind: 'handle' | 'guard' | 'release' | 'read' | 'hand' | 'acquire' | 'alias' }
>;

function runHandle(expr: HandleExpr, mode: Mode, place: Place): string {
  switch (expr.kind) {
    case 'handle':
      return expr.picked ? `R.pick(${expr.variable.name})` : expr.variable.name;
    case 'guard': {
      // `Boolean()` throws for nobody; only the tier `call` believes that every call may.
      const mayFail = expr.form === 'boolean' && place.tier === 'call';
      const call = mayFail ? `${throwing(place, expr.id)}, ` : '';
      return `(${call}${expr.variable.name} != null)`;
    }
    case 'release': {
      const { name } = expr.variable;
      const call = `(R.settle(${name}), ${throwing(place, expr.id)})`;
      const guarded = ['optional', 'and', 'if-test'].includes(expr.form);
      return guarded ? `(${name} != null && ${call})` : call;
    }
    case 'read': {
      if (['void', 'typeof', 'compare'].includes(expr.form))
        return decide(place, expr.id, valuesOf(mode));
      return runRead(expr, place);
    }
    case 'hand': {
      const { name } = expr.variable;
      if (expr.form === 'yield') {
        const outcomes = place.tier === 'explicit' ? [PASS] : [PASS, ABANDONED];
        // The handle is handed over whatever the await of an async generator comes to.
        if (place.kind === 'async-generator' && mayReject(place)) outcomes.push(REJECTS);
        return `(R.settle(${name}), ${decide(place, expr.id, outcomes)})`;
      }
      // Timers and listeners are known to be set, except where every call may throw.
      const quiet = expr.form === 'timer' || expr.form === 'listener';
      const silent =
        expr.form === 'property' || expr.form === 'outer' || (quiet && place.tier === 'await');
      return `(${silent ? 'null' : throwing(place, expr.id)}, R.settle(${name}))`;
    }
    case 'alias':
      return `R.bind(${String(expr.variable.id)}, ${expr.variable.name} = ${plain(place)(expr.value)})`;
    case 'acquire': {
      const { variable } = expr.acquire;
      const { name, id } = variable ?? { name: '_', id: 0 };
      const made = `(${throwing(place, expr.id)}, ${handleOf(expr.acquire)})`;
      return `R.bind(${String(id)}, ${name} ${expr.op} ${made})`;
    }
  }
}

/** A read that is a call; `cts?.cancel()` only calls what is there. */
function runRead(expr: Extract<Expr, { kind: 'read' }>, place: Place): string {
  const { shape, name } = expr.variable;
  const logs =
    expr.form === 'console' ||
    (expr.form === 'signal' && shape === 'function') ||
    (expr.form === 'stop' && shape !== 'source');
  // Methods of `console` are known to return, except where every call may throw.
  const call = logs && place.tier === 'await' ? 'null' : throwing(place, expr.id);
  return expr.form === 'stop' && shape === 'source' ? `(${name} != null && ${call})` : call;
}
