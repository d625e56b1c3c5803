/** Writes one R2 object as its bytes arrive. An object of known length needs no buffer. */
import { createHash } from 'node:crypto';
import type { PartBuffers } from './part-buffers.ts';
import { createPartWriter } from './part-writer.ts';

const UNKNOWN_TYPE = 'application/octet-stream';

/** The number of bytes differs from the announced one. */
export class OtherLength extends Error {
  override name = 'OtherLength';
  constructor(
    readonly length: number,
    readonly expected: number,
  ) {
    super(`${length} bytes where ${expected} were announced`);
  }
}

/** Passes pieces on. Throws {@link OtherLength} unless they have exactly `length` bytes together. */
export async function* exactly(pieces: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  let passed = 0;
  for await (const piece of pieces) {
    passed += piece.length;
    if (passed > length) break;
    yield piece;
  }
  if (passed !== length) throw new OtherLength(passed, length);
}

/**
 * Puts all bytes or nothing. R2 creates no object before its last byte, and that byte is held back until the pieces
 * have ended without an error.
 *
 * @param pieces A piece may be reused when the next one is requested. Their error is thrown on.
 * @param length Bytes of all pieces together.
 */
export async function putStream(
  bucket: R2Bucket,
  key: string,
  pieces: AsyncIterable<Uint8Array>,
  length: number,
): Promise<void> {
  const { readable, writable } = new FixedLengthStream(length);
  const put = bucket.put(key, readable);
  const writer = writable.getWriter();
  // After a failed put the stream has no reader, and a write would wait forever.
  put.catch((error: unknown) => writer.abort(error)).catch(() => undefined);
  let last = new Uint8Array(0);
  try {
    for await (const piece of pieces) {
      if (piece.length === 0) continue;
      if (last.length > 0) await writer.write(last);
      if (piece.length > 1) await writer.write(piece.subarray(0, -1));
      last = piece.slice(-1);
    }
    if (last.length > 0) await writer.write(last);
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
    // Wait until R2 has let go of the object, so that it cannot appear after a cleanup.
    await put.catch(() => undefined);
    throw error;
  }
  await put;
}

/** Puts a stream of unknown length through one part buffer. @returns The number of bytes. */
export async function putUnmeasured(
  bucket: R2Bucket,
  buffers: PartBuffers,
  key: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<number> {
  const writer = createPartWriter({ bucket, buffers, key, typeOf: () => UNKNOWN_TYPE });
  const hash = createHash('sha256');
  let length = 0;
  try {
    for await (const piece of pieces) {
      length += piece.length;
      hash.update(piece);
      await writer.write(piece);
    }
    await writer.finish(hash.digest('hex'));
    return length;
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
