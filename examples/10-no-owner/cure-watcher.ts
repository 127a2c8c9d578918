// Who makes a Watcher owns it: `close` stops the watch and settles when it has ended.
import { setTimeout as sleep } from 'node:timers/promises';

export class Watcher {
  readonly #seen: string[] = [];
  readonly #lifetime = new AbortController();
  readonly #ended: Promise<void>;

  constructor() {
    this.#ended = this.#watch(this.#lifetime.signal);
  }

  async close(): Promise<void> {
    this.#lifetime.abort();
    await this.#ended;
  }

  async #watch(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        this.#seen.push(new Date().toISOString());
        await sleep(20, undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  get seen(): number {
    return this.#seen.length;
  }
}

const watcher = new Watcher();
try {
  await sleep(200);
  console.log(`the watcher has seen ${watcher.seen > 2 ? 'several' : 'few'} changes`);
} finally {
  await watcher.close();
  console.log('the watcher is closed');
}
