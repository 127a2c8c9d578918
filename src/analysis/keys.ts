/**
 * Where in a value the handle is: a path of keys.
 *
 * ```
 * cancel                       WHOLE       the releasing function itself
 * source                       PART        under one of the protocol's keys: source.dispose
 * { stop: cancel }             'stop'
 * [source]                     '0', PART
 * list (after list.push(cancel))  ANY      under some key that nobody knows
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';

type Node = TSESTree.Node;

export type Key = string;
export const WHOLE: Key = '';
export const PART: Key = '<part>';
export const ANY: Key = '*';

const SEPARATOR = '\u0001';
/** Containers in containers in containers: beyond, the keys are not told apart. */
const MAX_DEPTH = 3;

/** The keys that {@link PART} stands for. */
export type Keys = ReadonlySet<string>;

/** The key of a container that holds, under `name`, a value that has the handle under `key`. */
export function inside(name: string, key: Key): Key {
  if (key === WHOLE) return name;
  const path = [name, ...key.split(SEPARATOR)];
  return (path.length > MAX_DEPTH ? [ANY, ...path.slice(1 - MAX_DEPTH)] : path).join(SEPARATOR);
}

/** The key of the element of a container. */
export function elementKey(key: Key): Key {
  const end = key.indexOf(SEPARATOR);
  return end < 0 ? WHOLE : key.slice(end + 1);
}

function headOf(key: Key): string {
  const end = key.indexOf(SEPARATOR);
  return end < 0 ? key : key.slice(0, end);
}

/** Could reading `name` give the part that has the handle? An unknown name could. */
export function isUnder(key: Key, name: string | undefined, keys: Keys): boolean {
  const head = headOf(key);
  if (head === WHOLE) return false;
  if (head === ANY || name === undefined) return true;
  return head === PART ? keys.has(name) : head === name;
}

/** Is it certain that `name`, and nothing else, gives that part? */
export function isExactlyUnder(key: Key, name: string | undefined): boolean {
  const head = headOf(key);
  return name !== undefined && head === name && head !== ANY;
}

export function isCollection(key: Key): boolean {
  const head = headOf(key);
  return head === ANY || /^\d+$/.test(head);
}

/** How the followed handle is released. */
export interface Release {
  /** Calling one of these parts of a value that has the handle under {@link PART}. */
  readonly keys: Keys;
  /** Passing it to this function (`clearTimeout`). */
  readonly byArgument: (callee: Node) => boolean;
  /** As which argument; the first, if not said otherwise. */
  readonly argument?: number;
  /** A closure given to this very call runs too late to release what the call returns. */
  readonly own: Node | undefined;
  /** Does this call, of a function of which nothing is known, only borrow what is passed to it? */
  readonly lent: (call: TSESTree.CallExpression | TSESTree.NewExpression) => boolean;
}

/** For following functions as values: nothing but calling them matters. */
export const BY_CALL: Release = {
  keys: new Set(),
  byArgument: () => false,
  own: undefined,
  lent: () => false,
};
