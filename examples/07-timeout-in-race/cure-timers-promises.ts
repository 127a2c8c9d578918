// The pause takes the signal itself: an abort ends the pause and its timer together.
import { setTimeout as sleep } from 'node:timers/promises';
import { armedTimers } from '../lib/pending.ts';

async function pause(signal: AbortSignal, milliseconds: number): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

const shutdown = new AbortController();
const pausing = pause(shutdown.signal, 1000);
shutdown.abort();
await pausing;
console.log(`the pause was cut short; timers still armed: ${armedTimers()}`);
