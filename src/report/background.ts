/**
 * The words of `no-request-signal-in-background`: both directions are told, because both may be right.
 *
 * ```
 * `request.signal` ends with the request, and `publish` goes on in the background: …
 * ```
 */
import type { BackgroundFinding } from '../analysis/signals/background.ts';
import type { Description } from './description.ts';
import { lineOf, snippet } from './words.ts';

export type BackgroundMessage = 'background' | 'shared';

export const backgroundMessages: Readonly<Record<BackgroundMessage, string>> = {
  background:
    '`{{signal}}` ends with the request, but {{line}} leaves this work to go on in the background: once the response has been sent, the work is cancelled half-way. If it must be done, give it a signal of the server’s own lifetime; if it belongs to the request, await it before responding.',
  shared:
    '`{{signal}}` is the signal of one caller, but {{line}} keeps this work for other callers too: when the first one aborts, all of them fail. Give the shared work a signal of its own, and let each caller stop waiting with theirs.',
};

export function describeBackground({ kind, at, by }: BackgroundFinding, text: string): Description {
  const signal = snippet(at, text);
  return {
    rule: 'no-request-signal-in-background',
    messageId: kind,
    data: { signal, line: lineOf(by) },
    loc: at.loc,
    steps: [
      { loc: at.loc, words: `${signal} ends with its request or caller` },
      {
        loc: by.loc,
        words:
          kind === 'background' ? 'nobody waits for this work' : 'others wait for this work too',
      },
    ],
  };
}
