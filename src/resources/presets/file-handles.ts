import type { Preset } from '../user.ts';

/** Files that `node:fs/promises` has opened: leaving them to the garbage collector is deprecated. */
export const fileHandles: Preset = [
  {
    name: 'file handle',
    acquire: { call: 'open', from: 'node:fs/promises' },
    release: { method: 'close' },
    consequence: 'the file stays open',
  },
];
