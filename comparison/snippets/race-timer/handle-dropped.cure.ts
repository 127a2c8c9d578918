import { load } from '../world.ts';

export async function loadWithin(id: string, ms: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      load(id),
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(new Error('too late'));
        }, ms);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
