// The publish is a part of the request: the response is sent when it is done, and a client that leaves stops it.
import { publish } from '../lib/publish.ts';
import { serve } from '../lib/server.ts';

async function handler(request: Request): Promise<Response> {
  const id = request.headers.get('x-correlation-id') ?? 'none';
  await publish(`order of request ${id}`, { signal: request.signal });
  return new Response('published');
}

console.log(await serve(handler));
