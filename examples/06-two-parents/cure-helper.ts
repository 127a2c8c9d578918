// `clear` is called on every way out.
import { setTimeout as sleep } from 'node:timers/promises';
import { conjoin } from '../lib/conjoin.ts';
import { abortListeners } from '../lib/pending.ts';

const service = new AbortController();

async function ask(question: number, signal: AbortSignal): Promise<string> {
  await sleep(5, undefined, { signal });
  if (question > 1) throw new Error(`question ${question} has no answer`);
  return 'answer';
}

async function call(
  question: number,
  request: AbortSignal,
  lifetime: AbortSignal,
): Promise<string> {
  const { signal, clear } = conjoin(request, lifetime);
  try {
    return await ask(question, signal);
  } finally {
    clear();
  }
}

for (const question of [1, 2, 3, 4]) {
  const answer = call(question, AbortSignal.timeout(1000), service.signal);
  console.log(await answer.catch((error: unknown) => String(error)));
}
console.log(`listeners on the service's signal after 4 calls: ${abortListeners(service.signal)}`);
