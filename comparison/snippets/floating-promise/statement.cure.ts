import { save } from '../world.ts';

export async function keep(text: string): Promise<void> {
  await save(text);
}
