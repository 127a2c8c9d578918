import { load } from '../world.ts';

export async function loadAll(ids: readonly string[]): Promise<void> {
  const controller = new AbortController();
  await Promise.all(
    ids.map(async (id) => {
      try {
        await load(id, controller.signal);
      } catch (error) {
        controller.abort();
        throw error;
      }
    }),
  );
}
