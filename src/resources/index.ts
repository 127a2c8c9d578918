/** The protocols of `no-lost-cancel`, in the order in which a call is matched against them. */
import { cancelTuple } from './builtin/cancel-tuple.ts';
import { inlineToken } from './builtin/inline-token.ts';
import { signalHelper } from './builtin/signal-helper.ts';
import { tokenSource } from './builtin/token-source.ts';
import type { Protocol, Searched } from './protocol.ts';

export const lostCancelProtocols: readonly Protocol[] = [
  inlineToken,
  cancelTuple,
  tokenSource,
  signalHelper,
];

/** Could this text hold an acquire? A scan for words, no syntax. */
export function mayMention(text: string, { words, trigger }: Searched): boolean {
  return words.some((word) => text.includes(word)) && trigger.test(text);
}
