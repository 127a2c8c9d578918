// The consumer is given a signal, which ends its wait, and the one who starts it awaits its end.
import { setTimeout as sleep } from 'node:timers/promises';
import { createFeed, type Feed } from '../lib/feed.ts';

async function consume(feed: Feed, signal: AbortSignal): Promise<void> {
  for await (const item of feed.until(signal)) console.log(`consumed ${item}`);
  console.log('the consumer has ended');
}

const shutdown = new AbortController();
const feed = createFeed();
const consumer = consume(feed, shutdown.signal);
feed.push('a');
feed.push('b');
await sleep(50);
shutdown.abort();
await consumer;
