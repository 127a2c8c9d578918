/**
 * A handle that can stop something must be released on every path:
 *
 * ```ts
 * const [ctx, cancel] = withTimeout(parent, 100);
 * await send(ctx);   // reported: `cancel` is not called when this `await` rejects
 * cancel();
 * ```
 */
import type { NoLostCancelOptions } from '../analysis/handles/lost-cancels.ts';
import type { OverwrittenFieldOptions } from '../analysis/handles/overwritten-fields.ts';
import { describeLostCancels, mayLoseCancels } from '../report/index.ts';
import { controllerMessages } from '../report/controllers.ts';
import { earlyTeardownMessages } from '../report/early-teardowns.ts';
import { lostCancelSuggestions } from '../report/lost-cancel-suggestions.ts';
import { lostCancelMessages } from '../report/lost-cancel.ts';
import { overwrittenFieldMessages } from '../report/overwritten-fields.ts';
import { removalMessages } from '../report/removals.ts';
import { resourcesSchema } from '../resources/schema.ts';
import { createRule, type LostcancelRule } from './create-rule.ts';

const messages = {
  ...lostCancelMessages,
  ...lostCancelSuggestions,
  ...controllerMessages,
  ...earlyTeardownMessages,
  ...overwrittenFieldMessages,
  ...removalMessages,
};

const rule: LostcancelRule = createRule<
  NoLostCancelOptions & OverwrittenFieldOptions,
  keyof typeof messages
>({
  name: 'no-lost-cancel',
  meta: {
    type: 'problem',
    docs: {
      description: 'require every cancel function to be called on every path',
      recommended: true,
      strictOptions: [{ helpers: 'all-paths', overwrittenFields: 'report' }],
    },
    hasSuggestions: true,
    messages,
    defaultOptions: [
      {
        throws: 'await',
        helpers: 'can-release',
        overwrittenFields: 'ignore',
        resources: [],
        disposableTypes: 'symbol',
      },
    ],
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
          helpers: {
            type: 'string',
            enum: ['can-release', 'all-paths'],
            description:
              'Whether a helper of the same file counts as releasing when it can release, or only when all its paths do.',
          },
          overwrittenFields: {
            type: 'string',
            enum: ['ignore', 'report'],
            description:
              'Whether a method may write over a field in which it kept a handle the last time it was called.',
          },
          resources: resourcesSchema,
          disposableTypes: {
            type: 'string',
            enum: ['symbol', 'all', 'off'],
            description:
              'With type information, which types have to be disposed: those with `[Symbol.dispose]`, those of VS Code and RxJS too, or none.',
          },
        },
      },
    ],
  },
  mayFind: mayLoseCancels,
  describe: describeLostCancels,
});

export default rule;
