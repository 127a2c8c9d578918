import { FRESH_OBJECT, RELEASING } from '../evidence.ts';
import type { Protocol } from '../protocol.ts';

/** An object in a local that some path disposes. */
export const disposable: Protocol = {
  name: 'disposable',
  noun: 'object',
  released: 'disposed',
  cure: 'dispose it in a `finally` block',
  consequence: 'what it holds stays alive',
  words: ['.dispose', 'Symbol.dispose', 'Symbol.asyncDispose'],
  // `picker.dispose(`, but neither `this.dispose(` nor `this.picker.dispose(`
  trigger:
    /(?<=(?<![\w.?!])(?!this\b|super\b)\w+[?!]*\s*)(?:\.dispose\b|(?:\?\.)?\[Symbol\.(?:asyncD|d)ispose\b)/,
  acquire: FRESH_OBJECT,
  handle: {
    kind: 'released-local',
    keys: RELEASING,
    evidence: ['dispose', '@@dispose', '@@asyncDispose'],
  },
  awaited: true,
};
