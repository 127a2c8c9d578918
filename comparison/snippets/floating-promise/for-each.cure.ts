import { save } from '../world.ts';

export async function keepAll(texts: readonly string[]): Promise<void> {
  await Promise.all(texts.map((text) => save(text)));
}
