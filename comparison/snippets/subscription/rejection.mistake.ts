import { interval } from 'rxjs';
import { save, tick } from '../world.ts';

export async function saveWatched(text: string): Promise<void> {
  const subscription = interval(1000).subscribe(tick);
  await save(text);
  subscription.unsubscribe();
}
