import { load } from '../world.ts';

export class Client {
  readonly #lifetime = new AbortController();
  #open = true;

  load(id: string): Promise<string> {
    return load(id, this.#lifetime.signal);
  }

  get open(): boolean {
    return this.#open;
  }

  close(): void {
    this.#open = false;
  }
}
