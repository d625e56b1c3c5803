/** Reads a body as it comes, and no further than it may go: what it says of its own length is not believed. */
import { createByteSource } from '../gemini/lift/byte-source.ts';
import { BodyLate, type BodyTime, inTime, startBodyTime } from '../gemini/timely-source.ts';

/** More came than may. */
export class BodyTooLong extends Error {
  override name = 'BodyTooLong';
}
/** The sender stopped in the middle. */
export class BodyBroken extends Error {
  override name = 'BodyBroken';
}

/**
 * Yields pieces that are valid until the next one is asked for. Whoever stops asking stops the sender.
 *
 * @param maxBytes One more ends it with {@link BodyTooLong}; nothing of the piece that goes past is yielded.
 * @param time At its end the stream is cancelled: {@link BodyLate}. By default as long as so many bytes may take.
 */
export async function* readBounded(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  time: BodyTime = startBodyTime(maxBytes),
): AsyncGenerator<Uint8Array> {
  if (!stream) return;
  const source = inTime(createByteSource(stream), time);
  let total = 0;
  try {
    for (;;) {
      const piece = await source.read(true).catch((cause: unknown) => {
        if (cause instanceof BodyLate) throw cause;
        throw new BodyBroken('a body ended in the middle', { cause });
      });
      if (!piece) return;
      total += piece.length;
      if (total > maxBytes) throw new BodyTooLong(`more than ${maxBytes} bytes`);
      yield piece;
    }
  } finally {
    // After the end this does nothing.
    await source.cancel(undefined).catch(() => undefined);
  }
}
