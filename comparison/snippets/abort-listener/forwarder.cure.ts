import { load } from '../world.ts';

export async function loadLinked(id: string, parent: AbortSignal): Promise<string> {
  const own = new AbortController();
  const forward = (): void => {
    own.abort();
  };
  parent.addEventListener('abort', forward);
  try {
    return await load(id, own.signal);
  } finally {
    parent.removeEventListener('abort', forward);
  }
}
