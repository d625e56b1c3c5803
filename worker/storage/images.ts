/**
 * Pictures and large signatures in R2: the bytes upstream sent, untouched, so that C2PA and SynthID marks stay.
 * Written as they come, with no more than one part of 5 MiB in memory each.
 */
import { createHash } from 'node:crypto';
import { HEAD_BYTES, sniffImage } from '../domain/image-type.ts';
import { type BlobSink, type BlobWriter, type Chunk, isLifted, type Lifted } from '../gemini/skeleton.ts';
import type { StoredImage, StoredSignature } from '../ports.ts';
import { type FoundBlobs, findBlobs } from './found-blobs.ts';
import { blobKey } from './keys.ts';
import type { ParkingLot, Unparked } from './parked.ts';
import type { PartBuffers } from './part-buffers.ts';
import { createPartWriter, type Storing } from './part-writer.ts';

const UNKNOWN_TYPE = 'application/octet-stream';
/** More pictures and signatures than any answer has: a supplier that goes on is broken. */
const MAX_BLOBS = 64;

/**
 * Takes the lifted strings of one run. Closing a writer does not wait for R2: what came after the picture can be read
 * and the manifest written meanwhile. Whoever tells callers of a picture waits for `settled` first.
 */
export interface PictureSink extends BlobSink {
  /** What was taken so far, by `n`. */
  readonly images: StoredImage[];
  readonly signatures: StoredSignature[];
  /**
   * Resolves when all that was taken is stored, or waits in the lot; throws where R2 refused and nothing could be
   * parked. Once something was parked the word stays `parked`: whoever unparks it knows when it is stored.
   */
  settled(): Promise<Storing>;
  /** From now on what is stored so far is told to callers, who may be reading it. */
  announce(): void;
  /** Deletes what was taken and not announced: the answer cannot be used. */
  discard(): Promise<void>;
}

export interface ImageStore {
  /** @param lot Where bytes wait that R2 refuses. Absent: the refusal is thrown. */
  sink(id: string, lot?: ParkingLot): PictureSink;
  /** Tries to store what waits in a lot. Never throws. @param signal Ends the wait for memory. */
  unpark(lot: ParkingLot, signal?: AbortSignal): Promise<Unparked>;
  /** What is stored under an id, when nobody remembers what was taken. What waits in a lot is not among it. */
  find(id: string): Promise<FoundBlobs>;
  /** @returns null where there is none (any more). */
  open(kind: Lifted['kind'], id: string, n: number): Promise<R2ObjectBody | null>;
  /** Whether all that the chunks of an answer name is there. */
  hasAll(id: string, chunks: readonly Chunk[]): Promise<boolean>;
}

const folder = (kind: Lifted['kind']): 'images' | 'signatures' => (kind === 'image' ? 'images' : 'signatures');

export function createImageStore(bucket: R2Bucket, buffers: PartBuffers): ImageStore {
  return {
    sink: (id, lot) => createSink({ bucket, buffers, lot, id }),
    unpark: (lot, signal) => lot.unpark(bucket, buffers, signal),
    find: (id) => findBlobs(bucket, id),
    open: (kind, id, n) => bucket.get(blobKey(folder(kind), id, n)),
    async hasAll(id, chunks) {
      const blobs = chunks.flat().filter(isLifted);
      const found = await Promise.all(blobs.map(({ kind, n }) => bucket.head(blobKey(folder(kind), id, n))));
      return !found.includes(null);
    },
  };
}

interface SinkOptions {
  bucket: R2Bucket;
  buffers: PartBuffers;
  lot: ParkingLot | undefined;
  id: string;
}

function createSink({ bucket, buffers, lot, id }: SinkOptions): PictureSink {
  const images: StoredImage[] = [];
  const signatures: StoredSignature[] = [];
  const storing: Promise<Storing>[] = [];
  let unannounced: string[] = [];

  function open(kind: Lifted['kind'], n: number, declaredType: string | undefined): BlobWriter {
    if (storing.length >= MAX_BLOBS) throw new Error(`more than ${MAX_BLOBS} pictures in one answer`);
    const key = blobKey(folder(kind), id, n);
    const hash = createHash('sha256');
    let bytes = 0;
    let facts = { mimeType: UNKNOWN_TYPE };
    const writer = createPartWriter({
      bucket,
      buffers,
      lot,
      key,
      typeOf(head) {
        if (kind === 'image') facts = describe(head, declaredType);
        return facts.mimeType;
      },
    });
    return {
      async write(piece) {
        bytes += piece.length;
        hash.update(piece);
        await writer.write(piece);
      },
      close() {
        const sha256 = hash.digest('hex');
        const stored = writer.finish(sha256);
        // Whoever waits for `settled` hears of it; until then it is nobody's unhandled rejection.
        stored.catch(() => undefined);
        storing.push(stored);
        unannounced.push(key);
        if (kind === 'image') images.push({ n, ...facts, bytes, sha256 });
        else signatures.push({ n, bytes, sha256 });
      },
      abort: () => writer.abort(),
    };
  }

  return {
    images,
    signatures,
    open: ({ kind, n, mimeType }) => open(kind, n, mimeType),
    async settled() {
      return (await Promise.all(storing)).includes('parked') ? 'parked' : 'stored';
    },
    announce() {
      unannounced = [];
    },
    async discard() {
      // What is still on its way would arrive after its own removal.
      await Promise.allSettled(storing);
      await lot?.discard(unannounced);
      if (unannounced.length > 0) await bucket.delete(unannounced);
      unannounced = [];
    },
  };
}

/** Type and pixels by the bytes; the declared type where they tell nothing. */
function describe(head: Uint8Array, declaredType: string | undefined) {
  return sniffImage(head.subarray(0, HEAD_BYTES)) ?? { mimeType: declaredType ?? UNKNOWN_TYPE };
}
