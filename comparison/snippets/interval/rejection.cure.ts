import { load, tick } from '../world.ts';

export async function loadWithProgress(id: string): Promise<string> {
  const progress = setInterval(tick, 100);
  try {
    return await load(id);
  } finally {
    clearInterval(progress);
  }
}
