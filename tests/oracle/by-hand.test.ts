/**
 * The oracle itself on programs whose truth is known: what V8 finds must be what a reader finds, and then what the
 * rule finds. `leaks`: some path loses a handle.
 */
import { describe, expect, test } from 'vitest';
import { compare, numbered } from './agree.ts';
import { explore } from './explore.ts';
import { lintText } from './lint-text.ts';
import type { Callback, FunctionKind, Link, Shape, Stmt, Tier } from './program.ts';
import { both, declares, forever, NOOP, not, program, valueOf, type Sketch } from './sketch.ts';
import { verdict } from './verdict.ts';

type Verdict = 'leaks' | 'silent';
interface Row {
  readonly name: string;
  readonly kind?: FunctionKind;
  readonly shape?: Shape;
  readonly write: (s: Sketch) => readonly Stmt[];
  /** By tier; a tier that is not named is not run. */
  readonly truth: Partial<Readonly<Record<Tier, Verdict>>>;
}

const LEAKS = { await: 'leaks', call: 'leaks' } as const;
const SILENT = { await: 'silent', call: 'silent' } as const;
const ONLY_CALL = { explicit: 'silent', await: 'silent', call: 'leaks' } as const;
const NOT_EXPLICIT = { explicit: 'silent', await: 'leaks', call: 'leaks' } as const;

const always = (callback: Callback): Link => ({ method: 'finally', callbacks: [callback] });

const straight: readonly Row[] = [
  { name: 'release at once', write: (s) => [s.acquire(), s.release()], truth: SILENT },
  { name: 'no release', write: (s) => [s.acquire()], truth: { explicit: 'leaks', ...LEAKS } },
  { name: 'discarded', write: (s) => [s.discard()], truth: LEAKS },
  { name: 'a call between', write: (s) => [s.acquire(), s.op(), s.release()], truth: ONLY_CALL },
  {
    name: 'await between',
    write: (s) => [s.acquire(), s.wait(), s.release()],
    truth: NOT_EXPLICIT,
  },
  {
    name: 'await in try/finally',
    write: (s) => [s.acquire(), s.attempt([s.wait()], undefined, [s.release()])],
    truth: SILENT,
  },
  {
    name: 'release on one arm',
    write: (s) => [s.acquire(), s.when(s.unknown(), [s.release()])],
    truth: LEAKS,
  },
  {
    name: 'release on both arms',
    write: (s) => [s.acquire(), s.when(s.unknown(), [s.release()], [s.release()])],
    truth: SILENT,
  },
  {
    name: 'early return',
    write: (s) => [s.acquire(), s.when(s.unknown(), [s.returns()]), s.release()],
    truth: LEAKS,
  },
  {
    name: 'after a return',
    write: (s) => [s.returns(), s.acquire()],
    truth: SILENT,
  },
  {
    name: 'throw before the release',
    write: (s) => [s.acquire(), s.when(s.unknown(), [s.fail()]), s.release()],
    truth: { explicit: 'leaks', ...LEAKS },
  },
  {
    name: 'the process ends',
    write: (s) => [s.acquire(), s.when(s.unknown(), [s.exit()]), s.release()],
    truth: { await: 'silent' },
  },
  {
    name: 'a release that throws',
    write: (s) => [s.acquire(), s.attempt([s.release()], [])],
    truth: SILENT,
  },
];

