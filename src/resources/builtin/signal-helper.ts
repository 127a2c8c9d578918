import type { Protocol } from '../protocol.ts';

/** A helper that gives a signal (or a promise) together with the function that ends it. */
export const signalHelper: Protocol = {
  name: 'signal-helper',
  noun: 'cancel function',
  released: 'called',
  cure: 'call it in a `finally` block',
  consequence: 'its timer and its listeners on other signals stay alive',
  words: ['signal', 'promise'],
  // A pattern with `signal` or `promise` in it that gets a value: `{ signal, cancel } =`, with or without a type.
  trigger: /\b(?:signal|promise)\b[^;{}]*\}\s*(?::[^=;]{0,80})?=(?![=>])/,
  // A hook's result belongs to the component, which calls the hook again on the next render; a module or parsed
  // text is no helper.
  acquire: { kind: 'any-call', except: /^(?:use[A-Z].*|require|parse)$/ },
  handle: {
    kind: 'part',
    keys: ['cancel', 'abort', 'stop', 'dispose', 'clear', 'cleanup', 'release'],
    companions: ['signal', 'promise'],
    required: true,
  },
  awaited: true,
};
