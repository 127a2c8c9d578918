// @ts-check
/* global AbortController */
// Shows detached work lost when its request ends, and the callers of shared work failing with the first of them.
import { setTimeout as sleep } from 'node:timers/promises';

const server = new AbortController();

/** @param {AbortSignal} signal */
async function publish(signal) {
  await sleep(20, undefined, { signal });
  return 'published';
}

/** @param {(request: AbortSignal) => AbortSignal} choose */
async function respond(choose) {
  const request = new AbortController();
  const detached = publish(choose(request.signal)).catch((error) => `lost, ${error.name}`);
  request.abort(); // The response has been sent.
  return await detached;
}

console.log(`mistake: ${await respond((request) => request)}`);
console.log(`cure: ${await respond(() => server.signal)}`);

/**
 * Two callers ask for the same thing; the first gives up.
 *
 * @param {boolean} shared Does the first caller's signal go into the work that both wait for?
 */
async function ask(shared) {
  /** @type {Promise<string> | undefined} */
  let pending;
  /** @param {AbortSignal} signal */
  const load = (signal) => {
    pending ??= publish(shared ? signal : server.signal);
    return Promise.race([pending, untilAborted(signal)]).catch((error) => `failed, ${error.name}`);
  };
  const first = new AbortController();
  const second = new AbortController();
  const both = Promise.all([load(first.signal), load(second.signal)]);
  first.abort();
  return (await both).join('; second: ');
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<never>}
 */
function untilAborted(signal) {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

console.log(`mistake: first: ${await ask(true)}`);
console.log(`cure: first: ${await ask(false)}`);