const completions: readonly Row[] = [
  {
    name: 'a caught call jumps over the release',
    write: (s) => [s.acquire(), s.attempt([s.op(), s.release()], [])],
    truth: { explicit: 'silent', ...LEAKS },
  },
  {
    name: 'catch and normal end release',
    write: (s) => [s.acquire(), s.attempt([s.op(), s.release()], [s.release()])],
    truth: SILENT,
  },
  {
    name: 'finally with a return of its own swallows the throw, not the handle',
    write: (s) => [s.acquire(), s.attempt([s.wait()], undefined, [s.returns()]), s.release()],
    truth: LEAKS,
  },
  {
    name: 'finally inside finally',
    write: (s) => [
      s.acquire(),
      s.attempt([s.wait()], undefined, [s.attempt([s.wait()], undefined, [s.release()])]),
    ],
    truth: SILENT,
  },
  {
    name: 'an await in the finally before the release',
    write: (s) => [s.acquire(), s.attempt([s.wait()], undefined, [s.wait(), s.release()])],
    truth: LEAKS,
  },
  {
    name: 'break of a labelled block goes round the release',
    write: (s) => [
      s.acquire(),
      s.block([s.when(s.unknown(), [s.leave('break', 'L')]), s.release()], 'L'),
    ],
    truth: LEAKS,
  },
  {
    name: 'break through a finally that releases',
    write: (s) => [
      s.acquire(),
      s.loop(forever, [s.attempt([s.leave('break')], undefined, [s.release()])]),
    ],
    truth: SILENT,
  },
  {
    name: 'break in the finally drops the throw',
    write: (s) => [
      s.acquire(),
      s.loop(forever, [s.attempt([s.fail()], undefined, [s.leave('break')])]),
      s.release(),
    ],
    truth: SILENT,
  },
  {
    name: 'break in the finally drops the return that hands over',
    write: (s) => [
      s.each('of', [
        s.attempt(
          [s.acquire('var'), s.returns({ kind: 'handle', variable: s.cancel, form: 'alone' })],
          undefined,
          [s.leave('break')],
        ),
      ]),
    ],
    truth: LEAKS,
  },
  {
    name: 'switch: one case falls through to the release, default does not',
    write: (s) => [
      s.acquire(),
      s.choice([
        [0, []],
        ['default', [s.leave('break')]],
        [2, [s.release()]],
      ]),
    ],
    truth: LEAKS,
  },
  {
    name: 'switch: default in the middle falls through to the release',
    write: (s) => [
      s.empty(),
      s.assign(),
      s.attempt(
        [
          s.choice([
            [0, [s.leave('break')]],
            ['default', []],
            [2, [s.op()]],
          ]),
        ],
        undefined,
        [s.release(s.cancel, 'optional')],
      ),
    ],
    truth: SILENT,
  },
  {
    name: 'the disposal of a using may throw',
    write: (s) => [s.acquire(), s.block([s.using()]), s.release()],
    truth: ONLY_CALL,
  },
  {
    name: 'the disposal of an await using may reject',
    write: (s) => [s.acquire(), s.block([s.using(true)]), s.release()],
    truth: { await: 'leaks', call: 'leaks' },
  },
  {
    name: 'using holds the source',
    shape: 'source',
    write: (s) => [s.block([s.adopt(), s.wait()])],
    truth: SILENT,
  },
];

const loops: readonly Row[] = [
  {
    name: 'released in the loop, which may run no round',
    write: (s) => [s.acquire(), s.loop(s.call(), [s.release()])],
    truth: LEAKS,
  },
  {
    name: 'released in a do loop',
    write: (s) => [s.acquire(), s.repeat([s.release()], s.unknown())],
    truth: SILENT,
  },
  {
    name: 'lost at the end of each round of an endless loop',
    write: (s) => [s.loop(forever, [s.acquire()])],
    truth: LEAKS,
  },
  {
    name: 'held for ever in an endless loop',
    write: (s) => [s.acquire(), s.loop(forever, [s.when(s.unknown(), [])])],
    truth: { await: 'silent' },
  },
  {
    name: 'overwritten in an endless loop',
    write: (s) => [s.empty(), s.loop(forever, [s.assign()])],
    truth: LEAKS,
  },
  {
    name: 'overwritten after its release',
    write: (s) => [s.empty(), s.counted([s.assign(), s.release()], s.call())],
    truth: { await: 'silent' },
  },
  {
    name: 'continue goes round the release',
    write: (s) => [
      s.each('of', [s.acquire(), s.when(s.call(), [s.leave('continue')]), s.release()]),
    ],
    truth: LEAKS,
  },
  {
    name: 'for await may reject at the next item',
    write: (s) => [s.acquire(), s.each('await', [s.op()]), s.release()],
    truth: NOT_EXPLICIT,
  },
  {
    name: 'a retry loop that releases in each finally',
    write: (s) => [
      s.loop(forever, [s.acquire(), s.attempt([s.wait(), s.leave('break')], [], [s.release()])]),
    ],
    truth: SILENT,
  },
];

