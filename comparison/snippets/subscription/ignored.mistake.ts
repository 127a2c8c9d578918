import { interval } from 'rxjs';
import { tick } from '../world.ts';

export function watch(): void {
  interval(1000).subscribe(tick);
}
