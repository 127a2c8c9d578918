import { setTimeout as sleep } from 'node:timers/promises';

/** Takes a moment, as a message broker does. */
export async function publish(
  message: string,
  options: { readonly signal: AbortSignal },
): Promise<void> {
  await sleep(20, undefined, options);
  console.log(`published: ${message}`);
}
