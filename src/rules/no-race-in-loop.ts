/**
 * A promise that outlives a loop must not be raced each time the loop goes round:
 *
 * ```ts
 * const closed = once(socket, 'close');
 * while (true) {
 *   await Promise.race([next(), closed]);   // reported: memory grows with every message
 * }
 * ```
 */
import { describeLoopRaces } from '../report/index.ts';
import { loopRaceMessages } from '../report/loop-races.ts';
import { createRule, reportAll, type LostcancelRule } from './create-rule.ts';

const rule: LostcancelRule = createRule<[], keyof typeof loopRaceMessages>({
  name: 'no-race-in-loop',
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow racing a long-lived promise each time a loop goes round',
      recommended: true,
    },
    messages: loopRaceMessages,
    schema: [],
  },
  create(context) {
    return {
      'Program:exit'() {
        reportAll(context, describeLoopRaces(context.sourceCode, {}));
      },
    };
  },
});

export default rule;
