// Who makes the context cancels it, once all children have ended.
import { setTimeout as sleep } from 'node:timers/promises';
import { background, withCancel, type Context } from '../lib/context.ts';

async function fanOut(parent: Context): Promise<void> {
  const [ctx, cancel] = withCancel(parent);
  try {
    const children = [0, 1, 2].map(async (child) => {
      await sleep(child * 50, undefined, { signal: ctx.signal });
      console.log(`child ${child} is done`);
    });
    const ends = await Promise.allSettled(children);
    const lost = ends.filter(({ status }) => status === 'rejected').length;
    console.log(`${lost} of ${ends.length} children were stopped before they were done`);
  } finally {
    cancel();
  }
}

await fanOut(background);
