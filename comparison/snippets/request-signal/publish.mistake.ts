import { load, save } from '../world.ts';

export async function handler(request: Request): Promise<Response> {
  const text = await load(request.url, request.signal);
  void save(text, request.signal);
  return new Response(text);
}
