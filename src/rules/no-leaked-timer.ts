/**
 * A timer that guards an operation must not outlive it:
 *
 * ```ts
 * await Promise.race([work(), new Promise((_, reject) => setTimeout(reject, ms))]);
 * // reported: when `work` wins, the timer keeps the process alive until it fires
 * ```
 */
import { mayLeakTimers, type NoLeakedTimerOptions } from '../analysis/timers/leaked-timers.ts';
import { describeLeakedTimers } from '../report/index.ts';
import { timerMessages } from '../report/timers.ts';
import { createRule, type LostcancelRule } from './create-rule.ts';

const rule: LostcancelRule = createRule<NoLeakedTimerOptions, keyof typeof timerMessages>({
  name: 'no-leaked-timer',
  meta: {
    type: 'problem',
    docs: {
      description: 'require timers that guard an operation to be cleared when it ends',
      recommended: true,
      strictOptions: [{ unref: 'report' }],
    },
    hasSuggestions: true,
    messages: timerMessages,
    defaultOptions: [{ throws: 'await', unref: 'allow', sleepHelpers: [], timerFunctions: [] }],
    schema: [
      {
        type: 'object',
        additionalProperties: false,
        properties: {
          throws: {
            type: 'string',
            enum: ['explicit', 'await', 'call'],
            description:
              'Which operations may throw: only `throw` statements, rejections of awaited values too, or every call.',
          },
          unref: {
            type: 'string',
            enum: ['allow', 'report'],
            description: 'Whether a timer that is `unref()`ed still has to be cleared.',
          },
          sleepHelpers: {
            type: 'array',
            items: { type: 'string', minLength: 1 },
            uniqueItems: true,
            description:
              'Further functions that give a promise settled by a timer: names, or modules all of whose functions count.',
          },
          timerFunctions: {
            type: 'array',
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['set', 'clear'],
              properties: {
                set: { type: 'string', minLength: 1, description: 'Starts a timer.' },
                clear: { type: 'string', minLength: 1, description: 'Clears what `set` returned.' },
              },
            },
            description: 'Further pairs of timer functions, by name.',
          },
        },
      },
    ],
  },
  mayFind: mayLeakTimers,
  describe: describeLeakedTimers,
});

export default rule;
