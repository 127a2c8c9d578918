/**
 * A function that hands out what it acquires: whoever calls it has to release that.
 *
 * ```ts
 * async function open() {
 *   const client = await pool.connect();   // an acquire
 *   await client.query('set role reader');
 *   return client;
 * }
 * const client = await open();             // an acquire, too
 * ```
 *
 * With type information the function may stand in another file. Not followed: methods of other objects, and functions
 * that give anything else on some path.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue } from '../../ast/bindings.ts';
import { unitOf } from '../../ast/functions.ts';
import { isFunction, unwrap, type FunctionNode } from '../../ast/nodes.ts';
import type { FileFacts } from '../file.ts';
import type { Key, Release } from '../keys.ts';
import { returnsOf } from '../return-statements.ts';
import { usesOf } from '../uses.ts';
import type { Call } from './acquires.ts';

type Node = TSESTree.Node;

export interface Making {
  /** Is the call an acquire by itself? */
  readonly acquires: (call: Call, facts: FileFacts) => boolean;
  /** What the text of a file with an acquire must hold. */
  readonly trigger: RegExp;
  readonly key: Key;
  readonly release: Release;
}

/** Functions that call functions that call functions. */
const MAX_STEPS = 3;

/** The call that gives the value, through one constant with which nothing else is done than using it. */
function madeBy(value: Node, fn: FunctionNode, making: Making, facts: FileFacts): Call | undefined {
  let it = unwrap(value);
  if (it.type === 'AwaitExpression') it = unwrap(it.argument);
  if (it.type === 'CallExpression' || it.type === 'NewExpression') return it;
  const variable = it.type === 'Identifier' ? facts.bindings.variableOf(it) : undefined;
  const constant = variable && constantValue(variable);
  if (!constant || isFunction(constant) || unitOf(constant) !== fn) return undefined;
  const isOnlyUsed = variable.references
    .filter((reference) => reference.isRead())
    .flatMap(({ identifier }) => usesOf(identifier, making.key, making.release.keys))
    .every(({ kind }) => kind === 'drop' || kind === 'return' || kind === 'release');
  return isOnlyUsed ? madeBy(constant, fn, making, facts) : undefined;
}

/** Does the function that is called give nothing but what it acquires? */
export function isMaking(call: Call, making: Making, facts: FileFacts, steps = 0): boolean {
  if (call.type !== 'CallExpression' || steps > MAX_STEPS) return false;
  const own = facts.bindings.functionOf(call.callee);
  const there = own ? undefined : facts.elsewhere(call.callee, making.trigger);
  const fn = own ?? there?.value;
  if (!fn || !isFunction(fn) || fn.generator) return false;
  const home = there?.facts ?? facts;
  const results = returnsOf(fn, home);
  return (
    results.length > 0 &&
    results.every(({ value }) => {
      const made = value && madeBy(value, fn, making, home);
      if (!made) return false;
      return making.acquires(made, home) || isMaking(made, making, home, steps + 1);
    })
  );
}
