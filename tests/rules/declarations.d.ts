/**
 * The world that the fixtures live in: cancellable contexts in the manner of Go, signal helpers, token sources, and
 * some work to do with them. Everything here is foreign code to the rules.
 */

interface Context {
  readonly signal: AbortSignal;
  readonly aborted: boolean;
  readonly name: string;
}

type CancelFunc = (reason?: unknown) => void;

type Scope = readonly [ctx: Context, cancel: CancelFunc] & {
  readonly ctx: Context;
  readonly cancel: CancelFunc;
};

declare function withCancel(parent?: Context): Scope;
declare function withTimeout(parent: Context, ms: number): Scope;
declare function withDeadline(parent: Context, at: Date): Scope;
declare function withCancelCause(parent: Context): Scope;
declare function withTimeoutCause(parent: Context, ms: number, cause: Error): Scope;
declare function withDeadlineCause(parent: Context, at: Date, cause: Error): Scope;

interface SignalScope {
  readonly signal: AbortSignal;
  readonly clear: () => void;
}

declare function combineSignals(...signals: readonly (AbortSignal | undefined)[]): SignalScope;
declare function openLease(key: string): Promise<SignalScope>;
declare function startDeadline(ms: number): {
  readonly signal: AbortSignal;
  readonly cancel: CancelFunc;
  readonly error?: Error;
};
declare function makeTimeout(ms: number): {
  readonly promise: Promise<never>;
  readonly clear: () => void;
};

interface CancellationToken {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): Disposable;
}

declare class CancellationTokenSource implements Disposable {
  constructor(parent?: CancellationToken);
  readonly token: CancellationToken;
  cancel(): void;
  dispose(cancel?: boolean): void;
  [Symbol.dispose](): void;
}

declare module 'vscode' {
  export const CancellationTokenSource: typeof globalThis.CancellationTokenSource;
}

declare module 'contexts' {
  export const background: Context;
  export function withCancel(parent: Context): Scope;
  export function withTimeout(parent: Context, ms: number): Scope;
}

declare module 'promise-helpers' {
  export function withTimeout<T>(work: Promise<T>, ms: number): Promise<T>;
}

interface HttpClient {
  withTimeout(ms: number): HttpClient;
  get(url: string): string;
}

interface Row {
  readonly id: string;
  readonly done: boolean;
}

interface Emitter {
  on(event: string, listener: () => void): void;
  once(event: string, listener: () => void): void;
}

declare function publish(ctx: Context, message: string): void;
declare function probe(ctx: Context): boolean;
declare function fetchRows(ctx: Context): Promise<readonly Row[]>;
declare function save(rows: readonly Row[]): Promise<void>;
declare function load(signal: AbortSignal): Promise<string>;
declare function send(signal: AbortSignal, message: string): void;
declare function search(query: string, token: CancellationToken): Promise<readonly Row[]>;
declare function sleep(ms: number, signal?: AbortSignal): Promise<void>;
declare function ready(): boolean;
declare function keep(...values: readonly unknown[]): void;
declare function noop(): void;
