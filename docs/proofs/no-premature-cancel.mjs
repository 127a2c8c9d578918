// @ts-check
/* global AbortController, fetch, setTimeout */
// Shows the first child stop its siblings, and a cancel cut off the body of a response that has been returned.
import { setTimeout as sleep } from 'node:timers/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** @param {boolean} premature */
async function fanOut(premature) {
  const own = new AbortController();
  try {
    const children = [10, 60, 60].map(async (ms, child) => {
      try {
        await sleep(ms, undefined, { signal: own.signal });
        return child;
      } finally {
        if (premature) own.abort();
      }
    });
    const ends = await Promise.allSettled(children);
    return ends.filter(({ status }) => status === 'fulfilled').length;
  } finally {
    own.abort();
  }
}

console.log(`mistake: ${await fanOut(true)} of 3 children finish`);
console.log(`cure: ${await fanOut(false)} of 3 children finish`);

/**
 * @param {string} url
 * @param {boolean} premature
 */
async function get(url, premature) {
  const own = new AbortController();
  try {
    return await fetch(url, { signal: own.signal });
  } finally {
    if (premature) own.abort();
  }
}

const server = createServer((_, response) => {
  response.write('first half, ');
  setTimeout(() => response.end('second half'), 20);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
for (const [name, premature] of /** @type {const} */ ([
  ['mistake', true],
  ['cure', false],
])) {
  const response = await get(url, premature);
  const text = await response.text().catch((error) => `no body, ${error.name}`);
  console.log(`${name}: status ${response.status}, ${text}`);
}
server.closeAllConnections();
server.close();
