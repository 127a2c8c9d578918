import { save } from '../world.ts';

export async function saveWithin(text: string): Promise<void> {
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort();
  }, 5000);
  await save(text, controller.signal);
}
