/**
 * The little language of the oracle: what a random program is made of. One program is printed twice,
 * as the TypeScript that the rule reads (lint-text.ts) and as a generator function that V8 runs on
 * every path (run-text.ts).
 *
 * ```
 * gene (random tree) -> Program (grow.ts) -> lint text -> the rule's verdict per acquire
 *                                         -> run text  -> explore.ts -> the truth per acquire
 * ```
 *
 * A node with an `id` is a place where the outside world decides: a test, a rejection, a throw.
 */

export type Tier = 'explicit' | 'await' | 'call';
export type FunctionKind = 'sync' | 'async' | 'generator' | 'async-generator';

/** `function`: the cancel function itself; `object`: `s.cancel()`; `source`: `cts.dispose()`. */
export type Shape = 'function' | 'object' | 'source';

export interface Variable {
  readonly id: number;
  readonly name: string;
  readonly shape: Shape;
  /** A `const` that holds a handle as soon as it is declared. */
  readonly fixed: boolean;
  /** `let` or `var`. */
  readonly writable: boolean;
  /** Holds the handle of an acquire, rather than a copy of another variable. */
  readonly primary: boolean;
  /** Has one acquire only, and nothing else is written to it. */
  readonly once?: boolean;
}

/** One acquire of the program: the unit of a verdict. */
export interface Acquire {
  readonly id: number;
  /** The call or `new` in the source. */
  readonly call: string;
  /** How the result is taken apart: `[ctx, cancel]`, `{ signal, cancel }`, `s`, `.cancel`. */
  readonly pattern: 'tuple' | 'hole' | 'record' | 'helper' | 'whole' | 'picked';
  /** The variable that gets the handle; undefined: the pattern leaves it out. */
  readonly variable: Variable | undefined;
  /** `test ? call : undefined`. */
  readonly test?: Expr;
}

/** A local container that cancel functions are put into. */
export interface Bag {
  readonly id: number;
  readonly sort: 'array' | 'set' | 'map' | 'object';
  readonly name: string;
}

/** A function of the program that is only ever called in it. */
export interface Helper {
  readonly name: string;
  readonly form: 'arrow' | 'expression' | 'function' | 'method';
  readonly parameter: Variable | undefined;
  readonly body: readonly Stmt[];
  /** Its calls are awaited. */
  readonly async?: boolean;
  /** It may begin with a call of itself, and then does nothing more. */
  readonly recursive?: boolean;
}

export interface Link {
  readonly method: 'then' | 'catch' | 'finally';
  readonly callbacks: readonly Callback[];
}

export type Callback =
  | { readonly kind: 'inline'; readonly async: boolean; readonly body: readonly Stmt[] }
  | { readonly kind: 'handle'; readonly id: number; readonly variable: Variable }
  | { readonly kind: 'none' };

