// By hand: what is added is removed on every way out.
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
  try {
    return await sleep(5, 'answer', { signal: both.signal });
  } finally {
    request.removeEventListener('abort', stop);
    lifetime.removeEventListener('abort', stop);
  }
}

for (let round = 0; round < 5; round += 1) {
  await call(AbortSignal.timeout(1000), service.signal);
}
console.log(`listeners on the service's signal after 5 calls: ${abortListeners(service.signal)}`);
service.abort();
