// No race: the work itself takes a signal that aborts when the time is over. Its timer does not keep the process alive.
import { setTimeout as sleep } from 'node:timers/promises';
import { armedTimers } from '../lib/pending.ts';

async function withLimit(signal: AbortSignal, milliseconds: number): Promise<string> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
  return await sleep(5, 'answer', { signal: limited });
}

const shutdown = new AbortController();
console.log(await withLimit(shutdown.signal, 1000));
console.log(`the work is done; timers still armed: ${armedTimers()}`);
shutdown.abort();
