// Three children share one context, and each of them cancels it when it is done: the first to finish stops the rest.
import { setTimeout as sleep } from 'node:timers/promises';
import { background, withCancel, type Context } from '../lib/context.ts';

async function fanOut(parent: Context): Promise<void> {
  const [ctx, cancel] = withCancel(parent);
  const children = [0, 1, 2].map(async (child) => {
    try {
      await sleep(child * 50, undefined, { signal: ctx.signal });
      console.log(`child ${child} is done`);
    } finally {
      cancel();
    }
  });
  const ends = await Promise.allSettled(children);
  const lost = ends.filter(({ status }) => status === 'rejected').length;
  console.log(`${lost} of ${ends.length} children were stopped before they were done`);
}

await fanOut(background);
