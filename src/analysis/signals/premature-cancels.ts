/** One source file -> the findings of `no-premature-cancel`: see analysis/signals/fan-out.ts and analysis/signals/cut-results.ts. */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { cancelSources } from './cancel-sources.ts';
import { cutResults, type CutFinding } from './cut-results.ts';
import { firstChildCancels, type FanOutFinding } from './fan-out.ts';
import { factsOf, type Source } from '../file.ts';
import { fine, type Account } from '../finding.ts';
import { isInTest } from '../test-code.ts';
import { mentions } from '../../ast/words.ts';

export type PrematureFinding = FanOutFinding | CutFinding;

/** An owner of a signal, a cancel tuple, or a pattern that takes a cancel function. */
const TRIGGER =
  /AbortController|CancellationTokenSource|with(?:Cancel|Timeout|Deadline)|(?:cancel|abort|stop)\b[^;]{0,200}?\}\s*(?::[^=;]{0,80})?=(?![=>])/;

/** Could the file cancel anything? */
export function mayCancel({ text }: Source): boolean {
  return mentions(text, ['bort', 'ancel']) && TRIGGER.test(text);
}

/** The findings of `no-premature-cancel`, in source order. */
export function findPrematureCancels(sourceCode: TSESLint.SourceCode): readonly PrematureFinding[] {
  if (!mayCancel(sourceCode)) return [];
  const facts = factsOf(sourceCode);
  return facts.once('no-premature-cancel', () => {
    const found = new Map<TSESTree.Node, PrematureFinding>();
    for (const source of cancelSources(facts)) {
      if (source.cancels.length === 0 && source.passed.length === 0) continue;
      for (const finding of [...firstChildCancels(source, facts), ...cutResults(source, facts)]) {
        // A test cancels early to see what happens.
        if (isInTest(finding.cancel) || found.has(finding.cancel)) continue;
        found.set(finding.cancel, finding);
      }
    }
    return [...found.values()].toSorted((a, b) => a.cancel.range[0] - b.cancel.range[0]);
  });
}

/** What became of each cancel. */
export function accountForPrematureCancels(sourceCode: TSESLint.SourceCode): readonly Account[] {
  if (!mayCancel(sourceCode)) return [];
  const reported = new Set<TSESTree.Node>(
    findPrematureCancels(sourceCode).map(({ cancel }) => cancel),
  );
  return cancelSources(factsOf(sourceCode)).flatMap(({ cancels, name }) =>
    cancels.map((acquire): Account => {
      const silence = reported.has(acquire) ? undefined : fine('cancel-in-time');
      return { rule: 'no-premature-cancel', acquire, name, released: 'cancelled', silence };
    }),
  );
}
