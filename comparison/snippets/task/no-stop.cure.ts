import { load, save } from '../world.ts';

async function poll(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await save(await load('news', signal), signal);
  }
}

export function start(signal: AbortSignal): void {
  void poll(signal);
}
