import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from './context.ts';

/** Takes a moment, as real output does, and stops with its context. */
export async function print(ctx: Context, message: string): Promise<void> {
  await sleep(1, undefined, { signal: ctx.signal });
  console.log(message);
}
