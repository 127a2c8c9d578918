import { type Context, withTimeout, print } from '../world.ts';

export async function printAll(parent: Context, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    const [context, cancel] = withTimeout(parent, 1000);
    if (text === '') continue;
    await print(context, text).finally(cancel);
  }
}
