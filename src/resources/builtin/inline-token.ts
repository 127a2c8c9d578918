import type { Protocol } from '../protocol.ts';

/** A token or signal taken from a source that nothing keeps: nobody can ever cancel it. */
export const inlineToken: Protocol = {
  name: 'inline-token',
  noun: 'source',
  released: 'cancelled',
  cure: 'keep the source and cancel it, or pass no signal at all',
  consequence: 'the work that gets this signal cannot be stopped',
  words: ['ancel', 'bort'],
  // `new Source().token`, `{ token } = new Source()`
  trigger:
    /(?:CancellationTokenSource|AbortController)\b(?:(?<=\bnew\s[^;=]{0,60}?\w+)[^;]{0,60}?\.\s*(?:token|signal)\b|(?<=\}[^;}]{0,80}?=\s*\(?\s*new\s[^;]{0,60}?\w+))/,
  acquire: { kind: 'new', names: ['CancellationTokenSource', 'AbortController'] },
  handle: { kind: 'unreachable', member: ['token', 'signal'] },
  awaited: false,
};
