import { tick } from '../world.ts';

let timer: NodeJS.Timeout | undefined;

export function rearm(): void {
  tick();
  timer = setTimeout(rearm, 1000);
}

export function stop(): void {
  clearTimeout(timer);
}
