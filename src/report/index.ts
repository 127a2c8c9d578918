/** For each rule: a file and its options -> what the rule says of it. Rules report it, the command line draws it. */
import type { TSESLint } from '@typescript-eslint/utils';
import {
  accountForListeners,
  findLeakedListeners,
  type NoLeakedAbortListenerOptions,
} from '../analysis/signals/abort-listeners.ts';
import { mentions } from '../ast/words.ts';
import { accountForControllers, findControllers } from '../analysis/handles/controllers.ts';
import { factsOf } from '../analysis/file.ts';
import type { Account, RuleId } from '../analysis/finding.ts';
import {
  accountForTimers,
  findLeakedTimers,
  type NoLeakedTimerOptions,
} from '../analysis/timers/leaked-timers.ts';
import {
  accountForCancels,
  findLostCancels,
  mayAcquireIn,
  type NoLostCancelOptions,
} from '../analysis/handles/lost-cancels.ts';
import {
  accountForRemovals,
  findIdleRemovals,
  REMOVAL_WORDS,
} from '../analysis/handles/removals.ts';
import { findUnstoppableTasks, type NoUnstoppableTaskOptions } from '../analysis/tasks/tasks.ts';
import { accountForTasks } from '../analysis/tasks/task-accounts.ts';
import { describeAbortListener } from './abort-listeners.ts';
import { accountForRaces, findLoopRaces } from '../analysis/signals/loop-races.ts';
import {
  findOverwrittenFields,
  type OverwrittenFieldOptions,
} from '../analysis/handles/overwritten-fields.ts';
import { findEarlyTeardowns, mayTearDown } from '../analysis/handles/teardowns.ts';
import {
  accountForPrematureCancels,
  findPrematureCancels,
} from '../analysis/signals/premature-cancels.ts';
import { accountForBackground, findBackgroundSignals } from '../analysis/signals/background.ts';
import { describeController } from './controllers.ts';
import type { Description } from './description.ts';
import { describeBackground } from './background.ts';
import { describeEarlyTeardown } from './early-teardowns.ts';
import { describeOverwrittenField } from './overwritten-fields.ts';
import { describePrematureCancel } from './premature-cancels.ts';
import { describeLoopRace } from './loop-races.ts';
import { suggestionsForLost } from './lost-cancel-suggestions.ts';
import { describeLostCancel } from './lost-cancel.ts';
import { describeRemoval } from './removals.ts';
import { describeTask } from './tasks.ts';
import { describeTimer } from './timers.ts';

export type Describe<Options> = (
  sourceCode: TSESLint.SourceCode,
  options: Options,
) => readonly Description[];

/** By rule: could it say anything at all of the file? */
type Asks<Options> = (sourceCode: TSESLint.SourceCode, options: Options) => boolean;

export const mayLoseCancels: Asks<NoLostCancelOptions> = (sourceCode, options) =>
  mentions(sourceCode.text, REMOVAL_WORDS) ||
  mayAcquireIn(sourceCode, options) ||
  mayTearDown(sourceCode);

export const describeLostCancels: Describe<NoLostCancelOptions & OverwrittenFieldOptions> = (
  sourceCode,
  options,
) => {
  const { text } = sourceCode;
  const lost = findLostCancels(sourceCode, options);
  const acquires = new Set(lost.map(({ acquire }) => acquire));
  return [
    ...lost.map((finding) => ({
      ...describeLostCancel(finding, text),
      suggestions: suggestionsForLost(finding, factsOf(sourceCode)),
    })),
    ...findOverwrittenFields(sourceCode, options)
      .filter(({ call }) => !acquires.has(call))
      .map(describeOverwrittenField),
    ...findEarlyTeardowns(sourceCode, options.throws).map((early) =>
      describeEarlyTeardown(early, text),
    ),
    ...findControllers(sourceCode, options.throws).map((finding) =>
      describeController(finding, text),
    ),
    ...findIdleRemovals(sourceCode).map((removal) => describeRemoval(removal, text)),
  ];
};

export const describeUnstoppableTasks: Describe<NoUnstoppableTaskOptions> = (sourceCode, options) =>
  findUnstoppableTasks(sourceCode, options).map((finding) =>
    describeTask(finding, sourceCode.text),
  );

export const describeLeakedTimers: Describe<NoLeakedTimerOptions> = (sourceCode, options) =>
  findLeakedTimers(sourceCode, options).map((finding) =>
    describeTimer(finding, factsOf(sourceCode)),
  );

export const describeAbortListeners: Describe<NoLeakedAbortListenerOptions> = (
  sourceCode,
  options,
) =>
  findLeakedListeners(sourceCode, options).map((finding) =>
    describeAbortListener(finding, sourceCode.text),
  );

export const describeLoopRaces: Describe<object> = (sourceCode) =>
  findLoopRaces(sourceCode).map((finding) => describeLoopRace(finding, sourceCode.text));

export const describePrematureCancels: Describe<object> = (sourceCode) =>
  findPrematureCancels(sourceCode).map((finding) =>
    describePrematureCancel(finding, sourceCode.text),
  );

export const describeBackgrounds: Describe<object> = (sourceCode) =>
  findBackgroundSignals(sourceCode).map((finding) => describeBackground(finding, sourceCode.text));

/** By rule, for callers that have validated the options by the rule's schema and filled in its defaults. */
export const describers: Readonly<Record<RuleId, Describe<never>>> = {
  'no-lost-cancel': describeLostCancels,
  'no-leaked-timer': describeLeakedTimers,
  'no-unstoppable-task': describeUnstoppableTasks,
  'no-leaked-abort-listener': describeAbortListeners,
  'no-race-in-loop': describeLoopRaces,
  'no-premature-cancel': describePrematureCancels,
  'no-request-signal-in-background': describeBackgrounds,
};

type Accountant<Options> = (
  sourceCode: TSESLint.SourceCode,
  options: Options,
) => readonly Account[];

const accountForHandles: Accountant<NoLostCancelOptions> = (sourceCode, options) => [
  ...accountForCancels(sourceCode, options),
  ...accountForControllers(sourceCode, options.throws),
  ...accountForRemovals(sourceCode),
];

/** By rule, what became of everything that it looks at, reported or not. */
export const accountants: Readonly<Record<RuleId, Accountant<never>>> = {
  'no-lost-cancel': accountForHandles,
  'no-leaked-timer': accountForTimers,
  'no-unstoppable-task': accountForTasks,
  'no-leaked-abort-listener': accountForListeners,
  'no-race-in-loop': accountForRaces,
  'no-premature-cancel': accountForPrematureCancels,
  'no-request-signal-in-background': accountForBackground,
};