const handles: readonly Row[] = [
  {
    name: 'let, acquired on one arm, guarded release',
    write: (s) => [s.empty(), s.when(s.unknown(), [s.assign()]), s.release(s.cancel, 'if-test')],
    truth: SILENT,
  },
  {
    name: 'guard: absent, so nothing is owed',
    write: (s) => [
      s.empty(),
      s.when(s.unknown(), [s.assign()]),
      s.when(not(s.guard('not-null')), [s.returns()]),
      s.release(),
    ],
    truth: SILENT,
  },
  {
    name: 'an alias releases',
    write: (s) => {
      const again = s.variable('again');
      return [s.acquire(), s.alias(again, valueOf(s.cancel)), s.release(again)];
    },
    truth: SILENT,
  },
  {
    name: 'an alias of one arm releases on that arm only',
    write: (s) => {
      const again = s.variable('again');
      const value = {
        kind: 'ternary',
        test: s.unknown(),
        then: valueOf(s.cancel),
        else: NOOP,
      } as const;
      return [s.acquire(), s.alias(again, value), s.release(again)];
    },
    truth: LEAKS,
  },
  {
    name: 'an alias taken before the acquire',
    write: (s) => {
      const again = s.variable('again');
      return [
        s.empty(),
        s.alias(again, valueOf(s.cancel)),
        s.assign(),
        s.release(again, 'optional'),
      ];
    },
    truth: LEAKS,
  },
  {
    name: 'overwritten, but an alias keeps it',
    write: (s) => {
      const again = s.variable('again', true);
      return [
        s.acquire('let'),
        s.alias(again, valueOf(s.cancel)),
        s.clear(),
        s.release(again, 'optional'),
      ];
    },
    truth: SILENT,
  },
  {
    name: 'overwritten with nothing',
    write: (s) => [s.acquire('let'), s.clear()],
    truth: LEAKS,
  },
  {
    name: 'returned',
    write: (s) => [s.acquire(), s.returns({ kind: 'handle', variable: s.cancel, form: 'object' })],
    truth: SILENT,
  },
  { name: 'pushed', write: (s) => [s.acquire(), s.hand('push')], truth: ONLY_CALL },
  { name: 'stored', write: (s) => [s.acquire(), s.hand('property')], truth: SILENT },
  { name: 'only read', write: (s) => [s.acquire(), s.read('console')], truth: LEAKS },
  {
    name: 'a source: cancel() does not dispose',
    shape: 'source',
    write: (s) => [s.acquire(), s.read('stop')],
    truth: LEAKS,
  },
  {
    name: 'an object: s.cancel()',
    shape: 'object',
    write: (s) => [s.acquire(), s.attempt([s.wait()], undefined, [s.release()])],
    truth: SILENT,
  },
  {
    name: 'an object whose cancel is never mentioned is no handle',
    shape: 'object',
    write: (s) => [s.acquire()],
    truth: SILENT,
  },
];

