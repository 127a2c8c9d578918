/**
 * Random programs around one timer that guards an operation, or one abort listener that stands by it. One text is both
 * linted and run: what it calls (`flag`, `step`, `work`, `workWith`) is unknown to the rule, and decides the path when
 * it runs (guards-run.ts).
 *
 * ```js
 * async function subject(a, b) {
 *   const expired = new Promise((resolve, reject) => { timer = setTimeout(() => { reject(new Error('late')); }, 100); });
 *   if (flag(1)) return;
 *   try { winner = await Promise.race([work(2), expired]); } finally { clearTimeout(timer); }
 * }
 * ```
 */
import fc from 'fast-check';

type Clear = 'plain' | 'tested' | 'helper' | 'alias';

type Stmt =
  | { readonly kind: 'step' | 'return' | 'throw' | 'forget' }
  | { readonly kind: 'clear'; readonly form: Clear }
  | { readonly kind: 'if'; readonly test: Test; readonly then: Body; readonly else: Body }
  | { readonly kind: 'while'; readonly body: Body }
  | Try
  | { readonly kind: 'op'; readonly form: Operation };

type Body = readonly Stmt[];
type Test = 'flag' | 'a' | 'b' | 'late' | 'winner' | 'timer';

interface Try {
  readonly kind: 'try';
  readonly body: Body;
  readonly catch: Body | undefined;
  readonly finally: Body | undefined;
}

/** How the operation is waited for. */
type Operation =
  'plain' | 'returned' | 'finally' | 'then-clear' | 'then-both' | 'caught' | 'settled';

/** What the timer does: it loses a race by rejecting or resolving, or it aborts. Or there is a listener instead. */
type Guard = 'reject' | 'resolve' | 'abort' | 'listen';

export interface Program {
  readonly guard: Guard;
  readonly before: Body;
  readonly rest: Body;
  /** Everything from the start of the timer, or the registration, on stands in a `try`. */
  readonly around: Pick<Try, 'catch' | 'finally'> | undefined;
}

const few = { maxLength: 3, size: 'max' } as const;

const { body, holder } = fc.letrec<{ stmt: Stmt; body: Body; holder: Stmt }>((tie) => ({
  stmt: fc.oneof(
    { maxDepth: 2, depthSize: 'small', withCrossShrink: true },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constantFrom('step' as const, 'return', 'throw') }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('clear' as const),
        form: fc.constantFrom<Clear>('plain', 'tested', 'helper', 'alias'),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('if' as const),
        test: fc.constantFrom<Test>('flag', 'a', 'b', 'late', 'winner', 'timer'),
        then: tie('body'),
        else: tie('body'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('try' as const),
        body: tie('body'),
        catch: fc.option(tie('body'), { nil: undefined }),
        finally: fc.option(tie('body'), { nil: undefined }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('while' as const), body: tie('body') }) },
  ),
  body: fc.array(tie('stmt'), few),
  // The statement that holds the operation.
  holder: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('op' as const),
        form: fc.constantFrom<Operation>(
          'plain',
          'returned',
          'finally',
          'then-clear',
          'then-both',
          'caught',
          'settled',
        ),
      }),
    },
    {
      weight: 3,
      arbitrary: fc
        .record({
          before: tie('body'),
          op: tie('holder'),
          after: tie('body'),
          catch: fc.option(tie('body'), { nil: undefined }),
          finally: fc.option(tie('body'), { nil: undefined }),
        })
        .map(({ before, op, after, ...rest }): Stmt => ({
          kind: 'try',
          body: [...before, op, ...after],
          ...rest,
        })),
    },
    {
      weight: 1,
      arbitrary: fc
        .record({ test: fc.constantFrom<Test>('flag', 'a'), op: tie('holder'), else: tie('body') })
        .map(({ op, ...rest }): Stmt => ({ kind: 'if', ...rest, then: [op] })),
    },
  ),
}));

