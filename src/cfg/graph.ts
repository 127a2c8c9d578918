/**
 * The control-flow graph of one function: blocks of instructions, joined by edges that say why control takes them.
 *
 * ```ts
 * async function f(p) {          B0 entry   evaluate p
 *   if (p) {                     B0 -true(p)-> B1   B0 -false(p)-> B2
 *     await p;                   B1 await p         B1 -throw(await p)-> B4   B1 -normal-> B2
 *   }
 * }                              B2 -normal-> B3 exit          B4 throw exit
 * ```
 *
 * The graph is exact about what decides ownership questions: every completion of a `try` runs its own copy of the
 * `finally` block and resumes that completion, `using` disposes on each of them, an `await` may reject, a `yield` may
 * never be resumed. It knows syntax only: what may throw and what returns is asked of the {@link Policies}.
 *
 * Not modelled: exceptions of member reads, arithmetic and implicit conversions; the number of iterations of a loop;
 * interleaving of concurrent tasks (a spliced callback runs once, where its promise settles).
 */
import type { TSESTree } from '@typescript-eslint/utils';

/** A piece of code with a graph of its own. A property stands for its initialiser. */
export type FunctionUnit =
  | TSESTree.Program
  | TSESTree.FunctionDeclaration
  | TSESTree.FunctionExpression
  | TSESTree.ArrowFunctionExpression
  | TSESTree.StaticBlock
  | TSESTree.PropertyDefinition
  | TSESTree.AccessorProperty;

/**
 * What a block does, in evaluation order. An AST node may stand in several blocks (copies of a `finally`).
 *
 * - `statement`: control reaches this statement (before anything of it is evaluated).
 * - `evaluate`: the expression has just got its value, after its operands. Also emitted for: a `VariableDeclarator`
 *   or `AssignmentExpression` once its targets are bound; a function or class (its value is created; function
 *   declarations where their block starts); a `ReturnStatement`/`ThrowStatement` once its argument is evaluated.
 * - `bind`: one leaf of a pattern receives its part of `value`, the expression that supplies the value of the whole
 *   pattern (initialiser, right-hand side, also that of a logical assignment, argument of a spliced call); `value` is
 *   undefined when no expression of this graph does (a parameter, the item of a `for-of`, a caught error, an arithmetic
 *   or update assignment). A declarator without initialiser emits a `bind` for `let`/`const` only. `value` is
 *   undefined there too and `absent` is true: the variable now holds `undefined`.
 * - `invoke`: a function that is not spliced runs here: a callback of `then`/`catch`/`finally` given by reference.
 * - `dispose`: a `using` declaration disposes its resources.
 * - `scope-end`: the bindings of this block scope die (emitted on every completion that leaves it): of a block, `switch`,
 *   loop, `catch` clause, or of a spliced function, whose parameters and outermost bindings are meant.
 */
export type Instruction =
  | { readonly kind: 'statement'; readonly node: TSESTree.Node }
  | { readonly kind: 'evaluate'; readonly node: TSESTree.Node }
  | {
      readonly kind: 'bind';
      readonly node: TSESTree.Identifier | TSESTree.MemberExpression;
      readonly value: TSESTree.Expression | undefined;
      readonly absent?: true;
    }
  | {
      readonly kind: 'invoke';
      readonly node: TSESTree.Expression;
      readonly call: TSESTree.CallExpression;
    }
  | { readonly kind: 'dispose'; readonly node: TSESTree.VariableDeclaration }
  | { readonly kind: 'scope-end'; readonly node: TSESTree.Node };

/**
 * What a branch asks about its test: is it truthy, is it `null` or `undefined`, is it `undefined` (a default value is
 * taken), does the iterator have a next item (test: the loop's right-hand side), does the discriminant equal this
 * case (test: the `SwitchCase`), was the promise fulfilled (test: the `then`/`catch`/`finally` call).
 */
export type Question = 'truthy' | 'nullish' | 'undefined' | 'next' | 'case' | 'fulfilled';

/** Why control goes on after a `finally` copy or a disposal: the completion that was pending. */
export type Completion =
  | { readonly kind: 'normal' }
  | { readonly kind: 'return'; readonly node: TSESTree.Node }
  | { readonly kind: 'throw'; readonly node: TSESTree.Node }
  | { readonly kind: 'break'; readonly node: TSESTree.Node }
  | { readonly kind: 'continue'; readonly node: TSESTree.Node };

