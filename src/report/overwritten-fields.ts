/** The words of `no-lost-cancel` for fields that are written over. */
import type { OverwrittenField } from '../analysis/handles/overwritten-fields.ts';
import type { Description } from './description.ts';

export type OverwrittenFieldMessage = 'fieldOverwritten';

export const overwrittenFieldMessages: Readonly<Record<OverwrittenFieldMessage, string>> = {
  fieldOverwritten:
    'Each call of `{{method}}` writes over `{{field}}`, and the {{noun}} of the call before is not {{released}}: {{consequence}}. To fix it, see that it is {{released}} first, or leave at once when there is one.',
};

export function describeOverwrittenField({
  at,
  name,
  method,
  words: { noun, released, consequence },
}: OverwrittenField): Description {
  const field = `this.${name}`;
  return {
    rule: 'no-lost-cancel',
    messageId: 'fieldOverwritten',
    data: { method, field, noun, released, consequence },
    loc: at.loc,
    steps: [
      { loc: at.loc, words: `the second call of \`${method}\` writes over what the first kept` },
    ],
  };
}
