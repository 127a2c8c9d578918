/** The words of `no-lost-cancel` for teardown methods that return too early. */
import type { EarlyTeardown } from '../analysis/handles/teardowns.ts';
import { keyName } from '../ast/nodes.ts';
import type { Description } from './description.ts';
import { decisions, decisionWords, endLoc, endWords, joined, placeOfDecision } from './words.ts';

export type EarlyTeardownMessage = 'earlyTeardown';

export const earlyTeardownMessages: Readonly<Record<EarlyTeardownMessage, string>> = {
  earlyTeardown:
    '`{{method}}` does not get `{{field}}` {{released}} when {{path}}, and nothing else of the class does: {{consequence}}. To fix it, see that it is {{released}} before anything is asked.',
};

export function describeEarlyTeardown(
  { field, words: { released, consequence }, method, witness, ends }: EarlyTeardown,
  text: string,
): Description {
  const name = keyName(method.key, method.computed) ?? '';
  const branches = decisions(witness, ends).map((why) => ({
    loc: placeOfDecision(why).loc,
    words: decisionWords(why, text),
  }));
  const end = { loc: endLoc(witness.end), words: endWords(witness.end, text) };
  const held = `this.${field}`;
  return {
    rule: 'no-lost-cancel',
    messageId: 'earlyTeardown',
    data: {
      method: name.replace(/^@@/, ''),
      field: held,
      released,
      consequence,
      path: joined([...branches, end].map(({ words }) => words)),
    },
    loc: method.key.loc,
    steps: [
      { loc: method.key.loc, words: `\`${held}\` must be ${released} here` },
      ...branches,
      end,
    ],
    witness,
  };
}
