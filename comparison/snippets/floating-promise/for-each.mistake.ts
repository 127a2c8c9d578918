import { save } from '../world.ts';

export function keepAll(texts: readonly string[]): void {
  texts.forEach(async (text) => {
    await save(text);
  });
}