export type Expr =
  /** Any text that cannot throw and whose value nobody knows. */
  | { readonly kind: 'unknown'; readonly id: number; readonly text: string }
  /** A `const` flag or parameter that keeps its value: correlated tests. */
  | { readonly kind: 'flag'; readonly id: number; readonly name: string }
  | { readonly kind: 'literal'; readonly text: string }
  /** Writes a constant to a `let` of the program. */
  | { readonly kind: 'set'; readonly name: string; readonly text: string }
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly form: 'call' | 'method' | 'new' | 'tagged' | 'import';
      readonly args: readonly Expr[];
    }
  | { readonly kind: 'optional'; readonly id: number; readonly args: readonly Expr[] }
  | { readonly kind: 'await'; readonly id: number; readonly of: Expr }
  | {
      readonly kind: 'yield';
      readonly id: number;
      readonly of: Expr | undefined;
      readonly delegate: boolean;
    }
  | { readonly kind: 'not'; readonly of: Expr }
  | {
      readonly kind: 'logical';
      readonly op: '&&' | '||' | '??';
      readonly left: Expr;
      readonly right: Expr;
    }
  | { readonly kind: 'ternary'; readonly test: Expr; readonly then: Expr; readonly else: Expr }
  | { readonly kind: 'sequence'; readonly parts: readonly Expr[] }
  | {
      readonly kind: 'wrap';
      readonly form: 'array' | 'object' | 'template' | 'as' | 'member' | 'sum' | 'spread';
      readonly parts: readonly Expr[];
    }
  | {
      readonly kind: 'assign';
      readonly id: number;
      readonly name: string;
      readonly op: '=' | '&&=' | '||=' | '??=';
      readonly right: Expr;
    }
  /** The value of a handle variable; `picked`: `s.cancel`. */
  | { readonly kind: 'handle'; readonly variable: Variable; readonly picked: boolean }
  | {
      readonly kind: 'guard';
      readonly id: number;
      readonly variable: Variable;
      readonly form: 'plain' | 'not-null' | 'not-undefined' | 'typeof' | 'boolean' | 'twice';
    }
  | {
      readonly kind: 'release';
      readonly id: number;
      readonly variable: Variable;
      readonly form:
        | 'call'
        | 'optional'
        | 'and'
        | 'if-test'
        | 'dot-call'
        | 'for-each'
        | 'comma'
        | 'non-null'
        | 'apply';
    }
  | {
      readonly kind: 'read';
      readonly id: number;
      readonly variable: Variable;
      readonly form: 'console' | 'void' | 'typeof' | 'compare' | 'signal' | 'stop';
    }
  | {
      readonly kind: 'hand';
      readonly id: number;
      readonly variable: Variable;
      readonly form:
        | 'argument'
        | 'closure'
        | 'object'
        | 'new'
        | 'push'
        | 'property'
        | 'outer'
        | 'yield'
        | 'timer'
        | 'listener'
        | 'microtask'
        | 'each';
    }
  | {
      readonly kind: 'acquire';
      readonly id: number;
      readonly acquire: Acquire;
      readonly op: '=' | '??=';
    }
  | { readonly kind: 'alias'; readonly variable: Variable; readonly value: Expr }
  /** `all.push(cancel)`. */
  | {
      readonly kind: 'put';
      readonly id: number;
      readonly bag: Bag;
      readonly variable: Variable;
    }
  /** `all.forEach((f) => f())`, `keep(all)`. */
  | { readonly kind: 'drain' | 'hand-bag'; readonly id: number; readonly bag: Bag }
  | { readonly kind: 'iife'; readonly async: boolean; readonly body: readonly Stmt[] }
  /** `void (async () => { … })()`: nobody waits for it. */
  | { readonly kind: 'detached'; readonly body: readonly Stmt[] }
  /** `await new Promise((resolve, reject) => { body; start(resolve, reject); })`. */
  | { readonly kind: 'executor'; readonly id: number; readonly body: readonly Stmt[] }
  /** `await Promise.all([…])`. */
  | { readonly kind: 'all'; readonly id: number; readonly arms: readonly Expr[] }
  | {
      readonly kind: 'chain';
      readonly id: number;
      readonly base: Expr;
      readonly links: readonly Link[];
      readonly end: 'awaited' | 'floating';
    }
  | {
      readonly kind: 'helper-call';
      readonly id: number;
      readonly helper: Helper;
      readonly argument: Variable | undefined;
    };

export interface SwitchCase {
  readonly test: 'default' | number;
  readonly body: readonly Stmt[];
}

