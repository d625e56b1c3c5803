/** Reads the body of an error within a bounded time. The status alone is enough; its body may be slow or missing. */

/** An error's body has a few KiB at most and usually comes with the headers. */
const WORDS_MS = 2_000;

/**
 * @param waitMs Then the body is cancelled; default 2 s.
 * @returns The text that arrived in time, at most `maxBytes` bytes. Never throws, and leaves nothing open.
 */
export async function readErrorWords(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  waitMs = WORDS_MS,
): Promise<string> {
  if (!body) return '';
  const reader = body.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  const timer = setTimeout(() => void reader.cancel('too slow').catch(() => undefined), waitMs);
  try {
    while (length < maxBytes) {
      // A read that waits ends with the timer's cancel.
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value.subarray(0, maxBytes - length));
      length += value.length;
    }
    if (length >= maxBytes) await reader.cancel();
  } catch {
    // The status alone still tells what happened.
  } finally {
    clearTimeout(timer);
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}
