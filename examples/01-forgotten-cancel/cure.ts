// `finally` runs on every way out: when all goes well, and when it does not.
import { background, withTimeout, type Context } from '../lib/context.ts';
import { armedTimers } from '../lib/pending.ts';
import { print } from '../lib/print.ts';

async function handle(parent: Context, item: number): Promise<void> {
  const [ctx, cancel] = withTimeout(parent, 1000);
  try {
    for (const message of [`${item}: first half`, `${item}: second half`]) {
      await print(ctx, message);
    }
  } finally {
    cancel();
  }
}

for (const item of [1, 2, 3]) await handle(background, item);
console.log(`all items are done; timers still armed: ${armedTimers()}`);
