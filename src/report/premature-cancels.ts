/**
 * The words of `no-premature-cancel`.
 *
 * ```
 * The first child to finish cancels all the others: each of the children that line 8 starts calls `cancel` …
 * ```
 */
import type { CutFinding } from '../analysis/signals/cut-results.ts';
import type { PrematureFinding } from '../analysis/signals/premature-cancels.ts';
import type { Description } from './description.ts';
import { lineOf, snippet } from './words.ts';

export type PrematureCancelMessage = 'firstChild' | 'returned';

export const prematureCancelMessages: Readonly<Record<PrematureCancelMessage, string>> = {
  firstChild:
    'The first child to finish cancels all the others: the children that {{start}} starts share `{{name}}`, and {{join}} waits for all of them. To fix it, cancel once, after {{join}}; a child that fails may cancel in its `catch`.',
  returned:
    'This cancels what {{line}} returns: the {{what}} still needs the signal when the function has returned. To fix it, cancel when the {{what}} has been used up, or not at all.',
};

const WHAT: Readonly<Record<CutFinding['what'], string>> = {
  response: 'body of the response',
  stream: 'stream',
  promise: 'pending promise',
};

export function describePrematureCancel(finding: PrematureFinding, text: string): Description {
  const { cancel, source } = finding;
  const base = { rule: 'no-premature-cancel', loc: cancel.loc } as const;
  if (finding.kind === 'first-child') {
    const { start, join } = finding;
    return {
      ...base,
      messageId: 'firstChild',
      data: { name: source.name, start: lineOf(start), join: lineOf(join) },
      steps: [
        { loc: source.declaration.id.loc, words: 'all children share this' },
        { loc: start.loc, words: 'the children are started here' },
        { loc: cancel.loc, words: 'each of them cancels when it is done' },
        { loc: join.loc, words: 'and all of them are waited for here' },
      ],
    };
  }
  const { returned, what } = finding;
  return {
    ...base,
    messageId: 'returned',
    data: { line: lineOf(returned), what: WHAT[what] },
    steps: [
      { loc: source.declaration.id.loc, words: `the signal of ${source.name}` },
      { loc: returned.loc, words: `goes into what is returned: ${snippet(returned, text)}` },
      { loc: cancel.loc, words: 'and is aborted here, before the caller has used it' },
    ],
  };
}
