import type { Preset } from '../user.ts';

/** The MongoDB driver: a session of a client. */
export const mongodb: Preset = [
  {
    name: 'session',
    acquire: { method: 'startSession', of: 'MongoClient', from: 'mongodb' },
    release: { method: 'endSession' },
    consequence: 'the server keeps it until it times out',
  },
];
