// Each child has a context of its own and cancels it. The context that they share is cancelled by nobody: it stays
// registered on the parent, which may live as long as the process.
import { background, withCancel, type Context } from '../lib/context.ts';
import { abortListeners } from '../lib/pending.ts';
import { print } from '../lib/print.ts';

async function runChild(parent: Context, child: number): Promise<void> {
  const [ctx, cancel] = withCancel(parent);
  try {
    await print(ctx, `child ${child} is done`);
  } finally {
    cancel();
  }
}

async function fanOut(parent: Context): Promise<void> {
  const [shared, cancelShared] = withCancel(parent);
  const ends = await Promise.allSettled([0, 1, 2].map((child) => runChild(shared, child)));
  if (ends.some(({ status }) => status === 'rejected')) cancelShared();
}

for (let round = 0; round < 4; round += 1) await fanOut(background);
console.log(`contexts that the parent still knows: ${abortListeners(background.signal)}`);
