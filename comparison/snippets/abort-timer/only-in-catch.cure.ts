import { load } from '../world.ts';

export async function tryToLoad(id: string): Promise<string | undefined> {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort();
  }, 5000);
  try {
    return await load(id, controller.signal);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
