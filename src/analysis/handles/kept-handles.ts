/** Calls that give a handle -> the fields of `this` that keep it, directly or through one name. */
import type { FunctionNode } from '../../ast/nodes.ts';
import { mentions } from '../../ast/words.ts';
import { lostCancelProtocols, mayMention } from '../../resources/index.ts';
import type { Protocol } from '../../resources/protocol.ts';
import type { Acquisition } from '../effects.ts';
import type { FileFacts } from '../file.ts';
import { returnsOf } from '../return-statements.ts';
import { timerStartOf } from '../timers/timer-starts.ts';
import { usesOf, type Use } from '../uses.ts';
import { acquireOf, type Call } from './acquires.ts';

export type Store = Use & { readonly kind: 'store' };

/** What a message says of a handle. */
export type Words = Pick<Protocol, 'noun' | 'released' | 'consequence'>;

export interface Kept {
  readonly call: Call;
  readonly acquisition: Acquisition;
  readonly words: Words;
}

const INTERVAL: Words = {
  noun: 'interval',
  released: 'cleared',
  consequence: 'the interval goes on',
};

/** The stores of the handle into fields of `this`, directly and through one name. */
export function storesOf(
  { uses, release }: Acquisition,
  { bindings }: FileFacts,
): readonly Store[] {
  return uses.flatMap((use) => {
    if (use.kind === 'store') return [use];
    const variable = use.kind === 'bind' ? bindings.variableOf(use.at) : undefined;
    const reads = variable?.references.filter((it) => it.isRead()) ?? [];
    return reads.flatMap(({ identifier }) =>
      use.kind === 'bind'
        ? usesOf(identifier, use.key, release.keys).filter((it) => it.kind === 'store')
        : [],
    );
  });
}

/** What gives a handle: the calls of the protocols, and `setInterval`, which goes on until it is cleared. */
export function acquisitionsOf(facts: FileFacts): readonly Kept[] {
  return facts.once('kept handles', () => {
    const { bindings, calls, sourceCode } = facts;
    const { text, visitorKeys } = sourceCode;
    const protocols = lostCancelProtocols.filter((it) => mayMention(text, it));
    const hasIntervals = mentions(text, ['Interval']);
    if (protocols.length === 0 && !hasIntervals) return [];
    const settings = {
      bindings,
      visitorKeys,
      calls,
      pairs: [],
      returnsOf: (fn: FunctionNode) => returnsOf(fn, facts),
      unrefEnds: true,
    };
    return calls.flatMap((call): readonly Kept[] => {
      const timer = hasIntervals ? timerStartOf(call, settings) : undefined;
      if (timer?.kind === 'setInterval') return [{ call, acquisition: timer, words: INTERVAL }];
      for (const protocol of protocols) {
        const acquisition = acquireOf(call, protocol, bindings);
        if (acquisition) return [{ call, acquisition, words: protocol }];
      }
      return [];
    });
  });
}
