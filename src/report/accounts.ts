/** Why a rule is silent about an acquire, in words. */
import type { Account, Ending, Fine, Mention, Silence } from '../analysis/finding.ts';
import type { Step } from './description.ts';
import { lineOf } from './words.ts';

export interface Explanation {
  readonly words: string;
  /** The places that the words are about, in source order. */
  readonly steps: readonly Step[];
}

export function explainSilence(account: Account, silence: Silence): Explanation {
  const { name, noun, released } = account;
  const handle = name === undefined ? asSubject(noun ?? 'what this call gives') : `\`${name}\``;
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
    case 'exempt': {
      const words = `${handle} need not be ${released}: ${EXEMPT[silence.because]}`;
      return withPlaces(words, silence.at, released);
    }
    case 'module':
      return {
        words: `${handle} lives as long as the module, so nobody has to end it.`,
        steps: [],
      };
    case 'fine':
      return withPlaces(FINE[silence.because], silence.at, released);
  }
}

function withPlaces(words: string, at: readonly Mention[], released: string): Explanation {
  const places = at.toSorted((a, b) => a.node.range[0] - b.node.range[0]);
  const steps = places.map(({ node, as }) => ({
    loc: node.loc,
    words: MENTIONS[as](lineOf(node), released),
  }));
  return { words: `${words}${steps.length > 0 ? ':' : '.'}`, steps };
}

const MENTIONS: Readonly<Record<Mention['as'], (line: string, released: string) => string>> = {
  released: (line, released) => `${released} on ${line}`,
  unreferenced: (line) => `told not to keep the process alive on ${line}`,
  returned: (line) => `returned on ${line}`,
  stored: (line) => `stored on ${line}, where other code finds it`,
  'handed-over': (line) => `handed over on ${line}: from there on it is somebody else's`,
  leaves: (line) => `the loop can be left on ${line}`,
  'ends-process': (line) => `the process ends on ${line}`,
  'runs-once': (line) => `once in the life of the process, by ${line}`,
  made: (line) => `made on ${line}`,
  given: (line) => `given on ${line}`,
  aborted: (line) => `aborted on ${line}`,
  waited: (line) => `waited for on ${line}`,
  registered: (line) => `registered on ${line}`,
};

function asSubject(noun: string): string {
  return noun.charAt(0).toUpperCase() + noun.slice(1);
}

const FINE: Readonly<Record<Fine, string>> = {
  'signal-own': "The signal is the function's own: the listener goes when the signal goes",
  'signal-lent':
    'The signal was made for this call, as its callers show: the listener goes with it',
  'signal-request': 'The signal belongs to one request and ends with it, the listener too',
  'signal-unknown':
    'Nothing here says where the signal comes from, so nothing says that it outlives the listener',
  'listener-constructor':
    'The listener belongs to the object that is made here, and may stay as long as that',
  'listener-elsewhere':
    'Other code can take the listener off later, and has what it needs for that',
  'listener-cleans':
    'The listener does nothing but take others off: its signal is the scope of these',
  'listener-sets-up':
    'The function waits for nothing after this: it sets up, and the listener is to stay as long as the signal',
  'listener-lives-on':
    'What the listener stops lives on when the function has ended, so the listener has to stay',
  'listener-aborts': 'Only an abort settles this promise, and then the listener is over',
  'listener-settles': 'Whatever settles the promise takes the listener off',
  'interval-empty': 'The interval runs nothing that this file shows',
  'interval-ends-itself': 'The interval clears itself',
  'interval-ends-process': 'The process is ended here, and the interval with it',
  'interval-kept':
    'Somebody has the interval and can clear it, or it was told not to keep the process alive',
  'interval-module': 'The interval belongs to the module: it runs as long as the process does',
  'interval-fake': "Under fake timers no time passes but the test's own",
  'task-ends':
    'What is started and left alone here comes to its end, or can be stopped: it has no loop that nothing can leave',
  'task-module':
    'What is started here runs as long as the process does: the module itself starts it',
  'race-once': 'No endless loop runs this race again, so nothing piles up on its arms',
  'race-new-arms':
    'Each arm is made anew each time, settles soon, or may do so as far as this file shows',
  'cancel-in-time':
    'Nothing here shows that anybody still needs what this cancels: neither a sibling nor what is returned',
  'cancel-controller':
    'A controller need not be aborted: nothing keeps it but what has its signal. It is reported where nothing can abort it, ' +
    'where its class ends without doing so, or where work goes on that another path aborts',
  'removal-registered': 'What is taken off here may well be what was registered',
  test: 'This is test code, which may leave such things behind',
  'background-in-time':
    'The work that gets this signal is not left alone here, nor kept for other callers',
};

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
