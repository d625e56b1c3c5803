/** Reads a body as it arrives, up to a bound: its declared length is not believed. */
import { createByteSource } from '../gemini/lift/byte-source.ts';
import { BodyLate, type BodyTime, inTime, startBodyTime } from '../gemini/timely-source.ts';

/** The body has more bytes than allowed. */
export class BodyTooLong extends Error {
  override name = 'BodyTooLong';
}
/** The sender stopped in the middle. */
export class BodyBroken extends Error {
  override name = 'BodyBroken';
}

/**
 * Yields pieces; each is valid until the next one is requested. Ending the iteration early cancels the stream.
 *
 * @param maxBytes One byte more throws {@link BodyTooLong}; the piece that exceeds the bound is not yielded.
 * @param time When it is over, the stream is cancelled and {@link BodyLate} thrown. Default: `startBodyTime(maxBytes)`.
 * @throws {@link BodyBroken} when the stream fails in the middle.
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
