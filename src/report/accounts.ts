/** Why a rule is silent about an acquire, in words. */
import type { Account, Ending, Silence } from '../analysis/finding.ts';
import type { Step } from './description.ts';
import { lineOf } from './words.ts';

export interface Explanation {
  readonly words: string;
  /** The places that the words are about, in source order. */
  readonly steps: readonly Step[];
}

export function explainSilence({ name, released }: Account, silence: Silence): Explanation {
  const handle = name === undefined ? 'What this call gives' : `\`${name}\``;
  const must = `${handle} must be ${released} on every path`;
  switch (silence.kind) {
    case 'ended': {
      const steps = silence.endings.map((ending) => ({
        loc: ending.node.loc,
        words: endingWords(ending, released),
      }));
      if (steps.length === 0) {
        return { words: `${must}, but no path leaves the function while it is held.`, steps };
      }
      const places = steps.length === 1 ? 'this place' : `one of these ${steps.length} places`;
      return { words: `${must}. Every path from here comes by ${places}:`, steps };
    }
    case 'given-up':
      return givenUp(silence, must);
    case 'unreached':
      return { words: `${must}, but no path of the function comes here.`, steps: [] };
    case 'exempt':
      return { words: `${handle} need not be ${released}: ${EXEMPT[silence.because]}.`, steps: [] };
    case 'module':
      return {
        words: `${handle} lives as long as the module, so nobody has to end it.`,
        steps: [],
      };
  }
}

function endingWords({ node, how }: Ending, released: string): string {
  switch (how) {
    case 'release':
      return `${released} on ${lineOf(node)}`;
    case 'handover':
      return `handed over on ${lineOf(node)}: from there on it is somebody else's`;
    case 'absent':
      return `nothing to release on one arm of the test on ${lineOf(node)}`;
  }
}

const EXEMPT: Readonly<Record<(Silence & { readonly kind: 'exempt' })['because'], string>> = {
  unreferenced: 'it does not keep the process alive (`unref`)',
  'guards-nothing': 'it guards nothing, so that it only fires, as it was meant to',
  'no-evidence': 'no path shows that it must be, or only one on which something has failed',
  executor: 'whatever settles the promise of its executor clears it, or it alone does so',
};

const LIMITS: Readonly<Record<(Silence & { readonly kind: 'given-up' })['limit'], string>> = {
  graph: 'the graph of the function is incomplete',
  places: 'too many variables hold it',
  budget: 'the function has too many paths to look at',
};

function givenUp(
  { limit, at }: Silence & { readonly kind: 'given-up' },
  must: string,
): Explanation {
  const steps = limit === 'graph' ? [{ loc: at.loc, words: 'not understood' }] : [];
  return { words: `${must}. Whether it is, is not known: ${LIMITS[limit]}.`, steps };
}