export type Stmt =
  | { readonly kind: 'expression'; readonly expr: Expr }
  | { readonly kind: 'block'; readonly label: string | undefined; readonly body: readonly Stmt[] }
  | {
      readonly kind: 'if';
      readonly test: Expr;
      readonly then: readonly Stmt[];
      readonly else: readonly Stmt[] | undefined;
    }
  | {
      readonly kind: 'while' | 'do-while';
      readonly id: number;
      readonly label: string | undefined;
      readonly test: Expr;
      readonly body: readonly Stmt[];
    }
  | {
      readonly kind: 'for';
      readonly id: number;
      readonly label: string | undefined;
      readonly head: Extract<Stmt, { kind: 'declare' }> | string;
      readonly test: Expr | undefined;
      readonly update: Expr | undefined;
      readonly body: readonly Stmt[];
    }
  | {
      readonly kind: 'for-each';
      readonly id: number;
      readonly label: string | undefined;
      readonly flavour: 'of' | 'in' | 'await' | 'using';
      readonly over: Expr;
      readonly body: readonly Stmt[];
    }
  | {
      readonly kind: 'break' | 'continue';
      readonly label: string | undefined;
    }
  | {
      readonly kind: 'switch';
      readonly id: number;
      readonly label: string | undefined;
      readonly over: Expr;
      readonly cases: readonly SwitchCase[];
    }
  | {
      readonly kind: 'try';
      readonly body: readonly Stmt[];
      readonly catch: readonly Stmt[] | undefined;
      readonly finally: readonly Stmt[] | undefined;
    }
  | { readonly kind: 'throw' }
  | { readonly kind: 'return'; readonly id: number; readonly value: ReturnValue | undefined }
  | {
      readonly kind: 'declare';
      readonly id: number;
      readonly keyword: 'const' | 'let' | 'var';
      readonly acquire: Acquire;
    }
  | { readonly kind: 'declare-empty'; readonly keyword: 'let' | 'var'; readonly variable: Variable }
  | {
      readonly kind: 'declare-alias';
      readonly keyword: 'const' | 'let';
      readonly variable: Variable;
      readonly value: Expr;
    }
  | { readonly kind: 'helper'; readonly helper: Helper }
  /** `class { static { … } }`. */
  | { readonly kind: 'static'; readonly id: number; readonly body: readonly Stmt[] }
  | { readonly kind: 'bag'; readonly bag: Bag; readonly first: Variable | undefined }
  /** `for (const f of all) f();`. */
  | { readonly kind: 'drain-loop'; readonly id: number; readonly bag: Bag }
  /** `const off = false`, `let own = false`: V8 knows its value. */
  | {
      readonly kind: 'constant';
      readonly keyword: 'const' | 'let';
      readonly name: string;
      readonly text: string;
    }
  /** `const { d1 = fallback } = value`. */
  | {
      readonly kind: 'default';
      readonly id: number;
      readonly from: Expr;
      readonly fallback: Expr;
    }
  | {
      readonly kind: 'using';
      readonly id: number;
      readonly await: boolean;
      readonly name: string;
      /** `using cts = new CancellationTokenSource(p)`: released by the disposal. */
      readonly acquire: Acquire | undefined;
    }
  | { readonly kind: 'exit'; readonly id: number };

/** What a `return` hands to the caller. */
export type ReturnValue =
  | { readonly kind: 'plain'; readonly expr: Expr }
  | {
      readonly kind: 'handle';
      readonly variable: Variable;
      readonly form: 'alone' | 'object' | 'array' | 'closure';
    };

export interface Program {
  readonly kind: FunctionKind;
  readonly container: 'declaration' | 'arrow' | 'method';
  readonly parameters: readonly string[];
  /** Flags declared by `const` at the top, with their initialisers; the others are parameters. */
  readonly flags: readonly { readonly name: string; readonly init: string }[];
  readonly acquires: readonly Acquire[];
  readonly body: readonly Stmt[];
}

/** Calls `visit` on every node of a program (anything that has a `kind`). */
export function walk(
  node: unknown,
  visit: (node: Readonly<Record<string, unknown>>) => void,
): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, visit);
  } else if (typeof node === 'object' && node !== null) {
    const record = node as Readonly<Record<string, unknown>>;
    if ('kind' in record) visit(record);
    for (const value of Object.values(record)) walk(value, visit);
  }
}
