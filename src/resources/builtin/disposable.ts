import { FRESH_OBJECT, RELEASING } from '../evidence.ts';
import type { Protocol } from '../protocol.ts';

/** An object in a local that some path disposes. */
export const disposable: Protocol = {
  name: 'disposable',
  noun: 'object',
  released: 'disposed',
  cure: 'dispose it in a `finally` block',
  consequence: 'what it holds stays alive',
  words: ['ispose'],
  // `picker.dispose(`, but neither `this.dispose(` nor `this.picker.dispose(`
  trigger:
    /(?:\.dispose|\[Symbol\.(?:asyncD|d)ispose)\b(?<=(?<![\w.?!])(?!this\b|super\b)\w+[?!]*\s*(?:\.|(?:\?\.)?\[Symbol\.)\w+)/,
  acquire: FRESH_OBJECT,
  handle: {
    kind: 'released-local',
    keys: RELEASING,
    evidence: ['dispose', '@@dispose', '@@asyncDispose'],
  },
  awaited: true,
};
