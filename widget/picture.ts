/** Loads and decodes a picture ahead of showing it, so that it appears whole. @throws where it does not load. */
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
 * Where the bytes are asked for. An address of its own: the one that is shown was loaded without CORS, and a cache may
 * hand that answer to a script, which the browser then refuses.
 */
export function downloadAddress(url: string): string {
  if (url.startsWith('blob:')) return url;
  // The address of a private picture is signed in its query.
  return `${url}${url.includes('?') ? '&' : '?'}download`;
}
