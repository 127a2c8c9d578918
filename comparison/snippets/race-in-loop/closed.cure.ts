import { save } from '../world.ts';

export class Channel {
  readonly #closed = new AbortController();

  close(): void {
    this.#closed.abort();
  }

  async forward(messages: AsyncIterable<string>): Promise<void> {
    for await (const message of messages) {
      await save(message, this.#closed.signal);
    }
  }
}
