// The call is a child of its request; the end of the service cancels it explicitly, through a cancel function that the
// call puts into the service's list and takes out again.
import { setTimeout as sleep } from 'node:timers/promises';
import { background, withCancel, type Cancel, type Context } from '../lib/context.ts';

const running = new Set<Cancel>();

async function call(request: Context): Promise<string> {
  const [ctx, cancel] = withCancel(request);
  running.add(cancel);
  try {
    return await sleep(20, 'answer', { signal: ctx.signal });
  } finally {
    running.delete(cancel);
    cancel();
  }
}

function stopService(): void {
  for (const cancel of running) cancel(new Error('the service stops'));
}

console.log(await call(background));
const last = call(background).catch((error: unknown) => String((error as Error).cause));
stopService();
console.log(`a call while the service stops: ${await last}`);
console.log(`calls left: ${running.size}`);
