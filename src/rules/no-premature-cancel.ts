/**
 * A cancel must not come before what it cancels is done:
 *
 * ```ts
 * const [ctx, cancel] = withCancel(parent);
 * await Promise.all(items.map(async (item) => {
 *   await work(item, ctx);
 *   cancel();                 // reported: the first item that is done stops all the others
 * }));
 * ```
 */
import { mayCancel } from '../analysis/signals/premature-cancels.ts';
import { describePrematureCancels } from '../report/index.ts';
import { prematureCancelMessages } from '../report/premature-cancels.ts';
import { createRule, type LostcancelRule } from './create-rule.ts';

const rule: LostcancelRule = createRule<object, keyof typeof prematureCancelMessages>({
  name: 'no-premature-cancel',
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow cancelling siblings or results before they are done',
      recommended: true,
    },
    messages: prematureCancelMessages,
    schema: [],
  },
  mayFind: mayCancel,
  describe: describePrematureCancels,
});

export default rule;
