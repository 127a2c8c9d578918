// @ts-check
/* global AbortController, setTimeout, clearTimeout */
// Shows what a context leaves behind that nobody cancels: a timer, and a listener on its parent.
import { getEventListeners, setMaxListeners } from 'node:events';

const CALLS = 1000;

/**
 * A context in the manner of Go: it ends when its time is over, when its parent ends, or when it is cancelled.
 *
 * @param {AbortSignal} parent
 * @param {number} milliseconds
 * @returns {[signal: AbortSignal, cancel: () => void]}
 */
function withTimeout(parent, milliseconds) {
  const own = new AbortController();
  const cancel = () => {
    clearTimeout(timer);
    parent.removeEventListener('abort', cancel);
    own.abort();
  };
  const timer = setTimeout(cancel, milliseconds);
  parent.addEventListener('abort', cancel);
  return [own.signal, cancel];
}

/** @param {AbortSignal} signal */
async function work(signal) {
  signal.throwIfAborted();
}

/**
 * @param {AbortSignal} parent
 * @param {boolean} isPaid
 */
async function mistake(parent, isPaid) {
  const [signal, cancel] = withTimeout(parent, 60_000);
  if (isPaid) return;
  await work(signal);
  cancel();
}

/**
 * @param {AbortSignal} parent
 * @param {boolean} isPaid
 */
async function cure(parent, isPaid) {
  const [signal, cancel] = withTimeout(parent, 60_000);
  try {
    if (isPaid) return;
    await work(signal);
  } finally {
    cancel();
  }
}

for (const call of [mistake, cure]) {
  const service = new AbortController();
  setMaxListeners(0, service.signal);
  for (let done = 0; done < CALLS; done += 1) await call(service.signal, done % 2 === 0);
  const listeners = getEventListeners(service.signal, 'abort').length;
  const armed = process.getActiveResourcesInfo().filter((it) => it === 'Timeout').length;
  console.log(`${call.name}: ${listeners} listeners and ${armed} timers after ${CALLS} calls`);
  service.abort();
}
