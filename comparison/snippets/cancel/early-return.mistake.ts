import { type Context, withCancel, print } from '../world.ts';

export async function printNew(parent: Context, seen: Set<string>, text: string): Promise<void> {
  const [context, cancel] = withCancel(parent);
  if (seen.has(text)) return;
  try {
    await print(context, text);
  } finally {
    cancel();
  }
}
