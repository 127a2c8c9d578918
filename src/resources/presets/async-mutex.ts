import type { Preset } from '../user.ts';

/** async-mutex: `release()` of the mutex is the other way, so nothing is said of a result that is dropped. */
export const asyncMutex: Preset = [
  {
    name: 'lock',
    acquire: { method: 'acquire', of: ['Mutex', 'MutexInterface'], from: 'async-mutex' },
    release: 'call',
    discardedOk: true,
    consequence: 'whoever waits for the lock waits for ever',
  },
  {
    name: 'permit',
    acquire: { method: 'acquire', of: ['Semaphore', 'SemaphoreInterface'], from: 'async-mutex' },
    handle: 1,
    release: 'call',
    discardedOk: true,
    consequence: 'the semaphore has one permit less from then on',
  },
];
