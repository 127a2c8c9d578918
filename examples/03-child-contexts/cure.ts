// The shared context is cancelled by the one that made it, when all children have ended.
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
  try {
    await Promise.allSettled([0, 1, 2].map((child) => runChild(shared, child)));
  } finally {
    cancelShared();
  }
}

for (let round = 0; round < 4; round += 1) await fanOut(background);
console.log(`contexts that the parent still knows: ${abortListeners(background.signal)}`);
