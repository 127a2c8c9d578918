// The child's cancel function is thrown away. The parent's works and stops the child too, but until then every child
// that was ever made stays registered on the parent.
import { background, withCancel, type Context } from '../lib/context.ts';
import { abortListeners } from '../lib/pending.ts';
import { print } from '../lib/print.ts';

async function job(parent: Context, number: number): Promise<void> {
  const [child] = withCancel(parent);
  await print(child, `job ${number} is done`);
}

const [root, stop] = withCancel(background);
try {
  for (const number of [1, 2, 3]) await job(root, number);
  console.log(`no job is left; contexts that the root still knows: ${abortListeners(root.signal)}`);
} finally {
  stop();
}
