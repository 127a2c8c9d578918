import { tick } from '../world.ts';

export function startClock(): () => void {
  const clock = setInterval(tick, 1000);
  return () => {
    clearInterval(clock);
  };
}
