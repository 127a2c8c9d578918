/**
 * The words of `no-leaked-timer`.
 *
 * ```
 * `timer` is not cleared when the `await` on line 12 rejects: it keeps its closure, and the process, alive until it fires. …
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { FileFacts } from '../analysis/file.ts';
import type { GuardReason, TimerFinding } from '../analysis/timers/leaked-timers.ts';
import type { LossKind, Witness } from '../analysis/finding.ts';
import type { Description, Step } from './description.ts';
import { suggestionsFor, timerSuggestions, type TimerSuggestion } from './timer-suggestions.ts';
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

export type TimerMessage =
  | 'lostHandle'
  | 'neverCleared'
  | 'notCleared'
  | 'overwritten'
  | 'lostInIteration'
  | 'helperTimer'
  | 'signalNeverAborted'
  | 'signalNotAborted'
  | 'settledUncleared';

const COST = 'it keeps its closure, and the process, alive until it fires';

export const timerMessages: Readonly<Record<TimerMessage | TimerSuggestion, string>> = {
  ...timerSuggestions,
  lostHandle: `Nothing can clear this timer, which {{guards}}: when that ends first, ${COST}. Keep what \`{{callee}}\` returns and clear it in a \`finally\` block.`,
  neverCleared: `\`{{name}}\` {{guards}} and is never cleared: when that ends first, ${COST}. Clear it in a \`finally\` block.`,
  notCleared: `\`{{name}}\` is not cleared when {{path}}: ${COST}. Clear it in a \`finally\` block.`,
  overwritten: `\`{{name}}\` is overwritten on line {{line}} before it is cleared: ${COST}. Clear it first.`,
  lostInIteration: `\`{{name}}\` is not cleared before the loop on line {{line}} goes round{{path}}: each iteration leaves a timer behind. Clear it in a \`finally\` block.`,
  helperTimer: `The timer of \`{{callee}}\` outlives the \`{{race}}\` on line {{line}} that another arm wins, and nothing can clear it: ${COST}. Give it a signal that is aborted when the race ends, or make the timer here and clear it in a \`finally\` block.`,
  signalNeverAborted: `The timer of \`{{callee}}\` outlives the \`{{race}}\` on line {{line}} that another arm wins: \`{{name}}\`, whose signal it has, is never aborted, so ${COST}. Abort it in a \`finally\` block.`,
  signalNotAborted: `The timer of \`{{callee}}\` outlives the \`{{race}}\` on line {{line}}: \`{{name}}\`, whose signal it has, is not aborted when {{path}}, so ${COST}. Abort it in a \`finally\` block.`,
  settledUncleared: `The {{handler}} on line {{line}} {{settles}} and leaves {{timer}} armed{{path}}: ${COST}. Clear it in every handler that does.`,
};

const MESSAGE_IDS: Readonly<Record<LossKind, TimerMessage>> = {
  unreachable: 'lostHandle',
  discarded: 'lostHandle',
  'never-released': 'neverCleared',
  missed: 'notCleared',
  'missed-on-throw': 'notCleared',
  overwritten: 'overwritten',
  'lost-in-iteration': 'lostInIteration',
};

const GUARDS: Readonly<Record<GuardReason, string>> = {
  race: 'is an arm of a race',
  abort: 'is there to abort the operation',
  cleared: 'is cleared on some paths only',
};

type Loss = Extract<TimerFinding, { readonly reason: GuardReason }>;
type Of<Kind> = Extract<TimerFinding, { readonly kind: Kind }>;

function calleeOf(call: TSESTree.Node, text: string): string {
  return snippet(call.type === 'CallExpression' ? call.callee : call, text);
}

interface Path {
  /** The decisions that matter. */
  readonly branches: readonly Step[];
  readonly steps: readonly Step[];
  readonly words: string;
}

function pathWords(
  witness: Witness | undefined,
  ends: readonly TSESTree.Node[],
  text: string,
): Path {
  const branches = (witness ? decisions(witness, ends) : []).map((why) => ({
    loc: placeOfDecision(why).loc,
    words: decisionWords(why, text),
  }));
  const end = witness && { loc: endLoc(witness.end), words: endWords(witness.end, text) };
  const steps = [...branches, ...(end ? [end] : [])];
  return { branches, steps, words: joined(steps.map((step) => step.words)) };
}

