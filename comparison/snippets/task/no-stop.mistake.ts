import { load, save } from '../world.ts';

async function poll(): Promise<void> {
  while (true) {
    await save(await load('news'));
  }
}

export function start(): void {
  void poll();
}
