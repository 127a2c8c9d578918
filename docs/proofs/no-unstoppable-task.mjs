// @ts-check
/* global AbortController, setTimeout, clearTimeout */
// Shows that a task which nothing can stop goes on when its owner is gone, and keeps a thread from ending.
import { setTimeout as sleep } from 'node:timers/promises';
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

let probes = 0;

class Mistake {
  start() {
    void this.#watch();
  }

  stop() {}

  async #watch() {
    while (true) {
      probes += 1;
      await sleep(1);
    }
  }
}

class Cure {
  #lifetime = new AbortController();

  start() {
    void this.#watch(this.#lifetime.signal).catch(() => {});
  }

  stop() {
    this.#lifetime.abort();
  }

  /** @param {AbortSignal} signal */
  async #watch(signal) {
    while (!signal.aborted) {
      probes += 1;
      await sleep(1, undefined, { signal });
    }
  }
}

/** @param {typeof Mistake | typeof Cure} Monitor */
async function startAndStop(Monitor) {
  const monitors = Array.from({ length: 100 }, () => new Monitor());
  for (const monitor of monitors) monitor.start();
  await sleep(20);
  for (const monitor of monitors) monitor.stop();
  await sleep(20);
  const before = probes;
  await sleep(100);
  const armed = process.getActiveResourcesInfo().filter((it) => it === 'Timeout').length;
  return { armed, probing: probes > before };
}

if (isMainThread) {
  for (const name of ['mistake', 'cure']) {
    const worker = new Worker(new URL(import.meta.url), { workerData: name });
    const ended = once(worker, 'exit');
    const [{ armed, probing }] = await once(worker, 'message');
    const timer = setTimeout(() => void worker.terminate(), name === 'mistake' ? 300 : 5000);
    const [code] = await ended;
    clearTimeout(timer);
    const waiting = armed > 90 ? 'all' : armed === 0 ? 'none' : `${armed}`;
    const tasks = `${waiting} of 100 stopped monitors wait for another round`;
    const rest = probing ? 'the probes go on' : 'the probes have ended';
    const end = code === 0 ? 'ends by itself' : 'has to be killed';
    console.log(`${name}: ${tasks}, ${rest}, the thread ${end}`);
  }
} else {
  const result = await startAndStop(workerData === 'mistake' ? Mistake : Cure);
  parentPort?.postMessage(result);
}
