/** Mutants that the rule lets pass, each with the reason. */
const TWICE = 'The other of two releases is still there: nothing leaks.';
const ONCE = 'The other handlers still release it, and nobody knows which of them run.';

export const EXCEPTIONS: Readonly<Record<string, string>> = {
  'helpers-all-paths.ts onceGuardOk: finish() deleted': ONCE,
  'helpers.ts onceGuardOk: finish() deleted': ONCE,
  'own-ends.ts flagOfHelperOk: discard(error as Error) deleted': TWICE,
  'own-ends.ts isReleasedOk: runner.release() deleted': TWICE,
  'releases.ts twiceOk: cancel() deleted': TWICE,
  'wrappers.ts drainedOk: cancels.pop()?.() deleted':
    'Without the `pop` the loop never ends, so nothing leaves the function.',
  'wrong-double-late.ts twiceOk: cancel() deleted': TWICE,
};
