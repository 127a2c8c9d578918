/** What the fixtures release on some path: buses, pools, locks, streams and editors, all of them foreign code. */

interface Bus {
  on(event: string, listener: (value: string) => void): () => void;
  connect(): Promise<void>;
}

interface Pool {
  connect(): Promise<PoolClient>;
  idle(): number;
}

interface PoolClient {
  readonly broken: boolean;
  query(text: string): Promise<readonly Row[]>;
  release(error?: Error): void;
}

interface Mutex {
  acquire(): Promise<() => void>;
  lock(name: string): Promise<{ readonly release: () => Promise<void> }>;
}

interface Subscription {
  readonly closed: boolean;
  unsubscribe(): void;
}

interface Stream {
  subscribe(next: (value: string) => void): Subscription;
}

interface Picker {
  title: string;
  show(): void;
  dispose(): void;
}

interface Model {
  readonly uri: string;
  load(): Promise<void>;
  dispose(): void;
}

declare const bus: Bus;
declare const pool: Pool;
declare const mutex: Mutex;
declare const feed: Stream;

declare function watchFolder(path: string): {
  readonly files: readonly string[];
  readonly stop: () => void;
};
declare function createPicker(): Picker;
declare function openModel(uri: string): Promise<Model>;
declare function work(): Promise<string>;
declare function check(value: unknown): boolean;

declare module 'any-signal' {
  export interface ClearableSignal extends AbortSignal {
    clear(): void;
  }
  export function anySignal(signals: readonly (AbortSignal | undefined)[]): ClearableSignal;
}

interface QueryRunner {
  readonly isReleased: boolean;
  readonly isTransactionActive: boolean;
  connect(): Promise<void>;
  query(text: string): Promise<readonly Row[]>;
  release(): Promise<void>;
}

interface DataSource {
  createQueryRunner(): QueryRunner;
  query(text: string): Promise<readonly Row[]>;
  destroy(): Promise<void>;
}

interface Waiter {
  readonly closed: Promise<void>;
  waitForEvent(event: string): Promise<string>;
  waitUntilReady(): Promise<void>;
  dispose(): void;
}

interface Download {
  readonly promise: Promise<string>;
  readonly isAborted: boolean;
  readonly name: string;
  readonly abort: () => void;
  readonly cleanup: () => void;
}

declare const database: DataSource;

declare class Group {
  constructor(name?: string);
  add(...members: readonly unknown[]): void;
  dispose(): void;
}

declare function createWaiter(): Waiter;
declare function download(path: string): Download;
declare function openDatabase(): DataSource;
