/**
 * The signal of a request or of one caller must not stop work that outlives it:
 *
 * ```ts
 * async function handler(request: Request) {
 *   void publish(order, { signal: request.signal });   // reported: cancelled as soon as the response is sent
 *   return new Response('accepted');
 * }
 * ```
 */
import { mayHandOn } from '../analysis/signals/background.ts';
import { backgroundMessages } from '../report/background.ts';
import { describeBackgrounds } from '../report/index.ts';
import { createRule, type LostcancelRule } from './create-rule.ts';

const rule: LostcancelRule = createRule<object, keyof typeof backgroundMessages>({
  name: 'no-request-signal-in-background',
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow the signal of a request or caller in work that outlives it',
      recommended: false,
    },
    messages: backgroundMessages,
    schema: [],
  },
  mayFind: mayHandOn,
  describe: describeBackgrounds,
});

export default rule;
