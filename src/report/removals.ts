/**
 * The words of `no-lost-cancel` for removals that remove nothing.
 *
 * ```
 * `bus.off` removes nothing: the function that is written here is not the one that line 3 registers. To fix it, …
 * ```
 */
import type { IdleRemoval } from '../analysis/handles/removals.ts';
import type { Description } from './description.ts';
import { lineOf, snippet } from './words.ts';

export type RemovalMessage = 'removesNothing' | 'clearsNothing';

export const removalMessages: Readonly<Record<RemovalMessage, string>> = {
  removesNothing: '`{{callee}}` removes nothing: {{why}}. To fix it, {{cure}}.',
  clearsNothing:
    '`{{callee}}` clears nothing: `{{argument}}` is a function, not the handle that starting a timer gave. To fix it, keep that handle and pass it.',
};

interface Words {
  readonly why: string;
  readonly cure: string;
}

function wordsOf({ kind, registration }: IdleRemoval, argument: string): Words {
  const registered = registration
    ? `the one that ${lineOf(registration)} registers`
    : 'one that was registered';
  switch (kind) {
    case 'closure':
      return {
        why: `the function that is written here is never ${registered}`,
        cure: 'give the function a name and pass that to both calls',
      };
    case 'bind':
      return {
        why: `each \`bind()\` makes another function, so this is never ${registered}`,
        cure: 'keep the bound function and pass it to both calls',
      };
    case 'unregistered':
      return {
        why: `\`${argument}\` is never registered${registration ? `, ${lineOf(registration)} registers another function` : ''}`,
        cure: 'pass the function that was registered',
      };
    case 'phase':
    case 'function':
      return {
        why: `\`${argument}\` is registered on ${registration ? lineOf(registration) : ''} with the other \`capture\` flag`,
        cure: 'give both calls the same flag',
      };
  }
}

export function describeRemoval(removal: IdleRemoval, text: string): Description {
  const argument = snippet(removal.argument, text);
  const { call, kind, at, registration } = removal;
  const callee = snippet(call.callee, text);
  return {
    rule: 'no-lost-cancel',
    messageId: kind === 'function' ? 'clearsNothing' : 'removesNothing',
    data: { callee, argument, ...wordsOf(removal, argument) },
    loc: at.loc,
    steps: [
      ...(registration
        ? [{ loc: registration.loc, words: 'the listener is registered here' }]
        : []),
      { loc: removal.argument.loc, words: 'and this is not the function that was registered' },
    ],
  };
}
