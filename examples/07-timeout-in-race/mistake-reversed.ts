// The other way round: a pause that the signal may cut short. When it does, the timer of the pause runs on.
import { armedTimers } from '../lib/pending.ts';

async function pause(aborted: Promise<void>, milliseconds: number): Promise<void> {
  await Promise.race([
    aborted,
    new Promise<void>((resolve) => {
      setTimeout(resolve, milliseconds);
    }),
  ]);
}

const { promise, resolve } = (() => {
  let settle = (): void => undefined;
  const aborted = new Promise<void>((done) => {
    settle = done;
  });
  return { promise: aborted, resolve: settle };
})();
const pausing = pause(promise, 1000);
resolve();
await pausing;
console.log(`the pause was cut short; timers still armed: ${armedTimers()}`);
