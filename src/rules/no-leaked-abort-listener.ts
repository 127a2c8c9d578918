/**
 * An `abort` listener on somebody else's signal must be taken off when the operation it was made for has ended:
 *
 * ```ts
 * async function call(signal: AbortSignal) {
 *   const own = new AbortController();
 *   signal.addEventListener('abort', () => own.abort());   // reported: it stays when the call has returned
 *   return await load({ signal: own.signal });
 * }
 * ```
 */
import {
  mayListen,
  type NoLeakedAbortListenerOptions,
} from '../analysis/signals/abort-listeners.ts';
import { abortListenerMessages } from '../report/abort-listeners.ts';
import { describeAbortListeners } from '../report/index.ts';
import { createRule, type LostcancelRule } from './create-rule.ts';

const rule: LostcancelRule = createRule<
  NoLeakedAbortListenerOptions,
  keyof typeof abortListenerMessages
>({
  name: 'no-leaked-abort-listener',
  meta: {
    type: 'problem',
    docs: {
      description: 'require abort listeners to be removed when their operation has ended',
      recommended: true,
    },
    hasSuggestions: true,
    messages: abortListenerMessages,
    defaultOptions: [{ throws: 'await' }],
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
        },
      },
    ],
  },
  mayFind: mayListen,
  describe: describeAbortListeners,
});

export default rule;
