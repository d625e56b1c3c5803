/** What a provider says beside a status. The status counts when it is there; its words may be slow, or missing. */

/** A few KiB at most, which come with the headers. */
const WORDS_MS = 2_000;

/** @returns What came of a body in time, at most so many bytes. Never throws, and leaves nothing open. */
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
    // A status without its words still says what happened.
  } finally {
    clearTimeout(timer);
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}
