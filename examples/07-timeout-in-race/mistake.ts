// The work wins the race, and the timer runs on: it holds its closure, and the process, for the rest of its time.
import { setTimeout as sleep } from 'node:timers/promises';
import { armedTimers } from '../lib/pending.ts';

async function withLimit(signal: AbortSignal, milliseconds: number): Promise<string> {
  return await Promise.race([
    sleep(5, 'answer', { signal }),
    new Promise<never>((_, reject) => {
      setTimeout(() => {
        reject(new Error('timeout'));
      }, milliseconds);
    }),
  ]);
}

const shutdown = new AbortController();
console.log(await withLimit(shutdown.signal, 1000));
console.log(`the race is over; timers still armed: ${armedTimers()}`);
shutdown.abort();
