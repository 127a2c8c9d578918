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
import { describePrematureCancels } from '../report/index.ts';
import { prematureCancelMessages } from '../report/premature-cancels.ts';
import { createRule, reportAll, type LostcancelRule } from './create-rule.ts';

const rule: LostcancelRule = createRule<[], keyof typeof prematureCancelMessages>({
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
  create(context) {
    return {
      'Program:exit'() {
        reportAll(context, describePrematureCancels(context.sourceCode, {}));
      },
    };
  },
});

export default rule;
