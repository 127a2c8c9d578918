/**
 * The words of `no-lost-cancel` for abort controllers.
 *
 * ```
 * `own` is not aborted when the `await` on line 12 rejects: the work that line 10 starts with its signal goes on. …
 * ```
 */
import type { ControllerFinding } from '../analysis/handles/controllers.ts';
import type { Description } from './description.ts';
import { fieldWords } from './lost-cancel.ts';
import {
  decisions,
  decisionWords,
  endLoc,
  endWords,
  joined,
  lineOf,
  placeOfDecision,
} from './words.ts';

export type ControllerMessage = 'signalOnly' | 'neverAbortedByClass' | 'workGoesOn';

export const controllerMessages: Readonly<Record<ControllerMessage, string>> = {
  signalOnly:
    'Nothing can ever abort `{{name}}`: only its `signal` is used, so the work that gets this signal cannot be stopped. Either abort it somewhere, or pass no signal at all.',
  neverAbortedByClass:
    'No method of {{owner}} ever aborts what `{{field}}` keeps: work with its signal goes on after {{teardown}}. To fix it, abort it there.',
  workGoesOn:
    '`{{name}}` is not aborted when {{path}}: {{what}} goes on. To fix it, abort it in a `finally` block.',
};

export function describeController(finding: ControllerFinding, text: string): Description {
  const { call, at } = finding;
  const base = { rule: 'no-lost-cancel', loc: at.loc } as const;
  if (finding.kind === 'signal-only') {
    const words = 'nothing but the signal of this controller is used';
    return {
      ...base,
      messageId: 'signalOnly',
      data: { name: finding.name },
      steps: [{ loc: call.loc, words }],
    };
  }
  if (finding.kind === 'kept') {
    const { field, owner, teardown } = fieldWords(finding.field);
    return {
      ...base,
      messageId: 'neverAbortedByClass',
      data: { field, owner, teardown },
      steps: [{ loc: call.loc, words: `only \`${field}\` keeps this controller` }],
    };
  }
  const { name, work } = finding;
  const { witness, start, what } = work;
  const branches = decisions(witness, work.ends).map((why) => ({
    loc: placeOfDecision(why).loc,
    words: decisionWords(why, text),
  }));
  const end = { loc: endLoc(witness.end), words: endWords(witness.end, text) };
  return {
    ...base,
    messageId: 'workGoesOn',
    data: {
      name,
      path: joined([...branches, end].map(({ words }) => words)),
      what:
        what === 'listener'
          ? `the listener that ${lineOf(start)} registers with its signal`
          : `the work that ${lineOf(start)} starts with its signal`,
    },
    steps: [
      { loc: start.loc, words: `from here on, \`${name}\` must be aborted` },
      ...branches,
      end,
    ],
    witness,
  };
}
