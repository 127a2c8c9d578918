// @ts-check
/* global setTimeout */
// How much memory a piece of work leaves behind. Used by the proofs.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
/** @type {() => void} */
export const collect = runInNewContext('gc');

/**
 * @param {() => Promise<void>} work
 * @returns {Promise<number>} what the heap has grown by, in megabytes, once all that can be collected is
 */
export async function heapGrowth(work) {
  await settle();
  const before = process.memoryUsage().heapUsed;
  await work();
  await settle();
  return (process.memoryUsage().heapUsed - before) / 2 ** 20;
}

async function settle() {
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    collect();
  }
}
