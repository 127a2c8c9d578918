import { type Context, withTimeout, print } from '../world.ts';

export async function printWithin(parent: Context, text: string): Promise<void> {
  const [context, cancel] = withTimeout(parent, 1000);
  try {
    await print(context, text);
  } finally {
    cancel();
  }
}
