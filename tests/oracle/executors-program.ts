/**
 * Random promises made by hand: a timer, an abort listener and two events, each of which may settle the promise. One
 * text is both linted and run; `flag` is unknown to the rules, and decides the path when it runs.
 *
 * ```js
 * return new Promise((resolve, reject) => {
 *   const finish = () => { clearTimeout(timer); };
 *   const stop = () => { finish(); reject(new Error('stopped')); };
 *   const timer = setTimeout(() => { reject(new Error('late')); }, 100);
 *   signal.addEventListener('abort', stop, { once: true });
 *   emitter.on('ok', (value) => { if (flag(1)) return; finish(); resolve(value); });
 *   emitter.on('fail', (value) => { reject(value); });
 * });
 * ```
 */
import fc from 'fast-check';

type Stmt =
  | { readonly kind: 'clear' | 'remove' | 'finish' | 'return' }
  | { readonly kind: 'settle'; readonly form: Settle }
  | { readonly kind: 'if'; readonly test: 'flag' | 'a'; readonly then: Body; readonly else: Body }
  | { readonly kind: 'try'; readonly body: Body; readonly last: Body };
type Body = readonly Stmt[];
type Release = 'clear' | 'remove';
type Settle = 'resolve' | 'reject' | 'settle' | 'settle-arrow' | 'later' | 'return';

interface Style {
  /** The second event has a function of its own. */
  readonly failIsNamed: boolean;
  /** Helpers are declared as functions, after they are used. */
  readonly isHoisted: boolean;
  /** The timer is assigned to a variable that is declared before. */
  readonly isAssigned: boolean;
  readonly register: 'on' | 'once' | 'property';
}

export interface Program {
  /** The helper that ends it all goes through once. */
  readonly isGuarded: boolean;
  readonly finish: Body;
  readonly stop: Body;
  readonly late: Body;
  readonly ok: Body;
  readonly fail: Body;
  /** How the parts are written. */
  readonly style: Style;
}

const few = { maxLength: 3, size: 'max' } as const;
const leaf = (...kinds: readonly ('clear' | 'remove' | 'finish' | 'return')[]) =>
  fc.record({ kind: fc.constantFrom(...kinds) });

/** `isHandler`: it may call the helper and settle the promise. */
function bodies(isHandler: boolean): fc.Arbitrary<Body> {
  const leaves = isHandler
    ? [
        { weight: 8, arbitrary: leaf('clear', 'remove', 'finish', 'return') },
        {
          weight: 3,
          arbitrary: fc.record({
            kind: fc.constant('settle' as const),
            form: fc.constantFrom<Settle>(
              'resolve',
              'reject',
              'settle',
              'settle-arrow',
              'later',
              'return',
            ),
          }),
        },
      ]
    : [{ weight: 3, arbitrary: leaf('clear', 'remove') }];
  return fc.letrec<{ stmt: Stmt; body: Body }>((tie) => ({
    stmt: fc.oneof(
      { maxDepth: 2, depthSize: 'small', withCrossShrink: true },
      ...leaves,
      {
        weight: isHandler ? 3 : 1,
        arbitrary: fc.record({
          kind: fc.constant('if' as const),
          test: fc.constantFrom('flag' as const, 'a'),
          then: tie('body'),
          else: tie('body'),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('try' as const),
          body: tie('body'),
          last: tie('body'),
        }),
      },
    ),
    body: fc.array(tie('stmt'), few),
  })).body;
}

const has = (body: Body, test: (stmt: Stmt) => boolean): boolean =>
  body.some(
    (stmt) =>
      test(stmt) ||
      (stmt.kind === 'if' && (has(stmt.then, test) || has(stmt.else, test))) ||
      (stmt.kind === 'try' && (has(stmt.body, test) || has(stmt.last, test))),
  );

