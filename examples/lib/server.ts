/**
 * A server without a network: the request's signal aborts as soon as its response has been sent, as it does in the
 * servers that give a handler a signal.
 */
export type Handler = (request: Request) => Promise<Response>;

export async function serve(handler: Handler): Promise<string> {
  const connection = new AbortController();
  const request = new Request('http://localhost/', {
    headers: { 'x-correlation-id': '42' },
    signal: connection.signal,
  });
  const text = await (await handler(request)).text();
  connection.abort(new Error('the response has been sent'));
  return text;
}
