// The publish keeps the values of the request (its correlation id) and has the lifetime of the server.
import { publish } from '../lib/publish.ts';
import { serve } from '../lib/server.ts';

const server = new AbortController();
process.once('SIGTERM', () => {
  server.abort();
});

async function handler(request: Request): Promise<Response> {
  const id = request.headers.get('x-correlation-id') ?? 'none';
  void publish(`order of request ${id}`, { signal: server.signal }).catch((error: unknown) => {
    console.log(`not published: ${String(error)}`);
  });
  return new Response('accepted');
}

console.log(await serve(handler));
