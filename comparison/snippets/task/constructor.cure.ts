import { load, save } from '../world.ts';

export class Poller {
  #stopped = false;

  constructor() {
    void this.#run();
  }

  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await save(await load('news'));
    }
  }
}
