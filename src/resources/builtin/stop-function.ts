import { STARTING_CALL } from '../evidence.ts';
import type { Protocol } from '../protocol.ts';

/** A function that stops something, known by the name of its local and by a path that calls it. */
export const stopFunction: Protocol = {
  name: 'stop-function',
  noun: 'function',
  released: 'called',
  cure: 'call it in a `finally` block',
  consequence: 'what it would stop goes on',
  words: ['unsub', 'ispose', 'off', 'cleanup', 'teardown', 'unlisten', 'unwatch', 'stop', 'ancel'],
  // One of the names below that gets a value, alone or in a pattern: `off =`, `let stop: Stop =`, `{ stop } =`
  trigger:
    /\b(?:unsubscribe|unsub|dispose|off|cleanup|teardown|unlisten|unwatch|(?:stop|cancel)(?:[A-Z]\w*)?)\b(?:[^;(){}]*[}\]])?\s*(?::[^=;]{0,80})?=(?![=>])/,
  acquire: STARTING_CALL,
  handle: {
    kind: 'called-local',
    names:
      /^(?:unsubscribe|unsub|dispose|off|cleanup|teardown|unlisten|unwatch|(?:stop|cancel)(?:[A-Z].*)?)$/,
  },
  awaited: true,
};
