import { load } from '../world.ts';

export async function loadOr(id: string, otherwise: string): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, 5000, otherwise);
  });
  return Promise.race([load(id), late]).finally(() => {
    clearTimeout(timer);
  });
}
