import { setTimeout as sleep } from 'node:timers/promises';
import { load } from '../world.ts';

export async function loadSoon(id: string): Promise<string | undefined> {
  const over = new AbortController();
  try {
    return await Promise.race([load(id), sleep(5000, undefined, { signal: over.signal })]);
  } finally {
    over.abort();
  }
}
