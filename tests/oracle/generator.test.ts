/** The generator: what its programs are made of, that they parse, and that they are worth running. */
import * as parser from '@typescript-eslint/parser';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explore } from './explore.ts';
import { genome } from './genes.ts';
import { grow, type Suite } from './grow.ts';
import { lintText } from './lint-text.ts';
import { walk } from './program.ts';

const SUITES: readonly Suite[] = ['await', 'call', 'flags', 'explicit'];
const genomes = fc.sample(genome, { numRuns: 1_500, seed: 7 });

/** Every construct, and every form of one, as `kind:form`. */
function constructs(suite: Suite): ReadonlySet<string> {
  const found = new Set<string>();
  for (const sample of genomes) {
    const { program } = grow(sample, suite);
    found.add(`function:${program.kind}`).add(`container:${program.container}`);
    walk(program, (node) => {
      const { kind } = node;
      for (const key of ['form', 'op', 'flavour', 'keyword', 'end', 'method', 'pattern'])
        if (typeof node[key] === 'string') found.add(`${String(kind)}:${node[key]}`);
      for (const [key, part] of Object.entries({ helper: node['helper'], bag: node['bag'] })) {
        const { form, sort, async, recursive } = (part ?? {}) as Record<string, unknown>;
        found.add(`${key}:${String(form ?? sort)}`);
        if (async === true) found.add('helper+async');
        if (recursive === true) found.add('helper+recursive');
      }
      for (const key of ['label', 'catch', 'finally', 'else'])
        if (node[key] !== undefined) found.add(`${String(kind)}+${key}`);
      found.add(String(kind));
    });
    for (const acquire of program.acquires) found.add(`acquire:${acquire.pattern}`);
  }
  return found;
}

const EXPECTED = [
  ...['function:sync', 'function:async', 'function:generator', 'function:async-generator'],
  ...['container:declaration', 'container:arrow', 'container:method'],
  ...['block+label', 'if+else', 'while', 'while+label', 'do-while', 'do-while+label'],
  ...['for', 'for+label', 'for-each:of', 'for-each:in', 'for-each:await', 'for-each:using'],
  ...['break', 'break+label', 'continue', 'continue+label', 'switch', 'switch+label'],
  ...[
    'try+catch',
    'try+finally',
    'throw',
    'return',
    'exit',
    'using',
    'constant',
    'default',
    'helper',
  ],
  ...['declare:const', 'declare:let', 'declare:var', 'declare-empty:let', 'declare-empty:var'],
  ...['declare-alias:const', 'declare-alias:let', 'alias'],
  ...['call:call', 'call:method', 'call:new', 'call:tagged', 'call:import', 'optional', 'await'],
  ...['yield', 'not', 'logical:&&', 'logical:||', 'logical:??', 'ternary', 'sequence', 'literal'],
  ...['assign:=', 'assign:&&=', 'assign:||=', 'assign:??=', 'iife', 'executor', 'helper-call'],
  ...['wrap:array', 'wrap:object', 'wrap:template', 'wrap:as', 'wrap:member', 'wrap:sum'],
  ...['wrap:spread', 'chain:awaited', 'chain:floating'],
  ...['acquire:tuple', 'acquire:hole', 'acquire:record', 'acquire:helper', 'acquire:whole'],
  ...['acquire:picked', 'acquire:=', 'acquire:??='],
  ...['release:call', 'release:optional', 'release:and', 'release:if-test'],
  ...['release:dot-call', 'release:for-each', 'release:comma', 'release:non-null'],
  ...['release:apply', 'hand:timer', 'hand:listener', 'hand:microtask', 'hand:each'],
  ...['static', 'detached', 'handle', 'all'],
  ...['hand:argument', 'hand:closure', 'hand:object', 'hand:new', 'hand:push', 'hand:property'],
  ...[
    'hand:outer',
    'hand:yield',
    'bag',
    'put',
    'drain',
    'drain-loop',
    'hand-bag',
    'handle:alone',
    'handle:object',
    'handle:array',
    'handle:closure',
  ],
  ...['read:console', 'read:void', 'read:typeof', 'read:compare', 'read:signal', 'read:stop'],
  ...['guard:plain', 'guard:not-null', 'guard:not-undefined', 'guard:typeof', 'guard:boolean'],
  ...['helper:arrow', 'helper:function', 'helper:method', 'helper+async', 'helper+recursive'],
  ...['bag:array', 'bag:set', 'bag:map', 'bag:object'],
  ...['guard:twice', 'inline'],
];

test('every construct is grown', () => {
  const found = constructs('await');
  expect(EXPECTED.filter((construct) => !found.has(construct))).toEqual([]);
  const flagged = constructs('flags');
  expect(['flag', 'set', 'constant:let'].filter((construct) => !flagged.has(construct))).toEqual(
    [],
  );
});

test.each(SUITES)('%s: the programs parse, and neither all leak nor none', (suite) => {
  let leaking = 0;
  let acquires = 0;
  let paths = 0;
  const some = genomes.slice(0, 200);
  for (const sample of some) {
    const { program, options } = grow(sample, suite);
    const { text } = lintText(program);
    expect(() => parser.parse(text), text).not.toThrow();
    const truth = explore(program, options.throws);
    paths += truth.paths;
    leaking += truth.leaks.size;
    acquires += program.acquires.length;
  }
  expect(acquires / some.length).toBeGreaterThan(1);
  expect(leaking / acquires).toBeGreaterThan(0.25);
  expect(leaking / acquires).toBeLessThan(0.75);
  expect(paths / some.length).toBeGreaterThan(10);
});

test('the same genome gives the same program', () => {
  for (const sample of genomes.slice(0, 50))
    expect(lintText(grow(sample, 'call').program)).toEqual(
      lintText(grow(structuredClone(sample), 'call').program),
    );
});
