/** What the snippets call. Nothing of it runs: they are only looked at. */

export interface Context {
  readonly signal: AbortSignal;
}
export declare function withCancel(parent: Context): [context: Context, cancel: () => void];
export declare function withTimeout(
  parent: Context,
  ms: number,
): [context: Context, cancel: () => void];

export declare function load(id: string, signal?: AbortSignal): Promise<string>;
export declare function save(text: string, signal?: AbortSignal): Promise<void>;
export declare function print(context: Context, text: string): Promise<void>;
export declare function tick(): void;

export interface Lock extends Disposable {
  readonly key: string;
}
export declare function lock(key: string): Lock;

export interface Connection extends AsyncDisposable {
  query(text: string): Promise<string>;
}
export declare function connect(address: string): Promise<Connection>;
