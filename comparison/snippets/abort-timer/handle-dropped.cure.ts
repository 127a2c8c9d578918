import { save } from '../world.ts';

export async function saveWithin(text: string): Promise<void> {
  await save(text, AbortSignal.timeout(5000));
}
