import { load, tick } from '../world.ts';

export async function loadWithProgress(id: string): Promise<string> {
  const progress = setInterval(tick, 100);
  const text = await load(id);
  clearInterval(progress);
  return text;
}
