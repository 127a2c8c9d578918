/**
 * The words of `no-leaked-abort-listener`.
 *
 * ```
 * The `abort` listener on `signal` is not removed when the `await` on line 12 rejects: it stays on the signal, with all
 * that it captures. To fix it, call `signal.removeEventListener('abort', onAbort)` in a `finally` block.
 * ```
 */
import type { ListenerFinding } from '../analysis/signals/abort-listeners.ts';
import { calleeName } from '../ast/nodes.ts';
import { suggestionsFor } from './abort-listener-suggestions.ts';
import type { Description, Step } from './description.ts';
import {
  decisions,
  decisionWords,
  endLoc,
  endWords,
  joined,
  lineOf,
  placeOfDecision,
  snippet,
} from './words.ts';

export type AbortListenerMessage =
  | 'neverRemoved'
  | 'missed'
  | 'missedOnThrow'
  | 'addedAgain'
  | 'settled'
  | 'raced'
  | 'merged'
  | 'removeInFinally'
  | 'useAny';

const STAYS = 'it stays on the signal, with all that it captures{{once}}. To fix it, {{cure}}.';

export const abortListenerMessages: Readonly<Record<AbortListenerMessage, string>> = {
  neverRemoved: `The \`abort\` listener on \`{{signal}}\` is never removed: when {{path}}, ${STAYS}`,
  missed: `The \`abort\` listener on \`{{signal}}\` is not removed when {{path}}: ${STAYS}`,
  missedOnThrow: `The \`abort\` listener on \`{{signal}}\` is not removed when {{path}}: ${STAYS}`,
  addedAgain: `Another \`abort\` listener is added to \`{{signal}}\` when {{path}}, and the one before is not removed: ${STAYS}`,
  settled: `The \`abort\` listener on \`{{signal}}\` is not removed when \`{{by}}\` on {{line}} settles the promise: ${STAYS}`,
  raced: `The \`abort\` listener on \`{{signal}}\` is not removed when another arm wins the race on {{line}}: ${STAYS}`,
  merged: `Nothing can remove the \`abort\` listener on \`{{signal}}\` once the merged signal is given away: each call leaves one on a signal that may live longer{{once}}. To fix it, {{cure}}.`,
  removeInFinally: 'Remove the listener in a `finally` block.',
  useAny: 'Merge the signals with `AbortSignal.any`.',
};

const MESSAGE_IDS: Readonly<Record<ListenerFinding['kind'], AbortListenerMessage>> = {
  'never-removed': 'neverRemoved',
  missed: 'missed',
  'missed-on-throw': 'missedOnThrow',
  'added-again': 'addedAgain',
  settled: 'settled',
  raced: 'raced',
  merged: 'merged',
};

function cureOf({ kind, registration, by, linked }: ListenerFinding, text: string): string {
  const { identity, signal, handler, disposable, remover } = registration;
  const on = snippet(signal, text);
  const where = kind === 'settled' ? 'wherever the promise is settled' : 'in a `finally` block';
  if (kind === 'merged') {
    const [first, second] = by.map((it) => snippet(it, text));
    return second === undefined
      ? 'merge the signals with `AbortSignal.any`'
      : `return \`AbortSignal.any([${first ?? ''}, ${second}])\``;
  }
  if (disposable) return 'declare what `addAbortListener` returns with `using`';
  if (remover) return `abort the controller of its \`signal\` option ${where}`;
  if (linked && (kind === 'never-removed' || kind === 'added-again')) {
    return `use \`AbortSignal.any\` in place of the listener, or remove it ${where}`;
  }
  return identity
    ? `call \`${on}.removeEventListener('abort', ${snippet(handler, text)})\` ${where}`
    : `give the listener a name and remove it ${where}`;
}

/** Puts a finding into words. `text` is the text of the file. */
export function describeAbortListener(finding: ListenerFinding, text: string): Description {
  const { kind, registration, witness, by, ends, at } = finding;
  const branches = (witness ? decisions(witness, ends) : []).map((why) => ({
    loc: placeOfDecision(why).loc,
    words: decisionWords(why, text),
  }));
  const end = witness && { loc: endLoc(witness.end), words: endWords(witness.end, text) };
  const [cause] = by;
  const isCaused = cause && kind !== 'merged';
  const signal = snippet(registration.signal, text);
  const start: Step = { loc: registration.call.loc, words: `the listener is put on ${signal}` };
  const why: Step | undefined = isCaused
    ? {
        loc: cause.loc,
        words: kind === 'raced' ? 'another arm wins this race' : 'this settles the promise',
      }
    : undefined;
  const path = isCaused ? [] : [...branches, ...(end ? [end] : [])];
  const name = cause && (cause.type === 'CallExpression' ? calleeName(cause) : undefined);
  return {
    rule: 'no-leaked-abort-listener',
    messageId: MESSAGE_IDS[kind],
    data: {
      signal,
      path: joined(path.map(({ words }) => words)),
      by: name === undefined ? (cause ? snippet(cause, text) : '') : `${name}()`,
      line: cause ? lineOf(cause) : '',
      once: registration.once && !registration.disposable ? ONCE : '',
      cure: cureOf(finding, text),
    },
    loc: at.loc,
    steps: [start, ...(why ? [why] : path)],
    witness: isCaused ? undefined : witness,
    suggestions: suggestionsFor(finding, text),
  };
}

const ONCE = ' (`once` removes it only when the signal aborts)';
