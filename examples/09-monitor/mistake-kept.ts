// The class keeps the cancel function in a private field, and none of its methods calls it: `stop` only looks stopped.
import { setTimeout as sleep } from 'node:timers/promises';
import { background, withTimeout, type Cancel, type Context } from '../lib/context.ts';
import { armedTimers } from '../lib/pending.ts';

export class Monitor {
  #cancel: Cancel | undefined;
  #running = false;
  probes = 0;

  start(parent: Context): Promise<void> {
    const [ctx, cancel] = withTimeout(parent, 1000);
    this.#cancel = cancel;
    this.#running = true;
    return this.#listen(ctx);
  }

  stop(): void {
    this.#running = false;
  }

  get started(): boolean {
    return this.#cancel !== undefined;
  }

  async #listen(ctx: Context): Promise<void> {
    while (this.#running) {
      this.probes += 1;
      await sleep(20, undefined, { signal: ctx.signal });
    }
  }
}

const monitor = new Monitor();
const ended = monitor.start(background);
monitor.stop();
await ended;
console.log(`the monitor has ended; timers still armed: ${armedTimers()}`);
