import type { Preset } from '../user.ts';

/** generic-pool: the pool is told what it gets back. */
export const genericPool: Preset = [
  {
    name: 'pooled resource',
    acquire: { method: 'acquire', of: 'Pool', from: 'generic-pool' },
    release: { method: ['release', 'destroy'], argument: 0 },
    consequence: 'the pool never gets it back, and runs dry',
  },
];
