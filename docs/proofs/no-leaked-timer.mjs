// @ts-check
/* global setTimeout, clearTimeout */
// Shows that the timer of a timeout stays armed, with all that it holds, when the work has ended long ago.
import { heapGrowth } from './measure.mjs';

const CALLS = 1000;
/** How much each call holds while it runs. */
const PAYLOAD = 10_000;
/** Long after the end of this program. */
const LIMIT = 60_000;

async function work() {
  return 'done';
}

async function mistake() {
  const payload = new Array(PAYLOAD).fill(0);
  return await Promise.race([
    work(),
    new Promise((_, reject) => {
      setTimeout(() => reject(new Error(`${payload.length} items took too long`)), LIMIT);
    }),
  ]);
}

async function cure() {
  const payload = new Array(PAYLOAD).fill(0);
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  try {
    return await Promise.race([
      work(),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${payload.length} items took too long`)), LIMIT);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

for (const call of [cure, mistake]) {
  const grown = await heapGrowth(async () => {
    for (let done = 0; done < CALLS; done += 1) await call();
  });
  const armed = process.getActiveResourcesInfo().filter((it) => it === 'Timeout').length;
  const held = grown > 20 ? 'more than 20 MB' : grown < 5 ? 'nothing' : `${grown} MB`;
  console.log(`${call.name}: ${armed} timers are armed after ${CALLS} calls, holding ${held}`);
}
process.exit(); // The armed timers would keep the process for a minute.
