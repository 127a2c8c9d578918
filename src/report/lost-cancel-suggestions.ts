/** Edits that cure a lost handle, where they are safe. Indentation is left to a formatter. */
import type { FileFacts } from '../analysis/file.ts';
import type { Finding } from '../analysis/finding.ts';
import { bindDiscarded } from './bind-discarded.ts';
import { declareUsing } from './declare-using.ts';
import type { Suggestion } from './description.ts';
import { releaseInFinally } from './release-in-finally.ts';

type LostCancelSuggestion = 'releaseInFinally' | 'declareUsing' | 'bindDiscarded';

export const lostCancelSuggestions: Readonly<Record<LostCancelSuggestion, string>> = {
  releaseInFinally: 'Release `{{name}}` in a `finally` block.',
  declareUsing: 'Declare `{{name}}` with `{{keyword}}`.',
  bindDiscarded: 'Bind the {{noun}} to `{{name}}`, and call it in a `finally` block.',
};

export function suggestionsForLost(finding: Finding, facts: FileFacts): readonly Suggestion[] {
  const found = [
    declareUsing(finding, facts),
    releaseInFinally(finding, facts),
    bindDiscarded(finding, facts),
  ];
  return found.filter((it) => it !== undefined);
}
