/**
 * A protocol says which call starts an obligation, where in its result the handle is, and how the handle is released.
 * It is data: the analysis interprets it (analysis/handles/acquires.ts and analysis/uses.ts).
 *
 * ```ts
 * const [ctx, cancel] = withCancel(parent);   // acquire: call named withCancel; handle: element 1
 * cancel();                                   // release: calling the handle
 * ```
 *
 * Every release is a call of a function found in the result: the result itself, or the part of it under one of
 * `handle.keys`. So a token source (`source.dispose()`) and a destructured pair are the same kind of thing.
 */

import type { Word } from '../ast/words.ts';

/**
 * Which call or `new` acquires. A call matches by its last name, free or member; `from`: what is called must come from
 * this module. `any` is any call or `new`, but for those of the names `except`.
 */
type AcquireMatcher =
  | { readonly kind: 'call'; readonly names: readonly string[]; readonly from?: string }
  | { readonly kind: 'any-call' | 'any'; readonly except: RegExp }
  | { readonly kind: 'new'; readonly names: readonly string[] };

/**
 * Where the handle is in the result.
 *
 * - `part`: under any of `keys`; the call counts as an acquire only where the code takes the result apart, which shows
 *   that it is such a pair. `companions` are the parts that may be taken without the handle (it is then discarded);
 *   `required`: one of the companions must be taken too.
 * - `method`: the result is an object and each of `keys` releases it. With a `token`, only an argument, or handing the
 *   token to a call, makes it an obligation. `linked`: a signal made of other signals. A call that gets it only borrows
 *   it, and a controller of one's own among its sources ends it.
 * - `unreachable`: taking `member` of the fresh result makes the handle unreachable for good.
 * - `called-local` and `released-local`: nothing about the call tells, but what the code does with its result: *some
 *   path* releases it, which is the evidence that every path must. The result, or a part of it, is a function in a
 *   local of one of these names; or it is an object in a local, each of `keys` releases it, and one of `evidence` does
 *   on some path. `lent`: a call that is waited for only borrows it where that release follows.
 */
export type HandleShape =
  | {
      readonly kind: 'part';
      readonly keys: readonly string[];
      readonly companions: readonly string[];
      readonly required: boolean;
    }
  | {
      readonly kind: 'method';
      readonly keys: readonly string[];
      readonly token?: string;
      readonly linked?: boolean;
    }
  | { readonly kind: 'unreachable'; readonly member: readonly string[] }
  | { readonly kind: 'called-local'; readonly names: RegExp }
  | {
      readonly kind: 'released-local';
      readonly keys: readonly string[];
      readonly evidence: readonly string[];
      readonly lent?: boolean;
    };

/** How messages speak of a handle. */
export interface Wording {
  readonly name: string;
  /** What the handle is called in messages: "the cancel function". */
  readonly noun: string;
  /** What must happen to it, as in "is not called" / "is not disposed". */
  readonly released: string;
  /** What the reader should do, as an imperative clause. */
  readonly cure: string;
  /** What stays alive when the handle is lost. */
  readonly consequence: string;
}

export interface Protocol extends Wording {
  /** One of them is in the text of every file with an acquire. */
  readonly words: readonly Word[];
  /** What such a text must hold, too. It begins with a literal where it can: what looks behind is slow to search for. */
  readonly trigger: RegExp;
  readonly acquire: AcquireMatcher;
  readonly handle: HandleShape;
  /** Is an awaited result still the pair? (`const { signal, cancel } = await link()`) */
  readonly awaited: boolean;
}