/**
 * - `true`/`false`: the answer to `question` about `test`.
 * - `throw`: the operation `cause`, the last instruction of the block, throws or rejects instead of completing.
 * - `abandon`: the generator's consumer called `return()` at this `yield`.
 * - `back`: to the head of the loop `loop`.
 * - `resume`: from the end of a `finally` copy, to where the pending completion goes on.
 */
export type EdgeKind =
  | { readonly kind: 'normal' }
  | { readonly kind: 'true' | 'false'; readonly test: TSESTree.Node; readonly question: Question }
  | { readonly kind: 'throw'; readonly cause: TSESTree.Node }
  | { readonly kind: 'abandon'; readonly cause: TSESTree.YieldExpression }
  | { readonly kind: 'back'; readonly loop: TSESTree.Node }
  | { readonly kind: 'resume'; readonly completion: Completion };

export interface Edge {
  readonly from: Block;
  readonly to: Block;
  readonly why: EdgeKind;
}

/** The role of a block, for readable listings and witnesses. */
export type BlockRole =
  | 'entry'
  | 'exit'
  | 'throw-exit'
  | 'body'
  | 'then'
  | 'else'
  | 'join'
  | 'loop-head'
  | 'loop-body'
  | 'loop-update'
  | 'loop-end'
  | 'case'
  | 'switch-end'
  | 'catch'
  | 'finally'
  | 'dispose'
  | 'scope-end'
  | 'callback'
  | 'unreachable';

/**
 * Invariants: `out` of one block and `in` of another hold the same `Edge` objects; an operation that may throw is the
 * last instruction of its block; a block has at most one `true` and one `false` edge, and they ask the same.
 */
export interface Block {
  /** Index in {@link Cfg.blocks}. */
  readonly id: number;
  readonly role: BlockRole;
  /** The statement or expression the block belongs to. */
  readonly node: TSESTree.Node;
  readonly instructions: readonly Instruction[];
  readonly out: readonly Edge[];
  readonly in: readonly Edge[];
}

/** Why a graph must not be relied on: syntax the builder does not know, or a budget that ran out. */
export interface Incomplete {
  readonly node: TSESTree.Node;
  readonly reason: 'unknown-syntax' | 'too-deep' | 'too-large';
}

/**
 * Blocks are in reverse postorder from `entry`; the two exits follow, then unreachable blocks (code that no path
 * reaches keeps its blocks, so that every node of the function is somewhere).
 */
export interface Cfg {
  readonly unit: FunctionUnit;
  readonly blocks: readonly Block[];
  readonly entry: Block;
  /** Returns and the implicit return. */
  readonly exit: Block;
  /** Throws and rejections that leave the function. */
  readonly throwExit: Block;
  /** Blocks `0 .. reachable - 1` are reachable, plus an exit that has an edge in from one of them. */
  readonly reachable: number;
  readonly incomplete: Incomplete | undefined;
}

/**
 * What the builder asks of its caller. All of them are pure functions of their arguments.
 */
export interface Policies {
  /**
   * May this operation throw instead of completing? Asked of calls, `new`, tagged templates, `import()`,
   * disposals (a `VariableDeclaration`), and of the promise-like operand of every `await`, `for await` step,
   * `yield*` in an async generator and settlement call: see {@link Policies.mayReject}.
   * `caught`: a `catch` clause of this function encloses the operation. A spliced function counts as code of its own
   * unless its exceptions go to the handlers around it, as those of an immediately invoked one do.
   */
  readonly mayThrow: (operation: TSESTree.Node, caught: boolean) => boolean;
  /** May the promise that this expression gives be rejected? */
  readonly mayReject: (promise: TSESTree.Node) => boolean;
  /** Does every `yield` have an edge that leaves through the enclosing `finally` blocks? */
  readonly mayAbandon: boolean;
  /**
   * How a call, `new` or `await` completes: `returns` (possibly), `throws` (never normally, always by throwing),
   * `exits` (control never comes back).
   */
  readonly completes: (operation: TSESTree.Node) => 'returns' | 'throws' | 'exits';
  /** The truth value of a test that is constant, else undefined. Asked of leaf tests only (no `!`, `&&`, `||`). */
  readonly truthiness: (test: TSESTree.Node) => boolean | undefined;
  /** Lower immediately invoked functions, promise executors and settlement callbacks where they run. */
  readonly splice: boolean;
}

/** Fails to compile when a union gains a member that a switch does not handle. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
