/**
 * Random programs around one guarded timer. One text is both linted and run: what it calls (`flag`, `step`, `work`,
 * `workWith`) is unknown to the rule, and decides the path when it runs (timers-run.ts).
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

export interface Program {
  /** What the timer does: it loses a race by rejecting or resolving, or it aborts. */
  readonly guard: 'reject' | 'resolve' | 'abort';
  readonly before: Body;
  readonly rest: Body;
  /** Everything from the start of the timer on stands in a `try`. */
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

export const program: fc.Arbitrary<Program> = fc
  .record({
    guard: fc.constantFrom<Program['guard']>('reject', 'resolve', 'abort'),
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

/** The text, and how many places in it decide something. */
export interface Text {
  readonly text: string;
  readonly sites: number;
}

const CLEARS: Readonly<Record<Clear, string>> = {
  plain: 'clearTimeout(timer);',
  tested: 'if (timer) clearTimeout(timer);',
  helper: 'stop();',
  alias: '{ const same = timer; clearTimeout(same); }',
};

const TESTS: Readonly<Record<Exclude<Test, 'flag'>, string>> = {
  a: 'a',
  b: '!b',
  late: 'isLate',
  winner: 'winner === LATE',
  timer: 'timer !== undefined',
};

/** Does the operation, somewhere in the statements, assign what it gives? */
function isAssigned(list: Body): boolean {
  return list.some((stmt) => {
    if (stmt.kind === 'op') return /^(?:plain|finally|caught|settled)$/.test(stmt.form);
    if (stmt.kind === 'try') return isAssigned(stmt.body);
    return stmt.kind === 'if' && isAssigned(stmt.then);
  });
}

class Printer {
  sites = 0;
  readonly #guard: Program['guard'];
  readonly #tells: boolean;

  constructor({ guard, rest }: Program) {
    this.#guard = guard;
    this.#tells = guard === 'resolve' && isAssigned(rest);
  }

  #site(): string {
    this.sites += 1;
    return String(this.sites);
  }

  /** `caught`: a `catch` encloses the statements, so that calls in them may throw. */
  block(list: Body, caught: boolean): string {
    return `{\n${list.map((stmt) => this.#stmt(stmt, caught)).join('\n')}\n}`;
  }

  list(list: Body, caught: boolean): string {
    return list.map((stmt) => this.#stmt(stmt, caught)).join('\n');
  }

  #flag(caught: boolean): string {
    return `flag(${this.#site()}, ${String(caught)})`;
  }

  #test(test: Test, caught: boolean): string {
    if (test === 'flag') return this.#flag(caught);
    // A race that is not won with a value says nothing in its result.
    const says = test === 'winner' && !this.#tells ? 'late' : test;
    return TESTS[says];
  }

  #stmt(stmt: Stmt, caught: boolean): string {
    switch (stmt.kind) {
      case 'step':
        return `await step(${this.#site()});`;
      case 'return':
        return 'return;';
      case 'throw':
        return "throw new Error('failed');";
      case 'forget':
        return 'timer = undefined;';
      case 'clear':
        return CLEARS[stmt.form];
      case 'if': {
        const test = this.#test(stmt.test, caught);
        return `if (${test}) ${this.block(stmt.then, caught)} else ${this.block(stmt.else, caught)}`;
      }
      case 'while':
        return `while (${this.#flag(caught)}) ${this.block(stmt.body, caught)}`;
      case 'try':
        return this.tryStatement(
          this.block(stmt.body, caught || stmt.catch !== undefined),
          stmt,
          caught,
        );
      case 'op':
        return this.#operation(stmt.form);
    }
  }

  tryStatement(block: string, parts: Pick<Try, 'catch' | 'finally'>, caught: boolean): string {
    if (!parts.catch && !parts.finally) return block;
    const handler = parts.catch ? ` catch (error) ${this.block(parts.catch, caught)}` : '';
    const last = parts.finally ? ` finally ${this.block(parts.finally, caught)}` : '';
    return `try ${block}${handler}${last}`;
  }

  #operation(form: Operation): string {
    const site = this.#site();
    const isAbort = this.#guard === 'abort';
    const work = isAbort ? `workWith(${site}, controller.signal)` : `work(${site})`;
    const race = (arm: string): string => (isAbort ? arm : `Promise.race([${arm}, expired])`);
    const clear = '{ clearTimeout(timer); }';
    switch (form) {
      case 'plain':
        return `winner = await ${race(work)};`;
      case 'returned':
        return `return await ${race(work)};`;
      case 'finally':
        return `winner = await ${race(work)}.finally(() => ${clear});`;
      case 'then-clear':
        return `await ${race(work)}.then(() => ${clear});`;
      case 'then-both':
        return `await ${race(work)}.then(() => ${clear}, (error) => { clearTimeout(timer); throw error; });`;
      case 'caught':
        return `winner = await ${race(`${work}.catch(() => undefined)`)};`;
      case 'settled':
        return `winner = await ${race(`Promise.allSettled([${work}])`)};`;
    }
  }
}

const FIRED: Readonly<Record<Program['guard'], string>> = {
  reject: "reject(new Error('late'));",
  resolve: 'resolve(LATE);',
  abort: 'controller.abort();',
};

function start(guard: Program['guard']): string {
  const timer = `timer = setTimeout(() => { isLate = true; ${FIRED[guard]} }, 100);`;
  if (guard === 'abort') return `const controller = new AbortController();\n${timer}`;
  const parameters = guard === 'reject' ? '(_, reject)' : '(resolve)';
  return `const expired = new Promise(${parameters} => { ${timer} });`;
}

export function print(sample: Program): Text {
  const { guard, before, rest, around } = sample;
  const printer = new Printer(sample);
  const first = printer.list(before, false);
  const caught = around?.catch !== undefined;
  const guarded = `${start(guard)}\n${printer.list(rest, caught)}`;
  const body = around ? printer.tryStatement(`{\n${guarded}\n}`, around, false) : guarded;
  const text = `async function subject(a, b) {
let timer;
let winner;
let isLate = false;
const stop = () => { clearTimeout(timer); };
${first}
${body}
}
`;
  return { text, sites: printer.sites };
}
