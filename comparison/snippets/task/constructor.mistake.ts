import { load, save } from '../world.ts';

export class Poller {
  constructor() {
    void this.#run();
  }

  async #run(): Promise<void> {
    for (;;) {
      await save(await load('news'));
    }
  }
}
