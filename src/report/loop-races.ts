/**
 * The words of `no-race-in-loop`.
 *
 * ```
 * `closed` outlives the loop on line 4 and is raced each time it goes round: every race leaves a reaction on it …
 * ```
 */
import type { RaceFinding } from '../analysis/signals/loop-races.ts';
import type { Description } from './description.ts';
import { lineOf, snippet } from './words.ts';

export type LoopRaceMessage = 'racedInLoop' | 'racedByCalls';

const CURE =
  'Every race leaves a reaction on it that stays until it settles, with the result of the race. To fix it, wait for it once, outside of the loop, and stop the other arms with a signal; or take items from a queue that it closes.';

export const loopRaceMessages: Readonly<Record<LoopRaceMessage, string>> = {
  racedInLoop: `\`{{arm}}\` outlives the loop on {{loop}} and is raced each time it goes round. ${CURE}`,
  racedByCalls: `\`{{arm}}\` outlives the loop on {{loop}} and is raced by each call of \`{{callee}}\` on {{call}}. ${CURE}`,
};

export function describeLoopRace(
  { race, arm, loop, through }: RaceFinding,
  text: string,
): Description {
  const name = snippet(arm, text);
  const head = {
    start: loop.loc.start,
    end: { ...loop.loc.start, column: loop.loc.start.column + 3 },
  };
  return {
    rule: 'no-race-in-loop',
    messageId: through ? 'racedByCalls' : 'racedInLoop',
    data: {
      arm: name,
      loop: lineOf(loop),
      callee: through ? snippet(through.callee, text) : '',
      call: through ? lineOf(through) : '',
    },
    loc: arm.loc,
    steps: [
      { loc: head, words: 'this loop may go round any number of times' },
      ...(through ? [{ loc: through.loc, words: 'and calls the function that races' }] : []),
      { loc: race.callee.loc, words: `each race leaves a reaction on ${name}` },
    ],
  };
}
