/** One R2 object, written as its bytes come: nothing of it is held where its length is known. */
import { createHash } from 'node:crypto';
import type { PartBuffers } from './part-buffers.ts';
import { createPartWriter } from './part-writer.ts';

const UNKNOWN_TYPE = 'application/octet-stream';

/** Fewer bytes came than were announced. */
export class BodyTooShort extends Error {
  override name = 'BodyTooShort';
  constructor(
    readonly length: number,
    readonly expected: number,
  ) {
    super(`${length} bytes of ${expected}`);
  }
}

/**
 * Puts exactly `length` bytes, or nothing: R2 takes no object whose end does not come.
 *
 * @param pieces May be reused when the next is asked for. What they throw is thrown on.
 */
export async function putStream(
  bucket: R2Bucket,
  key: string,
  pieces: AsyncIterable<Uint8Array>,
  length: number,
): Promise<void> {
  const { readable, writable } = new FixedLengthStream(length);
  const put = bucket.put(key, readable);
  // Heard of below, whichever comes first.
  put.catch(() => undefined);
  const writer = writable.getWriter();
  try {
    for await (const piece of measured(pieces, length)) {
      // More than was announced is the stream's to refuse, and where R2 has failed the writer says so.
      await writer.write(piece);
    }
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
    // It may have been whole before the last word on it was spoken.
    if (await put.then(Boolean, () => false)) await bucket.delete(key);
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

/** Passes pieces on, and ends well only after so many bytes. */
async function* measured(pieces: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  let passed = 0;
  for await (const piece of pieces) {
    passed += piece.length;
    yield piece;
  }
  if (passed < length) throw new BodyTooShort(passed, length);
}
