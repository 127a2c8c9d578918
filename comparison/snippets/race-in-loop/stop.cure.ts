import { save } from '../world.ts';

export async function drain(next: () => Promise<string>, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await save(await next());
  }
}