const programOf = (...guards: readonly Guard[]): fc.Arbitrary<Program> =>
  fc
    .record({
      guard: fc.constantFrom(...guards),
      before: fc.array(fc.constantFrom<Stmt>({ kind: 'step' }), { maxLength: 1 }),
      first: body,
      op: holder,
      last: body,
      around: fc.option(
        fc.record({
          catch: fc.option(body, { nil: undefined }),
          finally: fc.option(body, { nil: undefined }),
        }),
        { nil: undefined, freq: 2 },
      ),
    })
    .map(({ first, op, last, ...rest }) => ({ ...rest, rest: [...first, op, ...last] }));

export const programs: Readonly<Record<'timer' | 'listener', fc.Arbitrary<Program>>> = {
  timer: programOf('reject', 'resolve', 'abort'),
  listener: programOf('listen'),
};

/** How a program spells what it does with its timer, or its listener. */
interface Spelling {
  readonly clear: string;
  readonly clears: Readonly<Record<Clear, string>>;
  readonly tests: Readonly<Record<Exclude<Test, 'flag'>, string>>;
  readonly forget: string;
}

const TIMER: Spelling = {
  clear: 'clearTimeout(timer);',
  clears: {
    plain: 'clearTimeout(timer);',
    tested: 'if (timer) clearTimeout(timer);',
    helper: 'stop();',
    alias: '{ const same = timer; clearTimeout(same); }',
  },
  tests: {
    a: 'a',
    b: '!b',
    late: 'isLate',
    winner: 'winner === LATE',
    timer: 'timer !== undefined',
  },
  forget: 'timer = undefined;',
};

const LISTENER: Spelling = {
  clear: "signal.removeEventListener('abort', onAbort);",
  clears: {
    plain: "signal.removeEventListener('abort', onAbort);",
    tested: "if (signal) signal.removeEventListener('abort', onAbort);",
    helper: 'stop();',
    alias: "{ const same = onAbort; signal.removeEventListener('abort', same); }",
  },
  tests: { a: 'a', b: '!b', late: '!a', winner: 'b', timer: 'signal' },
  forget: "signal.removeEventListener('abort', () => onAbort());",
};

/** Does the operation, somewhere in the statements, assign what it gives? */
function isAssigned(list: Body): boolean {
  return list.some((stmt) => {
    if (stmt.kind === 'op') return /^(?:plain|finally|caught|settled)$/.test(stmt.form);
    if (stmt.kind === 'try') return isAssigned(stmt.body);
    return stmt.kind === 'if' && isAssigned(stmt.then);
  });
}

/** Where a statement stands: in a `try` with a `catch`, so that calls in it may throw; in a `finally`. */
interface Place {
  readonly caught: boolean;
  readonly last: boolean;
}

class Printer {
  #sites = 0;
  readonly #guard: Guard;
  readonly spelling: Spelling;
  readonly #tells: boolean;

  constructor({ guard, rest }: Program) {
    this.#guard = guard;
    this.spelling = guard === 'listen' ? LISTENER : TIMER;
    this.#tells = guard === 'resolve' && isAssigned(rest);
  }

  #site(): string {
    this.#sites += 1;
    return String(this.#sites);
  }

  block(list: Body, place: Place): string {
    return `{\n${list.map((stmt) => this.#stmt(stmt, place)).join('\n')}\n}`;
  }

  list(list: Body, place: Place): string {
    return list.map((stmt) => this.#stmt(stmt, place)).join('\n');
  }

  #flag(place: Place): string {
    // no-leaked-abort-listener trusts plain calls, even where a `catch` waits for them.
    return `flag(${this.#site()}, ${String(place.caught && this.#guard !== 'listen')})`;
  }

