// AbortSignal.any holds its sources weakly and is dropped with the call. It can be applied to its own result.
import { setTimeout as sleep } from 'node:timers/promises';
import { abortListeners } from '../lib/pending.ts';

const service = new AbortController();
const tenant = new AbortController();

async function call(request: AbortSignal, lifetime: AbortSignal): Promise<string> {
  return await sleep(5, 'answer', { signal: AbortSignal.any([request, lifetime]) });
}

const lifetime = AbortSignal.any([service.signal, tenant.signal]);
for (let round = 0; round < 5; round += 1) {
  await call(AbortSignal.timeout(1000), lifetime);
}
console.log(`listeners on the service's signal after 5 calls: ${abortListeners(service.signal)}`);

const running = call(AbortSignal.timeout(1000), lifetime).catch((error: unknown) => String(error));
tenant.abort();
console.log(`a call while its tenant leaves: ${await running}`);
