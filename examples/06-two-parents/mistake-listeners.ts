// A call is stopped by its request or by the end of the service. Two listeners are added and none is removed: with
// each call the long-lived signal holds one more listener, and through it everything that the call has held.
import { setTimeout as sleep } from 'node:timers/promises';
import { abortListeners } from '../lib/pending.ts';

const service = new AbortController();

async function call(request: AbortSignal, lifetime: AbortSignal): Promise<string> {
  const both = new AbortController();
  const stop = (): void => {
    both.abort();
  };
  request.addEventListener('abort', stop);
  lifetime.addEventListener('abort', stop);
  return await sleep(5, 'answer', { signal: both.signal });
}

for (let round = 0; round < 5; round += 1) {
  await call(AbortSignal.timeout(1000), service.signal);
}
console.log(`listeners on the service's signal after 5 calls: ${abortListeners(service.signal)}`);
service.abort();
