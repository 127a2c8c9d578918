/** The source of a `for await`: does it ever end by itself? */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue } from '../../ast/bindings.ts';
import { calleeName, isFunction, unwrap } from '../../ast/nodes.ts';
import { originOf } from '../../ast/origins.ts';
import { promiseTimer } from '../../ast/timers.ts';
import type { FileFacts } from '../file.ts';
import { explore, isEnd } from './task-explore.ts';
import { taskGraphsOf } from './task-graphs.ts';
import { stopsOf } from './task-stops.ts';

type Node = TSESTree.Node;

/**
 * `finite`: it ends, or somebody can end it. `endless`: it goes on until the consumer stops. `foreign`: it was made
 * elsewhere, and its end is up to whoever made it.
 */
export type SourceKind = 'finite' | 'endless' | 'foreign';

/** Calls whose result ends with what it reads. */
const READERS: ReadonlySet<string> = new Set([
  'createReadStream',
  'createInterface',
  'readLines',
  'opendir',
  'glob',
  'entries',
  'values',
  'keys',
  'map',
  'filter',
  'from',
]);

/** By module: functions that give events until they are told to stop, and where their options stand. */
const ENDLESS: readonly {
  readonly source: string;
  readonly path: string;
  readonly options: number;
}[] = [
  { source: 'events', path: 'on', options: 2 },
  { source: 'events', path: 'EventEmitter.on', options: 2 },
  { source: 'fs/promises', path: 'watch', options: 1 },
  { source: 'fs', path: 'promises.watch', options: 1 },
];

/** `ref: false`, `persistent: false`: the process does not wait for the source. */
function letsProcessEnd({ key, value }: TSESTree.Property): boolean {
  const isRef = key.type === 'Identifier' && /^(?:ref|persistent)$/.test(key.name);
  return isRef && value.type === 'Literal' && value.value === false;
}

/** Options written on the spot that name no way to stop. */
function areDeaf(options: Node | undefined): boolean {
  if (!options) return true;
  const it = unwrap(options);
  if (it.type === 'Identifier') return it.name === 'undefined';
  if (it.type !== 'ObjectExpression') return it.type === 'Literal';
  return it.properties.every(
    (property) =>
      property.type === 'Property' &&
      property.key.type === 'Identifier' &&
      !letsProcessEnd(property) &&
      property.key.name !== 'signal' &&
      property.key.name !== 'close',
  );
}

function isEndlessCall(call: TSESTree.CallExpression, facts: FileFacts): boolean {
  const { bindings } = facts;
  if (promiseTimer(call, bindings) === 'setInterval') return areDeaf(call.arguments[2]);
  const origin = originOf(call.callee, bindings);
  const known =
    origin &&
    ENDLESS.find(({ source, path }) => source === origin.source && path === origin.path.join('.'));
  return known !== undefined && areDeaf(call.arguments[known.options]);
}

/** Does an async generator of this file never return? */
function isEndlessGenerator(call: TSESTree.CallExpression, facts: FileFacts): SourceKind {
  const fn = facts.bindings.functionOf(call.callee);
  if (!fn?.generator) return 'foreign';
  const { cfgOf, isOnPurpose } = taskGraphsOf(facts);
  const cfg = cfgOf(fn);
  const { places, complete } = explore(cfg, isOnPurpose);
  if (cfg.incomplete || !complete) return 'finite';
  const ends = places.some((place) => isEnd(place, cfg));
  return ends ? 'finite' : 'endless';
}

function kindOf(source: Node, facts: FileFacts): SourceKind {
  const stops = stopsOf(facts);
  const it = unwrap(source);
  if (stops.reaches(it)) return 'finite';
  switch (it.type) {
    case 'ArrayExpression':
    case 'ObjectExpression':
    case 'NewExpression':
      return 'finite';
    case 'CallExpression': {
      if (isEndlessCall(it, facts)) return 'endless';
      return READERS.has(calleeName(it) ?? '') ? 'finite' : isEndlessGenerator(it, facts);
    }
    case 'AwaitExpression':
      return kindOf(it.argument, facts);
    case 'Identifier': {
      const variable = facts.bindings.variableOf(it);
      const value = variable && constantValue(variable);
      // Used elsewhere, the iterator may be stopped there.
      const isOnlyHere =
        variable?.references.every((use) => use.identifier === it || use.init === true) === true;
      if (!value || isFunction(value)) return 'foreign';
      return isOnlyHere ? kindOf(value, facts) : 'finite';
    }
    default:
      return 'foreign';
  }
}

export function sourceKindOf(loop: TSESTree.ForOfStatement, facts: FileFacts): SourceKind {
  return kindOf(loop.right, facts);
}
