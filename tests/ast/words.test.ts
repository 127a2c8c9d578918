/** The words that rules look for, as a scan finds them. */
import { expect, test } from 'vitest';
import { mentions, type Word } from '../../src/ast/words.ts';

/** Each word as it stands in a program. */
const SAMPLES: Readonly<Record<Word, string>> = {
  Timeout: 'setTimeout(tick, 9)',
  Interval: 'clearInterval(timer)',
  Immediate: 'setImmediate(tick)',
  Deadline: 'withDeadline(parent, at)',
  Listener: 'target.removeEventListener(name, on)',
  bort: 'own.abort()',
  ancel: 'ctx.cancel()',
  ispose: 'view[Symbol.asyncDispose]()',
  unsub: 'const unsubscribe = start()',
  stop: 'const stopPolling = start()',
  off: 'bus.off(name, on)',
  release: 'client.release()',
  unlock: 'unlock()',
  cleanup: 'cleanup()',
  teardown: 'teardown()',
  unlisten: 'unlisten()',
  unwatch: 'unwatch()',
  signal: 'request.signal',
  promise: 'const { promise } = start()',
  async: 'async () => {}',
  race: 'Promise.race(arms)',
  then: 'work().then(done)',
  finally: 'work().finally(done)',
  any: 'Promise.any<Answer>(arms)',
};
const WORDS = Object.keys(SAMPLES) as Word[];

test('each word is found where it stands alone, and no other one', () => {
  for (const word of WORDS) {
    expect(WORDS.filter((it) => mentions(SAMPLES[word], [it]))).toEqual([word]);
  }
});

test('all words are found in one text, in any order', () => {
  for (const words of [WORDS, WORDS.toReversed()]) {
    const text = words.map((word) => SAMPLES[word]).join('\n');
    expect(WORDS.filter((it) => !mentions(text, [it]))).toEqual([]);
  }
});

test('no word hides another one', () => {
  for (const word of WORDS) {
    for (const other of WORDS) {
      if (word === other) continue;
      expect(word).not.toContain(other);
      // Two letters in common (`Immediate`, `teardown`) do not make a word.
      for (let length = 3; length < Math.min(word.length, other.length); length += 1) {
        expect(word.endsWith(other.slice(0, length)), `${word}, ${other}`).toBe(false);
      }
    }
  }
});

test('words that only look alike are none', () => {
  for (const text of ['offset = 1', 'let it: any;', 'promises', 'trace2', 'signals', '']) {
    expect(WORDS.filter((it) => mentions(text, [it]))).toEqual([]);
  }
});
