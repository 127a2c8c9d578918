/**
 * The half of an editor that a language server sees: requests over its standard streams, answers to what it asks.
 */
import { spawn } from 'node:child_process';

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export interface LanguageClient {
  request<Result>(method: string, params: unknown): Promise<Result>;
  notify(method: string, params: unknown): void;
  /** Settles when the server has sent a notification of this kind. */
  notified(method: string): Promise<void>;
  stop(): void;
}

/** `answers`: what to answer to a request of the server, by its method; null to all others. */
export function startServer(
  command: readonly string[],
  directory: string,
  answers: Readonly<Record<string, (params: unknown) => unknown>>,
): LanguageClient {
  const [program = '', ...words] = command;
  const server = spawn(program, words, { cwd: directory, stdio: ['pipe', 'pipe', 'inherit'] });
  const open = new Map<number | string, (message: Message) => void>();
  const awaited = new Map<string, (() => void)[]>();
  let buffer = Buffer.alloc(0);
  let count = 0;
  const send = (message: Message): void => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const receive = (message: Message): void => {
    const { id, method, params } = message;
    if (id === undefined) {
      for (const resolve of awaited.get(method ?? '') ?? []) resolve();
      return;
    }
    if (method === undefined) {
      open.get(id)?.(message);
      open.delete(id);
    } else {
      send({ id, result: answers[method]?.(params) ?? null });
    }
  };
  server.stdout.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const head = buffer.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/iu.exec(buffer.toString('utf8', 0, head))?.[1]);
      if (head === -1 || buffer.length < head + 4 + length) return;
      const body = buffer.toString('utf8', head + 4, head + 4 + length);
      buffer = buffer.subarray(head + 4 + length);
      receive(JSON.parse(body) as Message);
    }
  });
  return {
    async request<Result>(method: string, params: unknown) {
      count += 1;
      const id = count;
      return new Promise<Result>((resolve, reject) => {
        open.set(id, ({ result, error }) => {
          if (error) reject(new Error(`${method}: ${error.message}`));
          else resolve(result as Result);
        });
        send({ id, method, params });
      });
    },
    notify(method, params) {
      send({ method, params });
    },
    async notified(method) {
      return new Promise<void>((resolve) => {
        awaited.set(method, [...(awaited.get(method) ?? []), resolve]);
      });
    },
    stop() {
      server.kill();
    },
  };
}
