// The constructor starts a watch that never ends. Who holds a Watcher cannot stop it, nor close what it holds.
import { setTimeout as sleep } from 'node:timers/promises';

export class Watcher {
  readonly #seen: string[] = [];

  constructor() {
    void this.#watch();
  }

  async #watch(): Promise<void> {
    while (true) {
      this.#seen.push(new Date().toISOString());
      await sleep(20);
    }
  }

  get seen(): number {
    return this.#seen.length;
  }
}

function newWatcher(): Watcher {
  return new Watcher();
}

const watcher = newWatcher();
setTimeout(() => {
  console.log(
    `the watcher has seen ${watcher.seen > 2 ? 'several' : 'few'} changes and cannot be closed`,
  );
  process.exit();
}, 200);
