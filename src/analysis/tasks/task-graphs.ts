/**
 * The graphs on which tasks are judged: a throw *on purpose* (a `throw`, a signal that aborts) leaves a loop, an await
 * that merely fails does not.
 *
 * Functions that are called where they stand are judged as calls, each on its own graph; only the timers of one
 * function (task-rearm.ts) need the callbacks of its settlements in place.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { isSettlement, type CodeUnit } from '../../ast/functions.ts';
import { unwrap, type FunctionNode } from '../../ast/nodes.ts';
import { buildCfg } from '../../cfg/build.ts';
import type { Cfg, Policies } from '../../cfg/graph.ts';
import type { FileFacts } from '../file.ts';
import { explore, isFailing, type Explored } from './task-explore.ts';
import { flagsOf } from './task-flags.ts';
import { stopsOf } from './task-stops.ts';
import { isInLoop } from '../loops.ts';

type Node = TSESTree.Node;

export interface TaskGraphs {
  readonly cfgOf: (unit: CodeUnit) => Cfg;
  /** With the callbacks of settlements, and functions that are called on the spot, in place. */
  readonly splicedCfgOf: (unit: CodeUnit) => Cfg;
  /** Does taking this edge mean that somebody ended the task on purpose? Asked of throw edges. */
  readonly isOnPurpose: (cause: Node) => boolean;
  readonly localCallee: (operation: Node) => FunctionNode | undefined;
}

/** The function of this file that a call, or the await of a call, runs. */
function localCalleeOf({ bindings }: FileFacts): TaskGraphs['localCallee'] {
  return (operation) => {
    const call = operation.type === 'AwaitExpression' ? unwrap(operation.argument) : operation;
    const fn = call.type === 'CallExpression' ? bindings.functionOf(call.callee) : undefined;
    return fn?.generator ? undefined : fn;
  };
}

/** How a function can be left by throwing, in ascending order. */
const ESCAPES = ['none', 'failure', 'purpose'] as const;
type Escape = (typeof ESCAPES)[number];

/** Every way in which a function can be left. */
interface Ends {
  readonly returns: boolean;
  readonly escape: Escape;
}
type EndsOf = (fn: FunctionNode) => Ends;

const NEVER: Ends = { returns: false, escape: 'none' };
/** Of what is not understood, assume the harmless. */
const ANYHOW: Ends = { returns: true, escape: 'purpose' };

/**
 * Does the test of a loop, of which this is a part, end the loop with this value? A flag that somebody flips some time has
 * let the loop run until then.
 */
function leavesLoop(part: Node, value: boolean): boolean {
  let at = part;
  let goesOn = value;
  for (; at.parent; at = at.parent) {
    if (at.parent.type === 'UnaryExpression' && at.parent.operator === '!') goesOn = !goesOn;
    else if (!/^(?:Logical|TSAs|TSNonNull)Expression$/.test(at.parent.type)) break;
  }
  return /^(?:While|DoWhile|For)Statement$/.test(at.parent?.type ?? '') && !goesOn;
}

function policiesWith(
  facts: FileFacts,
  localCallee: TaskGraphs['localCallee'],
  endsOf: EndsOf,
  splice: boolean,
): Policies {
  const { policies: base } = facts.tier('await');
  const stops = stopsOf(facts);
  const flags = flagsOf(facts);
  return {
    ...base,
    mayAbandon: false,
    splice,
    completes: (operation) => {
      const fn = localCallee(operation);
      // Calling an async function returns a promise; it is the await that may not complete.
      if (fn?.async !== (operation.type === 'AwaitExpression')) {
        return base.completes(operation);
      }
      const { returns, escape } = endsOf(fn);
      if (returns) return 'returns';
      return escape === 'none' ? 'exits' : 'throws';
    },
    mayThrow: (operation, caught) => {
      const fn = localCallee(operation);
      // The call of an async function returns; its await throws.
      if (fn?.async) return false;
      if (base.mayThrow(operation, caught) || stops.checks(operation)) return true;
      return fn !== undefined && endsOf(fn).escape === 'purpose';
    },
    mayReject: (promise) => {
      const fn = localCallee(unwrap(promise));
      return fn?.async ? endsOf(fn).escape !== 'none' : base.mayReject(promise);
    },
    truthiness: (test) => {
      const known = flags.isOpen(test) ? undefined : base.truthiness(test);
      if (known !== undefined) return known;
      const flag = flags.flagOf(test);
      if (flag && !flag.settled && leavesLoop(test, flag.value)) return undefined;
      return flag && (flag.settled || splice || isInLoop(test)) ? flag.value : undefined;
    },
  };
}

