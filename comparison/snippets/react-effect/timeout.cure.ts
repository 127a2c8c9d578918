import { useEffect } from 'react';
import { tick } from '../world.ts';

export function useReminder(ms: number): void {
  useEffect(() => {
    const timer = setTimeout(tick, ms);
    return () => {
      clearTimeout(timer);
    };
  }, [ms]);
}
