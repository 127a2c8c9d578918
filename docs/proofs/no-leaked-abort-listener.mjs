// @ts-check
/* global AbortController, AbortSignal */
// Shows that an `abort` listener stays on a signal that outlives the call, that `once` does not help, and what does.
import { getEventListeners, setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { collect, heapGrowth } from './measure.mjs';

const CALLS = 1000;
/** How much each call holds while it runs. */
const PAYLOAD = 10_000;

/** @param {AbortSignal} signal */
async function mistake(signal) {
  const payload = new Array(PAYLOAD).fill(0);
  const own = new AbortController();
  signal.addEventListener('abort', () => own.abort(payload.length));
  await sleep(0, undefined, { signal: own.signal });
}

/** @param {AbortSignal} signal */
async function onceIsNoCure(signal) {
  const payload = new Array(PAYLOAD).fill(0);
  const own = new AbortController();
  signal.addEventListener('abort', () => own.abort(payload.length), { once: true });
  await sleep(0, undefined, { signal: own.signal });
}

/** @param {AbortSignal} signal */
async function removed(signal) {
  const payload = new Array(PAYLOAD).fill(0);
  const own = new AbortController();
  const stop = () => own.abort(payload.length);
  signal.addEventListener('abort', stop);
  try {
    await sleep(0, undefined, { signal: own.signal });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** @param {AbortSignal} signal */
async function merged(signal) {
  const own = new AbortController();
  await sleep(0, undefined, { signal: AbortSignal.any([signal, own.signal]) });
}

for (const call of [mistake, onceIsNoCure, removed, merged]) {
  const service = new AbortController();
  setMaxListeners(0, service.signal);
  const grown = await heapGrowth(async () => {
    for (let done = 0; done < CALLS; done += 50) {
      await Promise.all(Array.from({ length: 50 }, () => call(service.signal)));
    }
  });
  const listeners = getEventListeners(service.signal, 'abort').length;
  const held = grown > 20 ? 'more than 20 MB' : grown < 5 ? 'nothing' : `${grown} MB`;
  console.log(`${call.name}: ${listeners} listeners after ${CALLS} calls, holding ${held}`);
  service.abort();
  collect();
}
