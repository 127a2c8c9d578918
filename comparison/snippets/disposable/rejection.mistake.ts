import { load, lock } from '../world.ts';

export async function loadLocked(id: string): Promise<string> {
  const held = lock(id);
  const text = await load(id);
  held[Symbol.dispose]();
  return text;
}
