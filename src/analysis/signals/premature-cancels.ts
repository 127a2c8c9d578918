/** One source file -> the findings of `no-premature-cancel`: see analysis/signals/fan-out.ts and analysis/signals/cut-results.ts. */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { cancelSources } from './cancel-sources.ts';
import { cutResults, type CutFinding } from './cut-results.ts';
import { firstChildCancels, type FanOutFinding } from './fan-out.ts';
import { factsOf } from '../file.ts';

export type PrematureFinding = FanOutFinding | CutFinding;

/** The findings of `no-premature-cancel`, in source order. */
export function findPrematureCancels(sourceCode: TSESLint.SourceCode): readonly PrematureFinding[] {
  const { text } = sourceCode;
  if (!/bort|ancel/.test(text) || !/\b(?:allSettled|all|return)\b|=>/.test(text)) return [];
  const facts = factsOf(sourceCode);
  return facts.once('no-premature-cancel', () => {
    const found = new Map<TSESTree.Node, PrematureFinding>();
    for (const source of cancelSources(facts)) {
      if (source.cancels.length === 0 && source.passed.length === 0) continue;
      for (const finding of [...firstChildCancels(source, facts), ...cutResults(source, facts)]) {
        if (!found.has(finding.cancel)) found.set(finding.cancel, finding);
      }
    }
    return [...found.values()].toSorted((a, b) => a.cancel.range[0] - b.cancel.range[0]);
  });
}
