/** The protocols of `no-lost-cancel`, in the order in which a call is matched against them. */
import { cancelTuple } from './builtin/cancel-tuple.ts';
import { disposable } from './builtin/disposable.ts';
import { inlineToken } from './builtin/inline-token.ts';
import { lease } from './builtin/lease.ts';
import { linkedSignal } from './builtin/linked-signal.ts';
import { signalHelper } from './builtin/signal-helper.ts';
import { stopFunction } from './builtin/stop-function.ts';
import { subscription } from './builtin/subscription.ts';
import { tokenSource } from './builtin/token-source.ts';
import { unlockFunction } from './builtin/unlock-function.ts';
import { mentions } from '../ast/words.ts';
import type { Protocol } from './protocol.ts';

export const lostCancelProtocols: readonly Protocol[] = [
  inlineToken,
  cancelTuple,
  tokenSource,
  signalHelper,
  linkedSignal,
  stopFunction,
  unlockFunction,
  lease,
  subscription,
  disposable,
];

/** Could this text hold an acquire? Words first, then the pattern; no syntax. */
export function mayMention(text: string, { words, trigger }: Protocol): boolean {
  return mentions(text, words) && trigger.test(text);
}
