export async function open(url: string): Promise<ReadableStream | null> {
  const controller = new AbortController();
  try {
    const response = await fetch(url, { signal: controller.signal });
    return response.body;
  } finally {
    controller.abort();
  }
}
