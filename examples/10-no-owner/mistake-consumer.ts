// A consumer of a source that was made elsewhere, started and left alone. Whether it ever ends is up to the source.
import { setTimeout as sleep } from 'node:timers/promises';
import { createFeed } from '../lib/feed.ts';

export function startConsumer(feed: AsyncIterable<string>): void {
  void (async () => {
    for await (const item of feed) console.log(`consumed ${item}`);
    console.log('the consumer has ended');
  })();
}

const feed = createFeed();
startConsumer(feed);
feed.push('a');
feed.push('b');
await sleep(50);
console.log('the program ends, the consumer is still waiting');
