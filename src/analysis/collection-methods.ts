/** Methods of collections, by what they do with what is inside. */

export const PUTTING: ReadonlySet<string> = new Set([
  'push',
  'unshift',
  'add',
  'set',
  'append',
  'enqueue',
  'use',
  'adopt',
  'defer',
]);

export const GIVING_ELEMENT: ReadonlySet<string> = new Set(['pop', 'shift', 'at', 'get']);

export const GIVING_COLLECTION: ReadonlySet<string> = new Set([
  'slice',
  'splice',
  'concat',
  'reverse',
  'toReversed',
  'values',
  'entries',
  'flat',
  'move',
]);

export const CALLING_BACK: ReadonlySet<string> = new Set([
  'forEach',
  'map',
  'flatMap',
  'filter',
  'some',
  'every',
  'find',
  'reduce',
]);

export const DISPOSING: ReadonlySet<string> = new Set([
  'dispose',
  'disposeAsync',
  '@@dispose',
  '@@asyncDispose',
]);

/** Methods of collections that neither release nor take what is inside. */
export const READING: ReadonlySet<string> = new Set([
  'has',
  'includes',
  'indexOf',
  'keys',
  'join',
  ...PUTTING,
]);

/** Those that let go of what is inside: nothing has released it. */
export const FORGETTING: ReadonlySet<string> = new Set(['clear', 'delete']);
