import type { Protocol } from '../protocol.ts';

/** any-signal's `anySignal([…])`: it listens to each of its signals until it is cleared. */
export const linkedSignal: Protocol = {
  name: 'linked-signal',
  noun: 'signal',
  released: 'cleared',
  cure: 'call `clear()` in a `finally` block',
  consequence: 'its listeners on the signals that it was made of stay there',
  words: ['signal'],
  trigger: /['"]any-signal['"]/,
  acquire: { kind: 'call', names: ['anySignal'], from: 'any-signal' },
  handle: { kind: 'method', keys: ['clear', '@@dispose'], linked: true },
  awaited: false,
};
