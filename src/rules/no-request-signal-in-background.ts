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
import { backgroundMessages } from '../report/background.ts';
import { describeBackgrounds } from '../report/index.ts';
import { createRule, reportAll, type LostcancelRule } from './create-rule.ts';

const rule: LostcancelRule = createRule<[], keyof typeof backgroundMessages>({
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
  create(context) {
    return {
      'Program:exit'() {
        reportAll(context, describeBackgrounds(context.sourceCode, {}));
      },
    };
  },
});

export default rule;
