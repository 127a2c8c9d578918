import { tick } from '../world.ts';

export function startClock(): void {
  setInterval(tick, 1000);
}