  #test(test: Test, place: Place): string {
    if (test === 'flag') return this.#flag(place);
    // A race that is not won with a value says nothing in its result.
    const says = test === 'winner' && !this.#tells ? 'late' : test;
    return this.spelling.tests[says];
  }

  #stmt(stmt: Stmt, place: Place): string {
    switch (stmt.kind) {
      case 'step':
        // Clean-up code that fails half-way leaves a listener behind; that is not reported.
        return place.last && this.#guard === 'listen' ? '' : `await step(${this.#site()});`;
      case 'return':
        return 'return;';
      case 'throw':
        return "throw new Error('failed');";
      case 'forget':
        return this.spelling.forget;
      case 'clear':
        return this.spelling.clears[stmt.form];
      case 'if': {
        const test = this.#test(stmt.test, place);
        return `if (${test}) ${this.block(stmt.then, place)} else ${this.block(stmt.else, place)}`;
      }
      case 'while':
        return `while (${this.#flag(place)}) ${this.block(stmt.body, place)}`;
      case 'try':
        return this.tryStatement(
          this.block(stmt.body, { ...place, caught: place.caught || stmt.catch !== undefined }),
          stmt,
          place,
        );
      case 'op':
        return this.#operation(stmt.form);
    }
  }

  tryStatement(block: string, parts: Pick<Try, 'catch' | 'finally'>, place: Place): string {
    if (!parts.catch && !parts.finally) return block;
    const handler = parts.catch ? ` catch (error) ${this.block(parts.catch, place)}` : '';
    const last = parts.finally
      ? ` finally ${this.block(parts.finally, { ...place, last: true })}`
      : '';
    return `try ${block}${handler}${last}`;
  }

  #operation(form: Operation): string {
    const site = this.#site();
    const isAbort = this.#guard === 'abort';
    const work = isAbort ? `workWith(${site}, controller.signal)` : `work(${site})`;
    const isRace = this.#guard === 'reject' || this.#guard === 'resolve';
    const race = (arm: string): string => (isRace ? `Promise.race([${arm}, expired])` : arm);
    const { clear } = this.spelling;
    switch (form) {
      case 'plain':
        return `winner = await ${race(work)};`;
      case 'returned':
        return `return await ${race(work)};`;
      case 'finally':
        return `winner = await ${race(work)}.finally(() => { ${clear} });`;
      case 'then-clear':
        return `await ${race(work)}.then(() => { ${clear} });`;
      case 'then-both':
        return `await ${race(work)}.then(() => { ${clear} }, (error) => { ${clear} throw error; });`;
      case 'caught':
        return `winner = await ${race(`${work}.catch(() => undefined)`)};`;
      case 'settled':
        return `winner = await ${race(`Promise.allSettled([${work}])`)};`;
    }
  }
}

const FIRED: Readonly<Record<Exclude<Guard, 'listen'>, string>> = {
  reject: "reject(new Error('late'));",
  resolve: 'resolve(LATE);',
  abort: 'controller.abort();',
};

function start(guard: Guard): string {
  if (guard === 'listen') return "signal.addEventListener('abort', onAbort);";
  const timer = `timer = setTimeout(() => { isLate = true; ${FIRED[guard]} }, 100);`;
  if (guard === 'abort') return `const controller = new AbortController();\n${timer}`;
  const parameters = guard === 'reject' ? '(_, reject)' : '(resolve)';
  return `const expired = new Promise(${parameters} => { ${timer} });`;
}

const NOWHERE: Place = { caught: false, last: false };

export function print(sample: Program): string {
  const { guard, before, rest, around } = sample;
  const printer = new Printer(sample);
  const first = printer.list(before, NOWHERE);
  const place = { caught: around?.catch !== undefined, last: false };
  const guarded = `${start(guard)}\n${printer.list(rest, place)}`;
  const body = around ? printer.tryStatement(`{\n${guarded}\n}`, around, NOWHERE) : guarded;
  const held = guard === 'listen' ? 'const onAbort = () => { stopped(); };' : 'let timer;';
  const { clear } = printer.spelling;
  return `async function subject(a, b, signal) {
let winner;
let isLate = false;
${held}
const stop = () => { ${clear} };
${first}
${body}
}
`;
}
