import { type Context, withTimeout, print } from '../world.ts';

export async function printAll(parent: Context, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    if (text === '') continue;
    const [context, cancel] = withTimeout(parent, 1000);
    await print(context, text).finally(cancel);
  }
}
