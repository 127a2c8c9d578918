import { load } from '../world.ts';

export class Client {
  readonly #lifetime = new AbortController();

  load(id: string): Promise<string> {
    return load(id, this.#lifetime.signal);
  }

  get open(): boolean {
    return !this.#lifetime.signal.aborted;
  }

  close(): void {
    this.#lifetime.abort();
  }
}
