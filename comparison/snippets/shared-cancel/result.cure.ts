export async function open(url: string): Promise<string> {
  const controller = new AbortController();
  try {
    const response = await fetch(url, { signal: controller.signal });
    return await response.text();
  } finally {
    controller.abort();
  }
}
