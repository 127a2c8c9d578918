import { load } from '../world.ts';

function sleep(ms: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

export async function loadSoon(id: string): Promise<string | undefined> {
  return Promise.race([load(id), sleep(5000)]);
}
