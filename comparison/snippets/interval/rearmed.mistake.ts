import { tick } from '../world.ts';

export function rearm(): void {
  tick();
  setTimeout(rearm, 1000);
}
