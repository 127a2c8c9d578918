/**
 * The words of `no-lost-cancel`.
 *
 * ```
 * `cancel` is not called when `if (skip)` on line 9 is taken and line 10 returns: … To fix it, call it in a `finally` block.
 * ```
 *
 * An editor shows the message only, so the path is in it, by line. Decisions that lead neither around a release nor to
 * the end of the path are left out.
 */
import { teardownOf, type KeptField } from '../analysis/handles/fields.ts';
import type { Finding } from '../analysis/finding.ts';
import type { Description, Step } from './description.ts';
import {
  decisions,
  decisionWords,
  endLoc,
  endWords,
  joined,
  placeOfDecision,
  snippet,
} from './words.ts';

export type LostCancelMessage =
  | 'inlineToken'
  | 'discarded'
  | 'neverReleased'
  | 'neverReleasedByClass'
  | 'missed'
  | 'missedOnThrow'
  | 'overwritten'
  | 'lostInIteration';

export const lostCancelMessages: Readonly<Record<LostCancelMessage, string>> = {
  inlineToken:
    'Nothing can ever cancel this `{{member}}`: its `{{callee}}` is not kept, so {{consequence}}. Either {{cure}}.',
  discarded:
    'The {{noun}} of `{{callee}}` is discarded, so it can never be {{released}}: {{consequence}}. Keep it and {{cure}}.',
  neverReleased:
    '`{{name}}` is never {{released}}: {{consequence}} when {{path}}. To fix it, {{cure}}.',
  neverReleasedByClass:
    '{{what}} is kept in `{{field}}`, and no method of {{owner}} gets it {{released}}: {{consequence}}. To fix it, let {{teardown}} do so.',
  missed: '`{{name}}` is not {{released}} when {{path}}: {{consequence}}. To fix it, {{cure}}.',
  missedOnThrow:
    '`{{name}}` is not {{released}} when {{path}}: {{consequence}}. To fix it, {{cure}}.',
  overwritten:
    '`{{name}}` is overwritten on line {{line}} before it is {{released}}: {{consequence}}. To fix it, {{cure}}.',
  lostInIteration:
    '`{{name}}` is not {{released}} before the loop on line {{line}} goes round{{path}}: {{consequence}} once per iteration. To fix it, {{cure}}.',
};

const MESSAGE_IDS: Readonly<Record<Finding['kind'], LostCancelMessage>> = {
  unreachable: 'inlineToken',
  discarded: 'discarded',
  'never-released': 'neverReleased',
  kept: 'neverReleasedByClass',
  missed: 'missed',
  'missed-on-throw': 'missedOnThrow',
  overwritten: 'overwritten',
  'lost-in-iteration': 'lostInIteration',
};

function calleeText(finding: Finding, text: string): string {
  const { acquire } = finding;
  return acquire.type === 'CallExpression' || acquire.type === 'NewExpression'
    ? snippet(acquire.callee, text)
    : snippet(acquire, text);
}

type FieldWords = Readonly<Record<'field' | 'owner' | 'teardown', string>>;

/** The words for a field that keeps a handle. */
export function fieldWords({ name, owner }: KeptField): FieldWords {
  const teardown = teardownOf(owner);
  return {
    field: `this.${name}`,
    owner: owner.id ? `\`${owner.id.name}\`` : 'its class',
    teardown: teardown === undefined ? 'a method such as `close`' : `\`${teardown}\``,
  };
}

/**
 * Puts a finding into words. `text` is the text of the file.
 */
export function describeLostCancel(finding: Finding, text: string): Description {
  const { protocol, kind, witness, at, acquire } = finding;
  const callee = calleeText(finding, text);
  const name = finding.name ?? callee;
  const branches = (witness ? decisions(witness, finding.ends) : []).map((why) => ({
    loc: placeOfDecision(why).loc,
    words: decisionWords(why, text),
  }));
  const end = witness && { loc: endLoc(witness.end), words: endWords(witness.end, text) };
  const decided = branches.map(({ words }) => words);
  const path =
    kind === 'lost-in-iteration'
      ? decided.length > 0
        ? ` when ${joined(decided)}`
        : ''
      : joined(end ? [...decided, end.words] : decided);
  const start: Step = {
    loc: acquire.loc,
    words:
      kind !== 'kept' && (finding.name === undefined || kind === 'unreachable')
        ? `nothing keeps the ${protocol.noun} of \`${callee}\``
        : `from here on, \`${name}\` must be ${protocol.released}`,
  };
  return {
    rule: finding.rule,
    messageId: MESSAGE_IDS[kind],
    data: {
      name,
      callee,
      path,
      member: finding.name ?? '',
      noun: protocol.noun,
      released: protocol.released,
      consequence: protocol.consequence,
      cure: protocol.cure,
      what: finding.name === undefined ? `The ${protocol.noun} of \`${callee}\`` : `\`${name}\``,
      ...(finding.field && fieldWords(finding.field)),
      line: String(witness?.end.node.loc.start.line ?? at.loc.start.line),
    },
    loc: at.loc,
    steps: [start, ...branches, ...(end ? [end] : [])],
    witness,
  };
}
