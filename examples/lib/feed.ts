/**
 * A source in the manner of a channel: what is pushed is handed to whoever iterates it. It has no end of its own.
 */
import { EventEmitter, on } from 'node:events';

export interface Feed extends AsyncIterable<string> {
  push(item: string): void;
  /** Ends with the signal. */
  until(signal: AbortSignal): AsyncIterable<string>;
}

export function createFeed(): Feed {
  const items = new EventEmitter();
  const iterate = async function* (signal?: AbortSignal): AsyncGenerator<string, void> {
    try {
      for await (const [item] of on(items, 'item', signal && { signal })) yield String(item);
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
  };
  return {
    push: (item) => void items.emit('item', item),
    until: (signal) => iterate(signal),
    [Symbol.asyncIterator]: () => iterate(),
  };
}