function whenWords(branches: readonly Step[]): string {
  return branches.length > 0 ? ` when ${joined(branches.map((step) => step.words))}` : '';
}

function describeLoss(finding: Loss, text: string): Description {
  const { kind, reason, call, name, at, witness, ends } = finding;
  const { branches, steps, words } = pathWords(witness, ends, text);
  const path = kind === 'lost-in-iteration' ? whenWords(branches) : words;
  const callee = calleeOf(call, text);
  const unnamed = name === undefined && MESSAGE_IDS[kind] !== 'lostHandle';
  const start: Step = { loc: call.loc, words: `${callee} starts the timer` };
  const isDropped = kind === 'discarded';
  const lost: readonly Step[] = finding.raced
    ? [{ loc: finding.raced.race.call.loc, words: 'another arm wins the race' }]
    : [];
  return {
    rule: 'no-leaked-timer',
    messageId: unnamed ? 'lostHandle' : MESSAGE_IDS[kind],
    data: {
      name: name ?? callee,
      callee,
      guards: GUARDS[reason],
      path,
      line: String(witness?.end.node.loc.start.line ?? at.loc.start.line),
    },
    loc: at.loc,
    steps: isDropped
      ? [{ ...start, words: `${start.words}, and nothing keeps it` }, ...lost]
      : [start, ...steps],
    witness,
  };
}

function describeHelper(finding: Of<'helper'>, text: string): Description {
  const { race, call, at } = finding;
  const callee = calleeOf(call, text);
  return {
    rule: 'no-leaked-timer',
    loc: at.loc,
    messageId: 'helperTimer',
    data: { callee, race: calleeOf(race.call, text), line: String(race.call.loc.start.line) },
    steps: [
      { loc: call.loc, words: `${callee} starts a timer that only it knows` },
      { loc: race.call.loc, words: 'another arm wins the race' },
    ],
  };
}

function describeSignal(finding: Of<'signal'>, text: string): Description {
  const { race, call, at, sleep } = finding;
  const { words, steps } = pathWords(sleep.witness, sleep.ends, text);
  const callee = calleeOf(call, text);
  return {
    rule: 'no-leaked-timer',
    loc: at.loc,
    messageId: sleep.kind === 'never-released' ? 'signalNeverAborted' : 'signalNotAborted',
    data: {
      callee,
      race: calleeOf(race.call, text),
      line: String(race.call.loc.start.line),
      name: sleep.controller.name,
      path: words,
    },
    steps: [{ loc: call.loc, words: `${callee} starts a timer that an abort clears` }, ...steps],
    witness: sleep.witness,
  };
}

function describeSettled(finding: Of<'settled'>, text: string): Description {
  const { call, at, name } = finding;
  const { site, witness, ends } = finding.handler;
  const settles = finding.settled.kind === 'executor' ? 'settles the promise' : 'calls back';
  const { branches } = pathWords(witness, ends, text);
  const callee = calleeOf(call, text);
  return {
    rule: 'no-leaked-timer',
    loc: at.loc,
    messageId: 'settledUncleared',
    data: {
      handler: site.type === 'CallExpression' ? `\`${calleeOf(site, text)}\`` : 'handler',
      settles,
      timer: name === undefined ? 'this timer' : `\`${name}\``,
      line: String(site.loc.start.line),
      path: whenWords(branches),
    },
    steps: [
      { loc: call.loc, words: `${callee} starts the timer` },
      { loc: site.loc, words: `${lineOf(site)} ${settles}` },
      ...branches,
    ],
  };
}

/** A finding in words, with what a person may do about it. */
export function describeTimer(finding: TimerFinding, facts: FileFacts): Description {
  const description = inWords(finding, facts.sourceCode.text);
  const suggestions = suggestionsFor(finding, facts);
  return suggestions.length > 0 ? { ...description, suggestions } : description;
}

function inWords(finding: TimerFinding, text: string): Description {
  switch (finding.kind) {
    case 'helper':
      return describeHelper(finding, text);
    case 'signal':
      return describeSignal(finding, text);
    case 'settled':
      return describeSettled(finding, text);
    default:
      return describeLoss(finding, text);
  }
}
