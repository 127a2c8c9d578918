import { interval } from 'rxjs';
import { tick } from '../world.ts';

export function watch(): () => void {
  const subscription = interval(1000).subscribe(tick);
  return () => {
    subscription.unsubscribe();
  };
}
