import { save } from '../world.ts';

export async function drain(next: () => Promise<string>, stop: Promise<void>): Promise<void> {
  while (true) {
    const text = await Promise.race([next(), stop]);
    if (text === undefined) return;
    await save(text);
  }
}
