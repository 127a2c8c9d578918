import { STARTING_CALL } from '../evidence.ts';
import type { Protocol } from '../protocol.ts';

/** async-mutex's `const release = await mutex.acquire()` and its like, known by the name and by a path that calls it. */
export const unlockFunction: Protocol = {
  name: 'unlock-function',
  noun: 'function',
  released: 'called',
  cure: 'call it in a `finally` block',
  consequence: 'whoever waits for the lock waits for ever',
  words: ['release', 'unlock'],
  trigger: /\b(?:release|unlock)(?:[A-Z]\w*)?\b(?:[^;(){}]*[}\]])?\s*(?::[^=;]{0,80})?=(?![=>])/,
  acquire: STARTING_CALL,
  handle: { kind: 'called-local', names: /^(?:release|unlock)(?:[A-Z].*)?$/ },
  awaited: true,
};
