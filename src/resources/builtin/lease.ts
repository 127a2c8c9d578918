import { FRESH_OBJECT, RELEASING } from '../evidence.ts';
import type { Protocol } from '../protocol.ts';

/** A pool's client, a query runner, a lock as an object: something lent, in a local that some path gives back. */
export const lease: Protocol = {
  name: 'lease',
  noun: 'object',
  released: 'released',
  cure: 'call `release()` in a `finally` block',
  consequence: 'it is never given back, and whoever waits for it waits for ever',
  words: ['release'],
  trigger: /\.release\b(?<=(?<![\w.?!])(?!this\b|super\b)\w+[?!]*\s*\.\w+)/,
  acquire: FRESH_OBJECT,
  handle: { kind: 'released-local', keys: RELEASING, evidence: ['release'], lent: true },
  awaited: true,
};
