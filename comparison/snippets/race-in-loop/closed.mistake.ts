import { save } from '../world.ts';

export class Channel {
  readonly #closed: Promise<void>;

  constructor(closed: Promise<void>) {
    this.#closed = closed;
  }

  async forward(messages: AsyncIterable<string>): Promise<void> {
    for await (const message of messages) {
      await Promise.race([save(message), this.#closed]);
    }
  }
}
