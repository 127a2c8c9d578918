import { useEffect } from 'react';
import { tick } from '../world.ts';

export function useResize(): void {
  useEffect(() => {
    window.addEventListener('resize', tick);
    return () => {
      window.removeEventListener('resize', tick);
    };
  }, []);
}
