/** Programs by hand: one handle `cancel`, and a word for each construct around it. */
import type {
  Acquire,
  Callback,
  Expr,
  FunctionKind,
  Helper,
  Link,
  Program,
  ReturnValue,
  Shape,
  Stmt,
  Variable,
} from './program.ts';

const CALLS: Readonly<Record<Shape, readonly [Acquire['pattern'], string]>> = {
  function: ['tuple', 'withCancel(p)'],
  object: ['whole', 'withTimeout(p, 5)'],
  source: ['whole', 'new CancellationTokenSource(p)'],
};

/** What a hand-written program is written with. Each `Sketch` is for one program. */
export interface Sketch {
  readonly cancel: Variable;
  /** `const [ctx, cancel] = withCancel(p)` with its like for other shapes. */
  readonly acquire: (keyword?: 'const' | 'let' | 'var') => Stmt;
  readonly empty: () => Stmt;
  readonly assign: (op?: '=' | '??=') => Stmt;
  readonly discard: () => Stmt;
  readonly clear: () => Stmt;
  readonly alias: (name: Variable, value: Expr) => Stmt;
  readonly realias: (name: Variable, value: Expr) => Stmt;
  readonly variable: (name: string, writable?: boolean) => Variable;
  readonly release: (
    variable?: Variable,
    form?: Extract<Expr, { kind: 'release' }>['form'],
  ) => Stmt;
  readonly hand: (form: Extract<Expr, { kind: 'hand' }>['form']) => Stmt;
  readonly read: (form: Extract<Expr, { kind: 'read' }>['form']) => Stmt;
  readonly guard: (form?: Extract<Expr, { kind: 'guard' }>['form']) => Expr;
  readonly op: () => Stmt;
  readonly call: () => Expr;
  readonly wait: () => Stmt;
  readonly yields: () => Stmt;
  readonly unknown: () => Expr;
  readonly flag: (name: string) => Expr;
  readonly when: (test: Expr, then: readonly Stmt[], otherwise?: readonly Stmt[]) => Stmt;
  readonly attempt: (
    body: readonly Stmt[],
    handler?: readonly Stmt[],
    last?: readonly Stmt[],
  ) => Stmt;
  readonly loop: (test: Expr, body: readonly Stmt[], label?: string) => Stmt;
  readonly repeat: (body: readonly Stmt[], test: Expr) => Stmt;
  readonly counted: (body: readonly Stmt[], test?: Expr) => Stmt;
  readonly each: (flavour: 'of' | 'in' | 'await' | 'using', body: readonly Stmt[]) => Stmt;
  readonly choice: (cases: readonly (readonly ['default' | number, readonly Stmt[]])[]) => Stmt;
  readonly block: (body: readonly Stmt[], label?: string) => Stmt;
  readonly leave: (kind: 'break' | 'continue', label?: string) => Stmt;
  readonly returns: (value?: ReturnValue) => Stmt;
  readonly fail: () => Stmt;
  readonly using: (waits?: boolean) => Stmt;
  readonly adopt: () => Stmt;
  readonly exit: () => Stmt;
  readonly run: (expr: Expr) => Stmt;
  readonly iife: (body: readonly Stmt[], async?: boolean) => Expr;
  readonly executor: (body: readonly Stmt[]) => Expr;
  readonly chain: (links: readonly Link[], end?: 'awaited' | 'floating') => Expr;
  readonly handler: (body: readonly Stmt[]) => Callback;
  readonly reference: () => Callback;
  readonly helper: (body: readonly Stmt[], parameter?: Variable) => Helper;
  readonly calls: (helper: Helper, argument?: Variable) => Stmt;
}

const TRUE: Expr = { kind: 'literal', text: 'true' };
export const NOOP: Expr = { kind: 'literal', text: 'noop' };
export const forever: Expr = TRUE;
export const not = (of: Expr): Expr => ({ kind: 'not', of });
export const both = (left: Expr, right: Expr): Expr => ({
  kind: 'logical',
  op: '&&',
  left,
  right,
});

