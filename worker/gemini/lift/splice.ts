/**
 * Puts lifted strings back into a skeleton, encoding them on the way: the inverse of `lift`, byte for byte. Blobs are
 * read at the reader's pace. One piece of 192 KiB and its text are in memory at a time.
 */
import { createEncoder, encodedLength } from './base64-encoder.ts';
import { createPieceReader } from './piece-reader.ts';
import { isLifted, type Lifted, type OpenBlob, type Segment } from './skeleton.ts';

/** A multiple of three, so that only a string's last piece needs padding. */
const PIECE_BYTES = 192 * 1024;

/**
 * @param segments A chunk, or several in order.
 * @param open Called for each lifted string when its turn comes.
 * @returns A byte stream. It fails if a blob cannot be opened or read, or if its length is not `Lifted.bytes`.
 */
export function splice(segments: Iterable<Segment>, open: OpenBlob): ReadableStream<Uint8Array> {
  const { readable, writable } = new IdentityTransformStream();
  void pour(splicePieces(segments, open), writable.getWriter());
  return readable;
}

/** A write ends when its bytes were read, so one buffer serves all pieces and a slow reader holds no other memory. */
async function pour(pieces: AsyncIterable<Uint8Array>, writer: WritableStreamDefaultWriter<Uint8Array>): Promise<void> {
  try {
    for await (const piece of pieces) await writer.write(piece);
    await writer.close();
  } catch (error) {
    // The abort fails if the reader has cancelled the stream. Then no reader needs the error.
    await writer.abort(error).catch(() => undefined);
  }
}

/**
 * Same as {@link splice}, for callers that use each piece before they request the next. All encoded text goes through
 * one buffer, so a hundred megabytes leave no garbage.
 */
export async function* splicePieces(
  segments: Iterable<Segment>,
  open: OpenBlob,
): AsyncGenerator<Uint8Array, void, undefined> {
  const text = new TextEncoder();
  for (const segment of segments) {
    if (isLifted(segment)) yield* encode(segment, open);
    else if (typeof segment !== 'string') yield Buffer.from(segment.raw, 'base64');
    else if (segment !== '') yield text.encode(segment);
  }
}

/** Length in bytes of what {@link splice} gives, for `Content-Length`. */
export function splicedLength(segments: Iterable<Segment>): number {
  let length = 0;
  for (const segment of segments) {
    if (typeof segment === 'string') length += Buffer.byteLength(segment);
    else if (isLifted(segment)) length += encodedLength(segment);
    else length += Buffer.byteLength(segment.raw, 'base64');
  }
  return length;
}

async function* encode(lifted: Lifted, open: OpenBlob): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = createEncoder(lifted);
  const blob = createPieceReader(await open(lifted), PIECE_BYTES);
  let left = lifted.bytes;
  let isWhole = false;
  try {
    for (let piece = await blob.read(); piece; piece = await blob.read()) {
      left -= piece.length;
      if (left < 0) throw new Error(`${nameOf(lifted)} is longer than its ${lifted.bytes} bytes`);
      yield* encoder.push(piece);
    }
    if (left > 0) throw new Error(`${nameOf(lifted)} is ${left} bytes shorter than its ${lifted.bytes}`);
    isWhole = true;
    yield* encoder.end();
  } finally {
    if (!isWhole) await blob.cancel();
  }
}

const nameOf = ({ kind, n }: Lifted): string => `${kind} ${n}`;
