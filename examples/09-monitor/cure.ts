// `start` returns a promise that settles when the loop has ended; `stop` cancels. Calling it twice is fine.
import { setTimeout as sleep } from 'node:timers/promises';
import { background, withCancel, type Cancel, type Context } from '../lib/context.ts';
import { abortListeners } from '../lib/pending.ts';

export class Monitor {
  #cancel: Cancel | undefined;
  probes = 0;

  start(parent: Context): Promise<string> {
    this.stop();
    const [ctx, cancel] = withCancel(parent);
    this.#cancel = cancel;
    return new Promise((confirm) => {
      void this.#listen(ctx, confirm);
    });
  }

  stop(): void {
    this.#cancel?.();
  }

  async #listen(ctx: Context, confirm: (end: string) => void): Promise<void> {
    try {
      while (!ctx.signal.aborted) {
        this.probes += 1;
        await sleep(20, undefined, { signal: ctx.signal });
      }
    } catch (error) {
      if (!ctx.signal.aborted) throw error;
    } finally {
      confirm('the loop has ended');
    }
  }
}

const monitor = new Monitor();
const ended = monitor.start(background);
await sleep(100);
monitor.stop();
monitor.stop();
console.log(await ended);
console.log(`contexts that the parent still knows: ${abortListeners(background.signal)}`);
