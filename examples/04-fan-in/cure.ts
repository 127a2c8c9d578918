// The watcher waits for all children, however they end, and then cancels. Nobody has to wait for the watcher.
import { background, withCancel, type Context } from '../lib/context.ts';
import { abortListeners } from '../lib/pending.ts';
import { print } from '../lib/print.ts';

async function runChild(ctx: Context, child: number): Promise<void> {
  if (child === 1) throw new Error('child 1 has failed');
  await print(ctx, `child ${child} is done`);
}

function fanOut(parent: Context): void {
  const [ctx, cancel] = withCancel(parent);
  const children = [0, 1, 2].map((child) => runChild(ctx, child));
  void Promise.allSettled(children).finally(cancel);
}

fanOut(background);
setTimeout(() => {
  console.log(`contexts that the parent still knows: ${abortListeners(background.signal)}`);
}, 100);
