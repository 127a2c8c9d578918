// The handler answers and publishes in the background, with the signal of the request. The response is sent, the signal
// aborts, and the publish is lost: sometimes, here always.
import { publish } from '../lib/publish.ts';
import { serve } from '../lib/server.ts';

async function handler(request: Request): Promise<Response> {
  const id = request.headers.get('x-correlation-id') ?? 'none';
  void publish(`order of request ${id}`, { signal: request.signal }).catch((error: unknown) => {
    console.log(`not published: ${String(error)}`);
  });
  return new Response('accepted');
}

console.log(await serve(handler));
