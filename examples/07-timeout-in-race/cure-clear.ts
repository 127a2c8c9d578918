// The timer ends with the race, whoever has won it. The loser is told to stop as well: nobody waits for it any more.
import { setTimeout as sleep } from 'node:timers/promises';
import { armedTimers } from '../lib/pending.ts';

async function withLimit(milliseconds: number): Promise<string> {
  const work = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      sleep(5, 'answer', { signal: work.signal }),
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(new Error('timeout'));
        }, milliseconds);
      }),
    ]);
  } finally {
    clearTimeout(timer);
    work.abort();
  }
}

console.log(await withLimit(1000));
console.log(await withLimit(1).catch((error: unknown) => String(error)));
console.log(`the races are over; timers still armed: ${armedTimers()}`);
