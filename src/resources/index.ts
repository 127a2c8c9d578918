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
import type { Protocol, Searched } from './protocol.ts';

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

/** Could this text hold an acquire? A scan for words, no syntax. */
export function mayMention(text: string, { words, trigger }: Searched): boolean {
  return words.some((word) => text.includes(word)) && trigger.test(text);
}
