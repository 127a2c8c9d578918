/**
 * Which words are in a text: the one scan that every file costs. Rules and protocols say by which words they could find
 * anything at all; a file without them is not looked at any further.
 *
 * A word is a piece of an identifier (`bort` of `abort` and `AbortSignal`), so that one pattern finds all of them in one
 * go. Of two that overlap it would see only the first: no word holds another one, or ends as another begins.
 */
const PATTERNS = {
  Timeout: 'Timeout',
  Interval: 'Interval',
  Immediate: 'Immediate',
  Deadline: 'Deadline',
  Listener: 'Listener',
  bort: 'bort',
  ancel: 'ancel',
  ispose: 'ispose',
  unsub: 'unsub',
  stop: 'stop',
  off: 'off\\b',
  release: 'release',
  unlock: 'unlock',
  cleanup: 'cleanup\\b',
  teardown: 'teardown\\b',
  unlisten: 'unlisten\\b',
  unwatch: 'unwatch\\b',
  signal: 'signal\\b',
  promise: 'promise\\b',
  async: 'async\\b',
  race: 'race\\b',
  then: '\\bthen(?=\\s*\\()',
  finally: '\\bfinally(?=\\s*\\()',
  // A call, not the type.
  any: '\\bany(?=\\s*[(<])',
} as const;

export type Word = keyof typeof PATTERNS;

const ALL = new RegExp(Object.values(PATTERNS).join('|'), 'g');

/** All rules ask about one file, then about the next one. */
let last: { readonly text: string; readonly words: ReadonlySet<string> } = {
  text: '',
  words: new Set(),
};

/** Is one of the words in the text? */
export function mentions(text: string, words: readonly Word[]): boolean {
  if (text !== last.text) last = { text, words: new Set(text.match(ALL)) };
  return words.some((word) => last.words.has(word));
}
