// A child that fails may stop the others: that is what it is asked for here. A child that succeeds does not.
import { setTimeout as sleep } from 'node:timers/promises';
import { background, withCancel, type Context } from '../lib/context.ts';

async function fanOut(parent: Context): Promise<void> {
  const [ctx, cancel] = withCancel(parent);
  try {
    const children = [0, 1, 2].map(async (child) => {
      try {
        await sleep(child * 50, undefined, { signal: ctx.signal });
        if (child === 1) throw new Error('child 1 has failed');
        console.log(`child ${child} is done`);
      } catch (error) {
        cancel(error);
        throw error;
      }
    });
    await Promise.allSettled(children);
    console.log(`stopped because: ${String(ctx.signal.reason)}`);
  } finally {
    cancel();
  }
}

await fanOut(background);
