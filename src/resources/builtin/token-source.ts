import type { Protocol } from '../protocol.ts';

/** VS Code's and .NET's `CancellationTokenSource`: a linked source listens to its parent until it is disposed. */
export const tokenSource: Protocol = {
  name: 'token-source',
  noun: 'token source',
  released: 'disposed',
  cure: 'call `dispose()` in a `finally` block (`cancel()` does not dispose)',
  consequence: 'its listeners and its registration on a parent token stay alive',
  words: ['ancel'],
  trigger: /\bCancellationTokenSource\b/,
  acquire: { kind: 'new', names: ['CancellationTokenSource'] },
  handle: { kind: 'method', keys: ['dispose', '@@dispose'], token: 'token' },
  awaited: true,
};