export function program(
  kind: FunctionKind,
  write: (sketch: Sketch) => readonly Stmt[],
  shape: Shape = 'function',
): Program {
  const acquires: Acquire[] = [];
  const parameters: string[] = [];
  let last = 0;
  const id = (): number => (last += 1);
  const cancel: Variable = {
    id: id(),
    name: { function: 'cancel', object: 's', source: 'cts' }[shape],
    shape,
    fixed: false,
    writable: true,
    primary: true,
  };
  const [pattern, call] = CALLS[shape];
  const take = (variable: Variable | undefined): Acquire => {
    const acquire: Acquire = { id: id(), call, pattern, variable };
    acquires.push(acquire);
    return acquire;
  };
  const run = (expr: Expr): Stmt => ({ kind: 'expression', expr });
  const plainCall = (): Expr => ({ kind: 'call', id: id(), form: 'call', args: [] });
  const parameter = (name: string): string => {
    if (!parameters.includes(name)) parameters.push(name);
    return name;
  };

  const sketch: Sketch = {
    cancel,
    acquire: (keyword = 'const') => ({
      kind: 'declare',
      id: id(),
      keyword,
      acquire: take(cancel),
    }),
    empty: () => ({ kind: 'declare-empty', keyword: 'let', variable: cancel }),
    assign: (op = '=') => run({ kind: 'acquire', id: id(), acquire: take(cancel), op }),
    discard: () => ({ kind: 'declare', id: id(), keyword: 'const', acquire: take(undefined) }),
    clear: () =>
      run({ kind: 'alias', variable: cancel, value: { kind: 'literal', text: 'undefined' } }),
    alias: (variable, value) => ({
      kind: 'declare-alias',
      keyword: variable.writable ? 'let' : 'const',
      variable,
      value,
    }),
    realias: (variable, value) => run({ kind: 'alias', variable, value }),
    variable: (name, writable = false) => ({
      id: id(),
      name,
      shape: 'function',
      fixed: false,
      writable,
      primary: false,
    }),
    release: (variable = cancel, form = 'call') =>
      run({ kind: 'release', id: id(), variable, form }),
    hand: (form) => run({ kind: 'hand', id: id(), variable: cancel, form }),
    read: (form) => run({ kind: 'read', id: id(), variable: cancel, form }),
    guard: (form = 'plain') => ({ kind: 'guard', id: id(), variable: cancel, form }),
    op: () => run(plainCall()),
    call: plainCall,
    wait: () => run({ kind: 'await', id: id(), of: plainCall() }),
    yields: () => run({ kind: 'yield', id: id(), of: undefined, delegate: false }),
    unknown: () => {
      const node = id();
      return { kind: 'unknown', id: node, text: parameter(`c${String(node)}`) };
    },
    flag: (name) => ({ kind: 'flag', id: id(), name: parameter(name) }),
    when: (test, then, otherwise) => ({ kind: 'if', test, then, else: otherwise }),
    attempt: (body, handler, end) => ({ kind: 'try', body, catch: handler, finally: end }),
    loop: (test, body, label) => ({ kind: 'while', id: id(), label, test, body }),
    repeat: (body, test) => ({ kind: 'do-while', id: id(), label: undefined, test, body }),
    counted: (body, test) => ({
      kind: 'for',
      id: id(),
      label: undefined,
      head: 'let i = 0',
      test,
      update: undefined,
      body,
    }),
    each: (flavour, body) => ({
      kind: 'for-each',
      id: id(),
      label: undefined,
      flavour,
      over: { kind: 'unknown', id: id(), text: 'p.list' },
      body,
    }),
    choice: (cases) => ({
      kind: 'switch',
      id: id(),
      label: undefined,
      over: plainCall(),
      cases: cases.map(([test, body]) => ({ test, body })),
    }),
    block: (body, label) => ({ kind: 'block', label, body }),
    leave: (kindOfJump, label) => ({ kind: kindOfJump, label }),
    returns: (value) => ({ kind: 'return', id: id(), value }),
    fail: () => ({ kind: 'throw' }),
    using: (waits = false) => ({
      kind: 'using',
      id: id(),
      await: waits,
      name: `r${String(id())}`,
      acquire: undefined,
    }),
    adopt: () => ({
      kind: 'using',
      id: id(),
      await: false,
      name: cancel.name,
      acquire: take(cancel),
    }),
    exit: () => ({ kind: 'exit', id: id() }),
    run,
    iife: (body, async = false) => ({ kind: 'iife', async, body }),
    executor: (body) => ({ kind: 'executor', id: id(), body }),
    chain: (links, end = 'awaited') => ({ kind: 'chain', id: id(), base: plainCall(), links, end }),
    handler: (body) => ({ kind: 'inline', async: false, body }),
    reference: () => ({ kind: 'handle', id: id(), variable: cancel }),
    helper: (body, own) => ({ name: `local${String(id())}`, form: 'arrow', parameter: own, body }),
    calls: (helper, argument) => run({ kind: 'helper-call', id: id(), helper, argument }),
  };
  const body = write(sketch);
  return { kind, container: 'declaration', parameters, flags: [], acquires, body };
}

export const declares = (helper: Helper): Stmt => ({ kind: 'helper', helper });
export const valueOf = (variable: Variable): Expr => ({
  kind: 'handle',
  variable,
  picked: variable.shape === 'object',
});
