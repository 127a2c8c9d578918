import { load } from '../world.ts';

export async function loadWithin(id: string, ms: number): Promise<string> {
  return Promise.race([
    load(id),
    new Promise<never>((_, reject) => {
      setTimeout(() => {
        reject(new Error('too late'));
      }, ms);
    }),
  ]);
}
