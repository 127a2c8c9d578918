// @ts-check
// Shows that each race leaves a reaction on a promise that does not settle, with the result of the race, and what
// does not.
import { heapGrowth } from './measure.mjs';

const ROUNDS = 20_000;

/** A message of about a kilobyte, which comes at once. */
async function next() {
  return new Array(128).fill(0);
}

/** @param {Promise<unknown>} closed */
async function mistake(closed) {
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.race([next(), closed]);
  }
}

/**
 * `closed` is waited for once; it wakes whoever waits right now.
 *
 * @param {Promise<unknown>} closed
 */
async function cure(closed) {
  let isClosed = false;
  /** @type {(item: unknown) => void} */
  let wake = () => {};
  void closed.then(() => {
    isClosed = true;
    wake(undefined);
  });
  for (let round = 0; round < ROUNDS && !isClosed; round += 1) {
    await new Promise((resolve, reject) => {
      wake = resolve;
      next().then(resolve, reject);
    });
  }
}

for (const loop of [mistake, cure]) {
  /** Does not settle while the loop runs. */
  const closed = deferred();
  const grown = await heapGrowth(() => loop(closed.promise));
  const words = grown > 10 ? 'more than 10 MB' : grown < 2 ? 'nothing' : `${grown} MB`;
  console.log(`${loop.name}: ${ROUNDS} rounds leave ${words} behind`);
  closed.resolve();
}

function deferred() {
  /** @type {() => void} */
  let resolve = () => {};
  const promise = new Promise((settle) => (resolve = () => settle(undefined)));
  return { promise, resolve };
}
