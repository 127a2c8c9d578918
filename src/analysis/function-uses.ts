/**
 * What becomes of a function: a function -> where it is called, runs on a settlement, or goes out of sight.
 *
 * ```ts
 * const clean = () => off(h);
 * clean();                      // call
 * void work().finally(clean);   // settlement
 * socket.on('close', clean);    // handed over
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../ast/bindings.ts';
import { isSettlement, settlementCallbacks, spliceSite, unitOf } from '../ast/functions.ts';
import { isFunction, type FunctionNode } from '../ast/nodes.ts';
import { callsTo } from './callers.ts';
import type { FileFacts } from './file.ts';
import { BY_CALL, WHOLE, type Key } from './keys.ts';
import { usesOf, type Use } from './uses.ts';

type Node = TSESTree.Node;

/** `at` is where it happens: the call, the callback argument of a settlement, the place that takes the function. */
export interface FunctionUse {
  readonly kind: 'call' | 'settlement' | 'handover' | 'method';
  readonly at: Node;
}

const NO_KEYS: ReadonlySet<string> = new Set();

/** The function that runs a node, beyond those that run as a part of another. */
export function hostOf(node: Node): FunctionNode | undefined {
  let unit = unitOf(node);
  for (;;) {
    if (!isFunction(unit)) return undefined;
    const site = spliceSite(unit);
    if (!site) return unit;
    unit = unitOf(site);
  }
}

function usesOfName(
  variable: Variable,
  key: Key,
  facts: FileFacts,
  seen: Set<Variable>,
  isLeftOut: (read: Node) => boolean = () => false,
): readonly FunctionUse[] {
  if (seen.has(variable)) return [];
  seen.add(variable);
  return variable.references.flatMap((reference) =>
    reference.isRead() && !isLeftOut(reference.identifier)
      ? usesOfValue(reference.identifier, key, facts, seen)
      : [],
  );
}

function useOf(use: Use, facts: FileFacts, seen: Set<Variable>): readonly FunctionUse[] {
  const { bindings, ownership } = facts;
  switch (use.kind) {
    case 'release':
    case 'element-callback':
    case 'iterate':
      return [{ kind: 'call', at: use.at }];
    case 'drop':
      return [];
    case 'bind': {
      const variable = bindings.variableOf(use.at);
      return variable ? usesOfName(variable, use.key, facts, seen) : [];
    }
    case 'argument': {
      if (isSettlement(use.at) && settlementCallbacks(use.at).includes(use.argument)) {
        return [{ kind: 'settlement', at: use.argument }];
      }
      const done = ownership.strengthOfArgument(use.at, use.argument, use.key, BY_CALL);
      if (done === 'none') return [];
      return [{ kind: done === 'release' ? 'call' : 'handover', at: use.at }];
    }
    case 'put': {
      const container = bindings.variableOf(use.container);
      const followed = container && usesOfName(container, use.key, facts, seen);
      return followed?.some(({ kind }) => kind === 'call')
        ? followed
        : [{ kind: 'handover', at: use.at }];
    }
    default:
      return [{ kind: 'handover', at: use.at }];
  }
}

function usesOfValue(
  value: Node,
  key: Key,
  facts: FileFacts,
  seen: Set<Variable>,
): readonly FunctionUse[] {
  return usesOf(value, key, NO_KEYS).flatMap((use) => useOf(use, facts, seen));
}

/** The uses of an expression whose value is a function. */
function usesOfFunctionValue(value: Node, facts: FileFacts): readonly FunctionUse[] {
  return usesOfValue(value, WHOLE, facts, new Set());
}

/** The uses of the reads of a variable that holds a function, but for those that are left out. */
export function usesOfFunctionNamed(
  variable: Variable,
  facts: FileFacts,
  isLeftOut?: (read: Node) => boolean,
): readonly FunctionUse[] {
  return usesOfName(variable, WHOLE, facts, new Set(), isLeftOut);
}

export function usesOfFunction(fn: FunctionNode, facts: FileFacts): readonly FunctionUse[] {
  const { parent } = fn;
  if (parent.type === 'MethodDefinition' || parent.type === 'PropertyDefinition') {
    return [
      { kind: 'method', at: parent },
      ...callsTo(fn, facts).map((at): FunctionUse => ({ kind: 'call', at })),
    ];
  }
  if (fn.type !== 'FunctionDeclaration') return usesOfFunctionValue(fn, facts);
  const variable = fn.id && facts.bindings.variableOf(fn.id);
  return variable ? usesOfFunctionNamed(variable, facts) : [];
}
