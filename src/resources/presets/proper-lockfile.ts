import type { Preset } from '../user.ts';

/** proper-lockfile: `unlock(file)` is the other way, so nothing is said of a result that is dropped. */
export const properLockfile: Preset = [
  {
    name: 'file lock',
    acquire: { call: ['lock', 'lockSync'], from: 'proper-lockfile' },
    release: 'call',
    discardedOk: true,
    consequence: 'nobody else can lock the file until the process ends',
  },
];
