// The watcher cancels when all children have succeeded. When one fails, it only says so.
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
  void Promise.all(children).then(
    () => {
      cancel();
    },
    (error: unknown) => {
      console.log(String(error));
    },
  );
}

fanOut(background);
setTimeout(() => {
  console.log(`contexts that the parent still knows: ${abortListeners(background.signal)}`);
}, 100);
