import { useEffect } from 'react';
import { tick } from '../world.ts';

export function useClock(): void {
  useEffect(() => {
    setInterval(tick, 1000);
  }, []);
}
