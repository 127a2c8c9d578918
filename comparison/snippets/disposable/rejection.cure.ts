import { load, lock } from '../world.ts';

export async function loadLocked(id: string): Promise<string> {
  using _held = lock(id);
  return await load(id);
}
