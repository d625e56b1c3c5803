/** Loads and decodes a picture before it is shown, so that it appears whole. @throws When it does not load. */
export async function openPicture(url: string, signal: AbortSignal): Promise<{ width: number; height: number }> {
  const image = new Image();
  const stop = () => {
    image.src = '';
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    image.src = url;
    await image.decode();
    return { width: image.naturalWidth, height: image.naturalHeight };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * The address for fetching the bytes from a script. It differs from the shown address, which was loaded without CORS: a
 * cache could return that answer, and the browser would refuse it.
 */
export function downloadAddress(url: string): string {
  if (url.startsWith('blob:')) return url;
  // The address of a private picture is signed in its query.
  return `${url}${url.includes('?') ? '&' : '?'}download`;
}
