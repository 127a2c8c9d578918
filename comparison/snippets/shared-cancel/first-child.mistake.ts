import { load } from '../world.ts';

export async function loadAll(ids: readonly string[]): Promise<void> {
  const controller = new AbortController();
  await Promise.allSettled(
    ids.map(async (id) => {
      await load(id, controller.signal);
      controller.abort();
    }),
  );
}
