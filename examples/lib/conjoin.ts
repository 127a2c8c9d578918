/**
 * Two parents by hand: a signal that aborts with the first of the given ones, and `clear`, which takes it off them.
 */
export interface Conjunction {
  readonly signal: AbortSignal;
  readonly clear: () => void;
}

export function conjoin(...parents: readonly AbortSignal[]): Conjunction {
  const controller = new AbortController();
  const clear = (): void => {
    for (const parent of parents) parent.removeEventListener('abort', abort);
  };
  const abort = (event: Event): void => {
    clear();
    controller.abort((event.target as AbortSignal).reason);
  };
  const over = parents.find((parent) => parent.aborted);
  if (over !== undefined) {
    controller.abort(over.reason);
  } else {
    for (const parent of parents) parent.addEventListener('abort', abort);
  }
  return { signal: controller.signal, clear };
}
