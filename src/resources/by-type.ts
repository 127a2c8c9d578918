/** Objects that their type says must be disposed; which types, is decided in analysis/handles/disposables.ts. */
import type { Wording } from './protocol.ts';

/** Ends such an object, besides what its type says: an `end()` or `close()` of its own does the same. */
export const DISPOSING: readonly string[] = [
  '@@dispose',
  '@@asyncDispose',
  'dispose',
  'disposeAsync',
  'unsubscribe',
  'release',
  'close',
  'end',
  'destroy',
  'quit',
  'disconnect',
  'terminate',
  'kill',
  'cancel',
  'abort',
  'stop',
];

export const disposableByType: Wording = {
  name: 'disposable by type',
  noun: 'disposable',
  released: 'disposed',
  cure: 'declare it with `using`, or dispose it in a `finally` block',
  consequence: 'what it holds stays alive',
};

export const subscriptionByType: Wording = {
  name: 'subscription by type',
  noun: 'subscription',
  released: 'unsubscribed',
  cure: 'unsubscribe it in a `finally` block, or in the teardown of its owner',
  consequence: 'its observer stays on the source',
};
