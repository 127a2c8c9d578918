/**
 * Edits that cure a leaked timer, where they are safe:
 *
 * ```ts
 * return await Promise.race([              let timer;
 *   work(),                                try {
 *   new Promise((_, reject) => {           return await Promise.race([ …
 *     setTimeout(reject, ms);                  timer = setTimeout(reject, ms);
 *   }),                                    …
 * ]);                                      } finally { clearTimeout(timer); }
 * ```
 *
 * A clear at the end of a straight line moves into a `finally` block, and a controller whose only use is to be aborted
 * by the timer becomes `AbortSignal.timeout(ms)`. Not offered: where the timer does more than guard, where a value that
 * is returned may still need the signal, where a comment would go. Indentation is left to a formatter.
 */
import type { FileFacts } from '../analysis/file.ts';
import type { TimerFinding } from '../analysis/timers/leaked-timers.ts';
import type { Suggestion } from './description.ts';
import { abortTimeout } from './abort-timeout.ts';
import { clearAfterRace } from './clear-after-race.ts';
import { clearInFinally } from './clear-in-finally.ts';

export type TimerSuggestion = 'clearInFinally' | 'clearOnSettlement' | 'useAbortTimeout';

export const timerSuggestions: Readonly<Record<TimerSuggestion, string>> = {
  clearInFinally: 'Clear `{{name}}` in a `finally` block.',
  clearOnSettlement: 'Clear `{{name}}` as soon as the promise is settled, either way.',
  useAbortTimeout: 'Use `AbortSignal.timeout()` in place of the controller and its timer.',
};

export function suggestionsFor(finding: TimerFinding, facts: FileFacts): readonly Suggestion[] {
  if (!('reason' in finding)) return [];
  const found = [
    abortTimeout(finding, facts),
    clearAfterRace(finding, facts),
    clearInFinally(finding, facts),
  ];
  return found.filter((it) => it !== undefined);
}
