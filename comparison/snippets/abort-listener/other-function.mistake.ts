import { tick } from '../world.ts';

import { load } from '../world.ts';

export async function loadWatched(id: string, parent: AbortSignal): Promise<string> {
  parent.addEventListener('abort', () => {
    tick();
  });
  try {
    return await load(id);
  } finally {
    parent.removeEventListener('abort', () => {
      tick();
    });
  }
}
