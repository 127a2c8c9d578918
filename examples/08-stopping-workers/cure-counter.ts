// The workers look at the signal; a counter that each of them takes down tells when the last one has ended.
import { once, EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const ends = new EventEmitter();
let running = 0;

async function work(signal: AbortSignal): Promise<void> {
  running += 1;
  try {
    while (!signal.aborted) await sleep(20, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    running -= 1;
    if (running === 0) ends.emit('all');
  }
}

const shutdown = new AbortController();
process.once('SIGINT', () => {
  shutdown.abort();
});
for (let worker = 0; worker < 10; worker += 1) void work(shutdown.signal);
console.log(`running workers: ${running}`);
setTimeout(() => {
  process.kill(process.pid, 'SIGINT');
}, 200);
await once(ends, 'all');
console.log(`running workers: ${running}`);
