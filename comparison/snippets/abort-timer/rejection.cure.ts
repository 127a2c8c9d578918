import { load } from '../world.ts';

export async function loadWithin(id: string): Promise<string> {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort();
  }, 5000);
  try {
    return await load(id, controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
