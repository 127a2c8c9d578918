import { type Context, withCancel, print } from '../world.ts';

export async function printNew(parent: Context, seen: Set<string>, text: string): Promise<void> {
  if (seen.has(text)) return;
  const [context, cancel] = withCancel(parent);
  try {
    await print(context, text);
  } finally {
    cancel();
  }
}
