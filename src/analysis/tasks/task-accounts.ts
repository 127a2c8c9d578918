/**
 * What became of each interval, and of each asynchronous function that is started and left alone, with the places that
 * show it: who can clear it, where its loop is left, what runs it once.
 */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { isFunction, type FunctionNode } from '../../ast/nodes.ts';
import type { Edge } from '../../cfg/graph.ts';
import { componentsOf } from '../../dataflow/components.ts';
import { factsOf, type FileFacts } from '../file.ts';
import { fine, mentioned, type Account } from '../finding.ts';
import { explore, isEnd, isFailing } from './task-explore.ts';
import { taskGraphsOf } from './task-graphs.ts';
import { keepersOf } from './task-handles.ts';
import { hasFakeTimers, intervalsOf, type Excuse, type Interval } from './task-intervals.ts';
import { lifetimeOf } from './task-lifetime.ts';
import { startsOf } from './task-starts.ts';
import { trappingFunctions } from './task-traps.ts';
import {
  findUnstoppableTasks,
  isModules,
  mayStartTasks,
  type NoUnstoppableTaskOptions,
} from './tasks.ts';

type Node = TSESTree.Node;

function excuseOf({ call, outcome }: Interval, facts: FileFacts): Excuse {
  if (hasFakeTimers(facts)) return { because: 'interval-fake', at: [] };
  if ('because' in outcome) {
    return outcome.because === 'interval-kept'
      ? { because: 'interval-kept', at: keepersOf(call, facts) }
      : outcome;
  }
  const lifetime = lifetimeOf(facts);
  const starts =
    outcome.kind === 'dropped' && !lifetime.isModules(call) ? [...outcome.by, call] : [call];
  if (!isModules({ call, neglect: outcome }, lifetime)) return { because: 'interval-kept', at: [] };
  const at = mentioned(starts.flatMap(lifetime.causesOf), 'runs-once');
  return { because: 'interval-module', at };
}

/** The node at which control takes an edge. */
function placeOf({ from, why }: Edge): Node {
  switch (why.kind) {
    case 'true':
    case 'false':
      return why.test;
    case 'throw':
    case 'abandon':
      return why.cause;
    default:
      return from.instructions.at(-1)?.node ?? from.node;
  }
}

/** Where the loops of a function are left, its own and those of the functions that it waits for. */
function exitsOf(fn: FunctionNode, facts: FileFacts, seen = new Set<Node>()): readonly Node[] {
  if (seen.has(fn)) return [];
  seen.add(fn);
  const { cfgOf, isOnPurpose, localCallee } = taskGraphsOf(facts);
  const cfg = cfgOf(fn);
  const { places, moves } = explore(cfg, isOnPurpose);
  const successors: number[][] = places.map(() => []);
  for (const [from, to] of moves) successors[from]?.push(to);
  const loops = componentsOf(places.keys(), (index) => successors[index] ?? []).filter(
    (it) => it.size > 1,
  );
  const isOver = (index: number): boolean => {
    const place = places[index];
    return place !== undefined && (isEnd(place, cfg) || !isFailing(place));
  };
  const own = loops.flatMap((loop) =>
    moves
      .filter(([from, to]) => loop.has(from) && !loop.has(to) && isOver(to))
      .map(([, , edge]) => placeOf(edge)),
  );
  const operations = places.flatMap(({ block }) => block.instructions.map(({ node }) => node));
  const callees = operations.flatMap((node) => localCallee(node) ?? []);
  return [...own, ...callees.flatMap((callee) => exitsOf(callee, facts, seen))];
}

/** What became of each interval, and of each asynchronous function that is started and left alone. */
export function accountForTasks(
  sourceCode: TSESLint.SourceCode,
  options: NoUnstoppableTaskOptions,
): readonly Account[] {
  if (!mayStartTasks(sourceCode)) return [];
  const facts = factsOf(sourceCode);
  const reported = new Set(findUnstoppableTasks(sourceCode, options).map(({ at }) => at));
  const account = (acquire: Node, at: Node, excuse: () => Excuse): Account => {
    const base = { rule: 'no-unstoppable-task', released: 'cleared', name: undefined } as const;
    if (reported.has(at)) return { ...base, acquire, silence: undefined };
    const { because, at: places } = excuse();
    return { ...base, acquire, silence: fine(because, places) };
  };
  const intervals = intervalsOf(facts).map((it) =>
    account(it.call, it.call.callee, () => excuseOf(it, facts)),
  );
  const trapping = trappingFunctions(facts);
  const asynchronous = new Set<Node>(facts.functions.filter((it) => it.async));
  const lifetime = lifetimeOf(facts);
  const starts = startsOf(asynchronous, facts).map(({ at, fn }) =>
    account(at, at, (): Excuse => {
      if (trapping.has(fn) && lifetime.isModules(at)) {
        return { because: 'task-module', at: mentioned(lifetime.causesOf(at), 'runs-once') };
      }
      const exits = isFunction(fn) ? [...new Set(exitsOf(fn, facts))] : [];
      return { because: 'task-ends', at: mentioned(exits, 'leaves') };
    }),
  );
  return [...intervals, ...starts];
}
