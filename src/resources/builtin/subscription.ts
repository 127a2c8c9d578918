import { FRESH_OBJECT, RELEASING } from '../evidence.ts';
import type { Protocol } from '../protocol.ts';

/** A subscription in a local that some path ends. */
export const subscription: Protocol = {
  name: 'subscription',
  noun: 'subscription',
  released: 'unsubscribed',
  cure: 'call `unsubscribe()` in a `finally` block',
  consequence: 'it goes on, and its listener stays alive',
  words: ['unsub'],
  trigger: /\.unsubscribe\b(?<=(?<![\w.?!])(?!this\b|super\b)\w+[?!]*\s*\.\w+)/,
  acquire: FRESH_OBJECT,
  handle: { kind: 'released-local', keys: RELEASING, evidence: ['unsubscribe'] },
  awaited: true,
};
