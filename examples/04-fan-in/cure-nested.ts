// Children that have children of their own do the same one level down: each level watches what it has started.
import { background, withCancel, type Context } from '../lib/context.ts';
import { abortListeners } from '../lib/pending.ts';
import { print } from '../lib/print.ts';

function startTree(parent: Context, name: string, depth: number): Promise<unknown> {
  const [ctx, cancel] = withCancel(parent);
  const children = [print(ctx, name)];
  if (depth > 0) {
    for (const child of ['left', 'right']) {
      children.push(startTree(ctx, `${name}/${child}`, depth - 1).then(() => undefined));
    }
  }
  return Promise.allSettled(children).finally(cancel);
}

void startTree(background, 'root', 2);
setTimeout(() => {
  console.log(`contexts that the parent still knows: ${abortListeners(background.signal)}`);
}, 100);
