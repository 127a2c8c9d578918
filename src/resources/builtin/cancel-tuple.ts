import type { Protocol } from '../protocol.ts';

/** Go's context constructors in TypeScript: a derived context and the function that ends it, as a pair. */
export const cancelTuple: Protocol = {
  name: 'cancel-tuple',
  noun: 'cancel function',
  released: 'called',
  cure: 'call it in a `finally` block',
  consequence: 'the context, its timer and its registration on the parent stay alive',
  words: ['ancel', 'Timeout', 'Deadline'],
  trigger: /\bwith(?:Cancel|Timeout|Deadline)/,
  acquire: {
    kind: 'call',
    names: [
      'withCancel',
      'withTimeout',
      'withDeadline',
      'withCancelCause',
      'withTimeoutCause',
      'withDeadlineCause',
    ],
  },
  handle: {
    kind: 'part',
    keys: ['1', 'cancel', 'abort', 'stop', 'dispose', 'clear', 'cleanup', 'release'],
    companions: ['0', 'ctx', 'context', 'signal'],
    required: false,
  },
  awaited: false,
};
