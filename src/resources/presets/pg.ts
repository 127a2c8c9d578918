import type { Preset } from '../user.ts';

/** node-postgres: a client that a pool has lent. A `Client` of one's own is another thing, and has no `release()`. */
export const pg: Preset = [
  {
    name: 'database client',
    acquire: { method: 'connect', of: 'Pool', from: 'pg' },
    release: { method: 'release' },
    consequence: 'the pool never gets it back, and runs dry',
  },
];
