// The workers look at the signal and their pause ends with it; the main program keeps their promises and awaits them.
import { setTimeout as sleep } from 'node:timers/promises';

async function work(worker: number, signal: AbortSignal): Promise<string> {
  while (!signal.aborted) {
    await sleep(20, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
  return `worker ${worker} has ended`;
}

const shutdown = new AbortController();
process.once('SIGINT', () => {
  shutdown.abort();
});
const workers = Array.from({ length: 10 }, (_, worker) => work(worker, shutdown.signal));
setTimeout(() => {
  process.kill(process.pid, 'SIGINT');
}, 200);
for (const end of await Promise.all(workers)) console.log(end);
