// The cancel function of an item that is skipped is lost with that round of the loop.
import { background, withTimeout, type Context } from '../lib/context.ts';
import { armedTimers } from '../lib/pending.ts';
import { print } from '../lib/print.ts';

async function drain(parent: Context, queue: Iterable<string>): Promise<void> {
  for (const item of queue) {
    const [ctx, cancel] = withTimeout(parent, 1000);
    if (item === '') continue;
    try {
      await print(ctx, item);
    } finally {
      cancel();
    }
  }
}

await drain(background, ['first', '', '', 'last']);
console.log(`the queue is empty; timers still armed: ${armedTimers()}`);
