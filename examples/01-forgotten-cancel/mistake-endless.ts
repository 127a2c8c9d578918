// This loop never ends, so no `return` is missing a cancel: each round loses its own.
import { EventEmitter, on } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { background, withTimeout, type Context } from '../lib/context.ts';
import { armedTimers } from '../lib/pending.ts';
import { print } from '../lib/print.ts';

const queue = new EventEmitter();

async function serve(parent: Context): Promise<never> {
  const items = on(queue, 'item');
  while (true) {
    const { value } = await items.next();
    const [ctx, cancel] = withTimeout(parent, 1000);
    try {
      await print(ctx, `served ${value}`);
    } catch (error) {
      console.error(error);
      cancel();
    }
  }
}

void serve(background);
for (const item of ['a', 'b', 'c']) queue.emit('item', item);
await sleep(300);
console.log(`the queue is empty; timers still armed: ${armedTimers()}`);
