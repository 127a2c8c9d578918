/**
 * Turns one function into its control-flow graph (see `graph.ts` for the contract and an example).
 *
 * ```ts
 * const graph = buildCfg(functionNode, defaultPolicies('await'));
 * if (graph.incomplete === undefined) solve(problem, graph);
 * ```
 *
 * How: lowering by recursion over statements (`statements.ts`, `loops.ts`, `try.ts`) and expressions (`expressions.ts`,
 * `conditions.ts`, `calls.ts`, `splice.ts`, `settlement.ts`, `patterns.ts`), with the frames of `completions.ts` deciding
 * where abrupt completions go; then `order.ts` puts the blocks in order.
 *
 * Never throws: syntax it does not know and code too deep or too large for it make the graph `incomplete`.
 */
import type { FunctionFrame } from './completions.ts';
import { inScope } from './completions.ts';
import { maxBlocks, NORMAL, proceed } from './draft.ts';
import type { Builder, Draft } from './draft.ts';
import { lowerExpression } from './expressions.ts';
import { lowerFunction } from './functions.ts';
import { assertNever } from './graph.ts';
import type { Cfg, FunctionUnit, Incomplete, Policies } from './graph.ts';
import { orderBlocks } from './order.ts';
import { lowerStatements } from './statements.ts';

export function buildCfg(unit: FunctionUnit, policies: Policies): Cfg {
  const start = startOf(unit, policies);
  try {
    inScope(start.b, unit, false, () => {
      lowerUnit(start.b, unit);
    });
    proceed(start.b, start.exit, NORMAL);
    return finish(unit, start);
  } catch (error) {
    // Called from a deep stack, the depth budget may be more than what is left of it.
    if (!(error instanceof RangeError)) throw error;
    return finish(unit, startOf(unit, policies, { node: unit, reason: 'too-deep' }));
  }
}

interface Start {
  readonly b: Builder;
  readonly entry: Draft;
  readonly exit: Draft;
  readonly throwExit: Draft;
}

function startOf(unit: FunctionUnit, policies: Policies, incomplete?: Incomplete): Start {
  const draft = (id: number, role: Draft['role']): Draft => ({
    id,
    role,
    node: unit,
    instructions: [],
    out: [],
    in: [],
    live: role === 'entry',
  });
  const [entry, exit, throwExit] = [draft(0, 'entry'), draft(1, 'exit'), draft(2, 'throw-exit')];
  const frame: FunctionFrame = {
    kind: 'function',
    parent: undefined,
    caught: false,
    returns: exit,
    throws: throwExit,
    asyncGenerator: 'async' in unit && unit.async && unit.generator,
    adoptsReturned: false,
  };
  const b: Builder = {
    policies,
    drafts: [entry, exit, throwExit],
    maxBlocks: maxBlocks(unit),
    current: entry,
    frame,
    shortCircuit: undefined,
    depth: 0,
    incomplete,
    stopped: false,
  };
  return { b, entry, exit, throwExit };
}

function lowerUnit(b: Builder, unit: FunctionUnit): void {
  switch (unit.type) {
    case 'Program':
    case 'StaticBlock':
      lowerStatements(b, unit.body);
      return;
    case 'PropertyDefinition':
    case 'AccessorProperty':
      if (unit.value) lowerExpression(b, unit.value);
      return;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      lowerFunction(b, unit, []);
      return;
    default:
      assertNever(unit);
  }
}

function finish(unit: FunctionUnit, start: Start): Cfg {
  const { b, entry, exit, throwExit } = start;
  const { blocks, reachable } = orderBlocks(b.drafts, start);
  return { unit, blocks, entry, exit, throwExit, reachable, incomplete: b.incomplete };
}
