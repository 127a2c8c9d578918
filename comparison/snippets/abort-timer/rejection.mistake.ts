import { load } from '../world.ts';

export async function loadWithin(id: string): Promise<string> {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort();
  }, 5000);
  const text = await load(id, controller.signal);
  clearTimeout(timer);
  return text;
}
