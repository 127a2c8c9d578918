import { useEffect } from 'react';
import { tick } from '../world.ts';

export function useClock(): void {
  useEffect(() => {
    const clock = setInterval(tick, 1000);
    return () => {
      clearInterval(clock);
    };
  }, []);
}
