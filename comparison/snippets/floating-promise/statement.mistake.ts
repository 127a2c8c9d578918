import { save } from '../world.ts';

export function keep(text: string): void {
  save(text);
}
