import { load } from '../world.ts';

const pending = new Map<string, Promise<string>>();

export function loadShared(id: string, signal: AbortSignal): Promise<string> {
  const known = pending.get(id);
  if (known) return known;
  const started = load(id, signal);
  pending.set(id, started);
  return started;
}