const functions: readonly Row[] = [
  {
    name: 'a local helper releases',
    write: (s) => {
      const helper = s.helper([s.release()]);
      return [s.acquire(), declares(helper), s.calls(helper)];
    },
    truth: SILENT,
  },
  {
    name: 'a local helper that is never called',
    write: (s) => [s.acquire(), declares(s.helper([s.release()]))],
    truth: LEAKS,
  },
  {
    name: 'an immediately invoked function releases',
    write: (s) => [s.acquire(), s.run(s.iife([s.release()]))],
    truth: SILENT,
  },
  {
    name: 'an awaited one may reject before',
    write: (s) => [s.acquire(), s.run(s.iife([s.wait(), s.release()], true))],
    truth: NOT_EXPLICIT,
  },
  {
    name: '.finally releases on every settlement',
    write: (s) => [
      s.acquire(),
      s.run(s.chain([{ method: 'finally', callbacks: [s.handler([s.release()])] }])),
    ],
    truth: { await: 'silent' },
  },
  {
    name: '.then releases on success only',
    write: (s) => [
      s.acquire(),
      s.run(s.chain([{ method: 'then', callbacks: [s.handler([s.release()])] }])),
    ],
    truth: { explicit: 'silent', await: 'leaks' },
  },
  {
    name: '.then(release, release)',
    write: (s) => {
      const release = s.reference();
      return [s.acquire(), s.run(s.chain([{ method: 'then', callbacks: [release, release] }]))];
    },
    truth: { await: 'silent' },
  },
  {
    name: 'a promise executor runs at once',
    write: (s) => [s.acquire(), s.run(s.executor([s.release()]))],
    truth: SILENT,
  },
  {
    name: 'an awaited promise whose executor throws is not got past',
    write: (s) => [s.run(s.executor([s.fail()])), s.acquire()],
    truth: SILENT,
  },
  {
    name: 'a floating callback that runs for ever keeps nobody from leaving with the handle',
    write: (s) => [
      s.acquire(),
      s.run(s.chain([always(s.handler([s.loop(forever, [])]))], 'floating')),
    ],
    truth: { explicit: 'leaks', ...LEAKS },
  },
  {
    name: 'a floating callback that releases, then runs for ever',
    write: (s) => [
      s.acquire(),
      s.run(s.chain([always(s.handler([s.release(), s.loop(forever, [])]))], 'floating')),
    ],
    truth: { explicit: 'silent', await: 'silent' },
  },
  {
    name: 'a floating callback that releases in a loop that is not left',
    write: (s) => [
      s.acquire(),
      s.run(s.chain([always(s.handler([s.loop(forever, [s.release()])]))], 'floating')),
    ],
    truth: { explicit: 'silent', await: 'silent' },
  },
  {
    name: 'a generator that is never resumed',
    kind: 'generator',
    write: (s) => [s.acquire(), s.yields(), s.release()],
    truth: NOT_EXPLICIT,
  },
  {
    name: 'a generator that is left through finally',
    kind: 'async-generator',
    write: (s) => [s.acquire(), s.attempt([s.yields()], undefined, [s.release()])],
    truth: SILENT,
  },
];

const flags: readonly Row[] = [
  {
    name: 'the same flag twice',
    write: (s) => [
      s.empty(),
      s.when(s.flag('own'), [s.assign()]),
      s.when(s.flag('own'), [s.release()]),
    ],
    truth: SILENT,
  },
  {
    name: 'a flag and its negation',
    write: (s) => [
      s.empty(),
      s.when(s.flag('own'), [s.assign()]),
      s.when(not(s.flag('own')), [s.release()]),
    ],
    truth: LEAKS,
  },
  {
    name: 'two flags, one of them tested again',
    write: (s) => [
      s.empty(),
      s.when(both(s.flag('f'), s.flag('g')), [s.assign()]),
      s.when(s.flag('g'), [s.release(s.cancel, 'optional')]),
    ],
    truth: SILENT,
  },
  {
    name: 'a loop that the flag keeps from being entered',
    write: (s) => [
      s.when(s.flag('f'), [s.fail()]),
      s.loop(s.flag('f'), [s.acquire(), s.wait(), s.release()]),
    ],
    truth: { await: 'silent' },
  },
  {
    name: 'one flag, then both',
    write: (s) => [
      s.empty(),
      s.when(s.flag('g'), [s.assign()]),
      s.when(both(s.flag('f'), s.flag('g')), [s.release()]),
    ],
    truth: LEAKS,
  },
];

describe.each(Object.entries({ straight, completions, loops, handles, functions, flags }))(
  '%s',
  (_, rows) => {
    for (const { name, kind, shape, write, truth } of rows) {
      test.each(Object.entries(truth) as [Tier, Verdict][])(`${name}: at %s %s`, (tier, wanted) => {
        const written = program(kind ?? 'async', write, shape);
        const { text } = lintText(written);
        const found = explore(written, tier);
        expect(found.complete).toBe(true);
        const options = { throws: tier, helpers: 'can-release' } as const;
        const outcome = compare({ program: written, options }, verdict);
        expect(outcome, `${numbered(text)}\n${JSON.stringify(outcome)}`).toMatchObject({
          kind: 'agree',
        });
        const leaks = outcome.kind === 'agree' && outcome.leaking > 0;
        expect(leaks ? 'leaks' : 'silent', numbered(text)).toBe(wanted);
      });
    }
  },
);
