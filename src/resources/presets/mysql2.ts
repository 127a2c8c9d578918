import type { Preset } from '../user.ts';

/** mysql2 with promises: a connection that a pool has lent. */
export const mysql2: Preset = [
  {
    name: 'database connection',
    acquire: { method: 'getConnection', of: 'Pool', from: 'mysql2/promise' },
    release: { method: ['release', 'destroy'] },
    consequence: 'the pool never gets it back, and runs dry',
  },
];