/** An event that only clears up has the timer or the listener handed over to it, whatever else happens. */
const handler = bodies(true).filter(
  (body) =>
    has(body, ({ kind }) => kind === 'settle') ||
    !has(body, ({ kind }) => kind === 'clear' || kind === 'remove' || kind === 'finish'),
);

/** What an event always comes to. */
const settling = (form: Settle): fc.Arbitrary<Body> =>
  bodies(false).chain((first) =>
    fc
      .boolean()
      .map((finishes): Body => [
        ...first,
        ...(finishes ? [{ kind: 'finish' as const }] : []),
        { kind: 'settle', form },
      ]),
  );

export const program: fc.Arbitrary<Program> = fc.record({
  isGuarded: fc.boolean(),
  finish: fc
    .uniqueArray(fc.constantFrom<Release>('clear', 'remove'))
    .map((list) => list.map((kind) => ({ kind }))),
  stop: settling('reject'),
  late: settling('reject'),
  ok: fc.oneof(settling('resolve'), handler),
  fail: fc.oneof(settling('reject'), handler),
  style: fc.record({
    failIsNamed: fc.boolean(),
    isHoisted: fc.boolean(),
    isAssigned: fc.boolean(),
    register: fc.constantFrom<Style['register']>('on', 'once', 'property'),
  }),
});

const SETTLES: Readonly<Record<Settle, string>> = {
  resolve: 'resolve(1);',
  reject: "reject(new Error('failed'));",
  settle: 'settle(resolve);',
  'settle-arrow': 'settle(() => resolve(1));',
  return: 'return resolve(1);',
  later: 'queueMicrotask(resolve);',
};

export function print(sample: Program): string {
  let sites = 0;
  const block = (list: Body): string => `{ ${list.map(line).join(' ')} }`;
  const line = (stmt: Stmt): string => {
    switch (stmt.kind) {
      case 'clear':
        return 'clearTimeout(timer);';
      case 'remove':
        return "signal.removeEventListener('abort', stop);";
      case 'finish':
        return 'finish();';
      case 'return':
        return 'return;';
      case 'settle':
        return SETTLES[stmt.form];
      case 'if': {
        const test = stmt.test === 'a' ? 'a' : `flag(${String((sites += 1))})`;
        return `if (${test}) ${block(stmt.then)} else ${block(stmt.else)}`;
      }
      case 'try':
        return `try ${block(stmt.body)} finally ${block(stmt.last)}`;
    }
  };
  const { style } = sample;
  const guard = sample.isGuarded ? 'if (isOver) return; isOver = true; ' : '';
  const helper = (name: string, parameters: string, body: string): string =>
    style.isHoisted
      ? `function ${name}(${parameters}) { ${body} }`
      : `const ${name} = (${parameters}) => { ${body} };`;
  const register = (event: string, handler: string): string =>
    style.register === 'property'
      ? `emitter.on${event} = ${handler};`
      : `emitter.${style.register}('${event}', ${handler});`;
  const helpers = [
    helper('finish', '', `${guard}${sample.finish.map(line).join(' ')}`),
    helper('settle', 'how', 'finish(); how();'),
    helper('stop', '', sample.stop.map(line).join(' ')),
  ];
  const timer = `timer = setTimeout(() => ${block(sample.late)}, 100);`;
  const fail = block(sample.fail);
  const lines = [
    'let isOver = false;',
    ...(style.isHoisted ? [] : helpers),
    style.isAssigned ? `let timer;\n${timer}` : `const ${timer}`,
    "signal.addEventListener('abort', stop, { once: true });",
    register('ok', `() => ${block(sample.ok)}`),
    style.failIsNamed ? `function failed() ${fail}` : '',
    register('fail', style.failIsNamed ? 'failed' : `() => ${fail}`),
    ...(style.isHoisted ? helpers : []),
  ];
  return `function subject(emitter, signal, a) {
return new Promise((resolve, reject) => {
${lines.join('\n')}
});
}
`;
}
