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
import { mayRace } from '../analysis/signals/loop-races.ts';
import { describeLoopRaces } from '../report/index.ts';
import { loopRaceMessages } from '../report/loop-races.ts';
import { createRule, type LostcancelRule } from './create-rule.ts';

const rule: LostcancelRule = createRule<object, keyof typeof loopRaceMessages>({
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
  mayFind: mayRace,
  describe: describeLoopRaces,
});

export default rule;
