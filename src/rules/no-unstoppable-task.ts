/**
 * What is started and left alone needs a way to be stopped:
 *
 * ```ts
 * async function work() {
 *   while (true) await step();
 * }
 * void work();   // reported: no signal, no flag, no `break`; it ends with the process
 * ```
 */
import { mayStartTasks, type NoUnstoppableTaskOptions } from '../analysis/tasks/tasks.ts';
import { describeUnstoppableTasks } from '../report/index.ts';
import { taskMessages } from '../report/tasks.ts';
import { createRule, type LostcancelRule } from './create-rule.ts';

const rule: LostcancelRule = createRule<NoUnstoppableTaskOptions, keyof typeof taskMessages>({
  name: 'no-unstoppable-task',
  meta: {
    type: 'problem',
    docs: {
      description: 'require every fire-and-forget task to have a stop condition',
      recommended: true,
      strictOptions: [{ moduleLevel: 'report', foreignIterables: 'report' }],
    },
    messages: taskMessages,
    defaultOptions: [{ moduleLevel: 'allow', foreignIterables: 'allow' }],
    schema: [
      {
        type: 'object',
        additionalProperties: false,
        properties: {
          moduleLevel: {
            type: 'string',
            enum: ['allow', 'report'],
            description:
              'Whether the module body, and what only it calls, may start tasks that live as long as the process.',
          },
          foreignIterables: {
            type: 'string',
            enum: ['allow', 'report'],
            description:
              'Whether a detached `for await` may rely on its source to end when the source was made elsewhere.',
          },
        },
      },
    ],
  },
  mayFind: mayStartTasks,
  describe: describeUnstoppableTasks,
});

export default rule;
