/** Configured resources for well-known libraries, by the name under which the option `resources` takes them. */
import type { Preset } from '../user.ts';
import { asyncMutex } from './async-mutex.ts';
import { fileHandles } from './file-handles.ts';
import { genericPool } from './generic-pool.ts';
import { mongodb } from './mongodb.ts';
import { mysql2 } from './mysql2.ts';
import { opentelemetry } from './opentelemetry.ts';
import { pg } from './pg.ts';
import { properLockfile } from './proper-lockfile.ts';

export type PresetName =
  | 'async-mutex'
  | 'generic-pool'
  | 'mongodb'
  | 'mysql2'
  | 'node:fs'
  | 'opentelemetry'
  | 'pg'
  | 'proper-lockfile';

export const presets: Readonly<Record<PresetName, Preset>> = {
  'async-mutex': asyncMutex,
  'generic-pool': genericPool,
  mongodb,
  mysql2,
  'node:fs': fileHandles,
  opentelemetry,
  pg,
  'proper-lockfile': properLockfile,
};
