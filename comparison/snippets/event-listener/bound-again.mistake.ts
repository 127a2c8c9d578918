import { tick } from '../world.ts';

export class Menu {
  open(): void {
    window.addEventListener('keydown', this.onKey.bind(this));
  }

  close(): void {
    window.removeEventListener('keydown', this.onKey.bind(this));
  }

  onKey(): void {
    tick();
  }
}
