import { tick } from '../world.ts';

export class Panel {
  open(): void {
    window.addEventListener('resize', tick);
  }
}
