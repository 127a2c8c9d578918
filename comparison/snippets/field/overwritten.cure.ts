import { tick } from '../world.ts';

export class Pulse {
  #clock: NodeJS.Timeout | undefined;

  start(): void {
    clearInterval(this.#clock);
    this.#clock = setInterval(tick, 1000);
  }

  stop(): void {
    clearInterval(this.#clock);
  }
}