function purposeOf(
  stops: ReturnType<typeof stopsOf>,
  localCallee: TaskGraphs['localCallee'],
  endsOf: EndsOf,
): (cause: Node) => boolean {
  return (cause) => {
    switch (cause.type) {
      case 'ThrowStatement':
        return true;
      case 'ForOfStatement':
        return stops.reaches(cause.right);
      case 'AwaitExpression':
        break;
      case 'CallExpression':
        // That the promise before `then` is rejected.
        if (isSettlement(cause) && cause.callee.type === 'MemberExpression') {
          return stops.rejects(cause.callee.object);
        }
        if (stops.checks(cause)) return true;
        break;
      default:
        if (stops.checks(cause)) return true;
    }
    const fn = localCallee(cause);
    if (fn && endsOf(fn).escape === 'purpose') return true;
    return cause.type === 'AwaitExpression' && stops.rejects(cause.argument);
  };
}

function worse(a: Escape, b: Escape): Escape {
  return ESCAPES.indexOf(a) >= ESCAPES.indexOf(b) ? a : b;
}

/** What the function returns without waiting for it settles its promise. */
function returnedEnds(
  places: Explored['places'],
  localCallee: TaskGraphs['localCallee'],
  endsOf: EndsOf,
): readonly Ends[] {
  const returned = places
    .flatMap(({ block }) => block.instructions)
    .flatMap(({ node }) => (node.type === 'ReturnStatement' ? (node.argument ?? []) : []));
  return returned.flatMap((value) => {
    const callee = localCallee(unwrap(value));
    return callee?.async ? endsOf(callee) : [];
  });
}

/** How each function can be left: the least fixpoint, computed for a function and all that it calls. */
function functionEndsOf(facts: FileFacts, localCallee: TaskGraphs['localCallee']): EndsOf {
  const settled = new Map<FunctionNode, Ends>();
  const callers = new Map<FunctionNode, Set<FunctionNode>>();
  const evaluate = (fn: FunctionNode, open: FunctionNode[]): Ends => {
    const asked: EndsOf = (callee) => {
      callers.set(callee, (callers.get(callee) ?? new Set()).add(fn));
      const known = settled.get(callee);
      if (known !== undefined) return known;
      settled.set(callee, NEVER);
      open.push(callee);
      return NEVER;
    };
    const cfg = buildCfg(fn, policiesWith(facts, localCallee, asked, false));
    const { places, complete } = explore(cfg, purposeOf(stopsOf(facts), localCallee, asked));
    if (cfg.incomplete || !complete) return ANYHOW;
    const escapes = [
      ...places
        .filter(({ block }) => block === cfg.throwExit)
        .map((place): Escape => (isFailing(place) ? 'failure' : 'purpose')),
      ...returnedEnds(places, localCallee, asked).map(({ escape }) => escape),
    ];
    return {
      returns: places.some(({ block }) => block === cfg.exit),
      escape: escapes.reduce(worse, 'none'),
    };
  };
  return (fn) => {
    const known = settled.get(fn);
    if (known !== undefined) return known;
    settled.set(fn, NEVER);
    const open = [fn];
    for (let next = open.pop(); next; next = open.pop()) {
      const ends = evaluate(next, open);
      const before = settled.get(next);
      if (before?.returns === ends.returns && before.escape === ends.escape) continue;
      settled.set(next, ends);
      open.push(...(callers.get(next) ?? []));
    }
    return settled.get(fn) ?? NEVER;
  };
}

export function taskGraphsOf(facts: FileFacts): TaskGraphs {
  return facts.once('task graphs', () => {
    const localCallee = localCalleeOf(facts);
    const endsOf = functionEndsOf(facts, localCallee);
    const memo = (splice: boolean): TaskGraphs['cfgOf'] => {
      const policies = policiesWith(facts, localCallee, endsOf, splice);
      const known = new Map<CodeUnit, Cfg>();
      return (unit) => {
        const cfg = known.get(unit) ?? buildCfg(unit, policies);
        known.set(unit, cfg);
        return cfg;
      };
    };
    return {
      cfgOf: memo(false),
      splicedCfgOf: memo(true),
      isOnPurpose: purposeOf(stopsOf(facts), localCallee, endsOf),
      localCallee,
    };
  });
}
