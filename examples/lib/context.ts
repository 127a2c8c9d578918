/**
 * A small `context` in the manner of Go: a signal, a deadline and values that travel down a call tree together.
 *
 * A child registers on its parent. The registration (and the timer of a deadline) stays until the child is cancelled,
 * by its own cancel function, by its deadline or by its parent: whoever makes a child must call its cancel function.
 */
export interface Context {
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch; `Infinity` when there is none. */
  readonly deadline: number;
  readonly values: ReadonlyMap<string, unknown>;
}

export type Cancel = (reason?: unknown) => void;

/** The root of all contexts: nothing cancels it. */
export const background: Context = {
  signal: AbortSignal.any([]),
  deadline: Infinity,
  values: new Map(),
};

export function withCancel(parent: Context): [ctx: Context, cancel: Cancel] {
  const controller = new AbortController();
  const cancel: Cancel = (reason) => {
    parent.signal.removeEventListener('abort', cancelWithParent);
    controller.abort(reason);
  };
  const cancelWithParent = (): void => {
    cancel(parent.signal.reason);
  };
  parent.signal.addEventListener('abort', cancelWithParent);
  if (parent.signal.aborted) cancelWithParent();
  return [{ ...parent, signal: controller.signal }, cancel];
}

export function withDeadline(parent: Context, at: number): [ctx: Context, cancel: Cancel] {
  const [ctx, cancel] = withCancel(parent);
  const deadline = Math.min(at, parent.deadline);
  if (!ctx.signal.aborted) {
    const timer = setTimeout(() => {
      cancel(new DOMException('deadline exceeded', 'TimeoutError'));
    }, deadline - Date.now());
    ctx.signal.addEventListener('abort', () => {
      clearTimeout(timer);
    });
  }
  return [{ ...ctx, deadline }, cancel];
}

export function withTimeout(parent: Context, milliseconds: number): [ctx: Context, cancel: Cancel] {
  return withDeadline(parent, Date.now() + milliseconds);
}

export function withValue(parent: Context, key: string, value: unknown): Context {
  return { ...parent, values: new Map([...parent.values, [key, value]]) };
}

/** Keeps the values, drops the cancellation and the deadline: for work that must outlive its caller. */
export function withoutCancel(parent: Context): Context {
  return { ...background, values: parent.values };
}
