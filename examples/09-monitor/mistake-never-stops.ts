// A monitor with a start and no stop: its loop ends with the process.
import { setTimeout as sleep } from 'node:timers/promises';

export class Monitor {
  readonly #probe: () => void;

  constructor(probe: () => void) {
    this.#probe = probe;
  }

  start(): void {
    void this.#listen();
  }

  async #listen(): Promise<void> {
    while (true) {
      this.#probe();
      await sleep(20);
    }
  }
}

let probes = 0;
new Monitor(() => {
  probes += 1;
}).start();
setTimeout(() => {
  console.log(
    `the monitor has probed ${probes > 2 ? 'several times' : 'too rarely'} and cannot be stopped`,
  );
  process.exit();
}, 200);
