/** One R2 object, written as its bytes come: nothing of it is held where its length is known. */
import { createHash } from 'node:crypto';
import type { PartBuffers } from './part-buffers.ts';
import { createPartWriter } from './part-writer.ts';

const UNKNOWN_TYPE = 'application/octet-stream';

/** Another number of bytes came than was announced. */
export class OtherLength extends Error {
  override name = 'OtherLength';
  constructor(
    readonly length: number,
    readonly expected: number,
  ) {
    super(`${length} bytes where ${expected} were announced`);
  }
}

/** Passes pieces on, and ends well only after exactly so many bytes. */
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
 * Puts all bytes or nothing: R2 takes no object whose last byte does not come, and that one is held back until the
 * pieces have ended well.
 *
 * @param pieces May be reused when the next is asked for. What they throw is thrown on.
 * @param length Of all of them together, in bytes.
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
  // Nobody reads any more: a write would wait for ever.
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
    // Not before R2 has let go of it, so that nothing comes after a clean-up.
    await put.catch(() => undefined);
    throw error;
  }
  await put;
}

/** Puts as many bytes as come, through one part buffer. @returns How many. */
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
