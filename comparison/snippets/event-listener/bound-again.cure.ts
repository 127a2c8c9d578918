import { tick } from '../world.ts';

export class Menu {
  readonly #onKey = (): void => {
    tick();
  };

  open(): void {
    window.addEventListener('keydown', this.#onKey);
  }

  close(): void {
    window.removeEventListener('keydown', this.#onKey);
  }
}
