/**
 * Pictures and large signatures in R2: the bytes upstream sent, untouched, so that C2PA and SynthID marks stay.
 * Written as they come, with no more than one part of 5 MiB in memory each.
 */
import { createHash } from 'node:crypto';
import { createImageInspection } from '../files/image-inspection.ts';
import type { PictureOutcome } from '../gemini/forms/picture-shape.ts';
import { type BlobSink, type BlobWriter, type Chunk, isLifted, type Lifted } from '../gemini/lift/skeleton.ts';
import { HEAD_BYTES, sniffImage } from '../request/image-type.ts';
import { type FoundBlobs, findBlobs, removePictures } from './found-blobs.ts';
import { blobKey } from './keys.ts';
import type { StoredImage, StoredSignature } from './manifest.ts';
import type { PartBuffers } from './part-buffers.ts';
import { createPartWriter, type Storing } from './part-writer.ts';
import type { Flushed, PendingParts } from './pending.ts';

/** Of a signature. */
const OPAQUE_TYPE = 'application/octet-stream';
/** Pictures of an answer that are kept, the first ones: more than any model draws. */
const MAX_IMAGES = 64;
/** More pictures than this are read from no answer: a provider that goes on is broken. */
const MAX_OPENED_IMAGES = 256;
/** Of an answer that are kept, the first ones: more than any model writes. They must not cost the picture after them. */
const MAX_SIGNATURES = 256;

/**
 * Takes the lifted strings of one run. Closing a writer does not wait for R2: what came after the picture can be read
 * and the manifest written meanwhile. Whoever tells callers of a picture waits for `settled` first.
 */
export interface PictureSink extends BlobSink {
  /** What was taken so far, by `n`. */
  readonly images: StoredImage[];
  readonly signatures: StoredSignature[];
  /** Pictures that were not taken, because their bytes are no whole picture, or because there are too many. */
  readonly leftOut: ReadonlyMap<number, 'broken' | 'surplus'>;
  /** What became of picture `n`, which has been read. */
  outcomeOf(n: number): PictureOutcome;
  /**
   * Resolves when all that was taken is stored, or is kept pending; throws where R2 refused and nothing could be
   * pending. Once something was pending the word stays `pending`: whoever flushes it knows when it is stored.
   */
  settled(): Promise<Storing>;
  /** From now on what is stored so far is told to callers, who may be reading it. */
  announce(): void;
  /** Deletes what was taken and not announced: the answer cannot be used. */
  discard(): Promise<void>;
}

export interface ImageStore {
  /** @param pendingParts Where bytes wait that R2 refuses. Absent: the refusal is thrown. */
  sink(id: string, pendingParts?: PendingParts): PictureSink;
  /** Tries to store what is pending. Never throws. @param signal Ends the wait for memory. */
  flush(pendingParts: PendingParts, signal?: AbortSignal): Promise<Flushed>;
  /** What is stored under an id, when nobody remembers what was taken. what is pending is not among it. */
  find(id: string): Promise<FoundBlobs>;
  /** @returns null where there is none (any more). */
  open(kind: Lifted['kind'], id: string, n: number): Promise<R2ObjectBody | null>;
  /** Deletes the pictures of an id, renditions too: the provider has taken them back. */
  remove(id: string): Promise<void>;
  /** Whether all that the chunks of an answer name is there. */
  hasAll(id: string, chunks: readonly Chunk[]): Promise<boolean>;
}

const folder = (kind: Lifted['kind']): 'images' | 'signatures' => (kind === 'image' ? 'images' : 'signatures');

export function createImageStore(bucket: R2Bucket, buffers: PartBuffers): ImageStore {
  return {
    sink: (id, pendingParts) => createSink({ bucket, buffers, pendingParts, id }),
    flush: (pendingParts, signal) => pendingParts.flush(bucket, buffers, signal),
    find: (id) => findBlobs(bucket, id),
    open: (kind, id, n) => bucket.get(blobKey(folder(kind), id, n)),
    remove: (id) => removePictures(bucket, id),
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
  pendingParts: PendingParts | undefined;
  id: string;
}

function createSink({ bucket, buffers, pendingParts, id }: SinkOptions): PictureSink {
  const images: StoredImage[] = [];
  const signatures: StoredSignature[] = [];
  const leftOut = new Map<number, 'broken' | 'surplus'>();
  const storing: Promise<Storing>[] = [];
  let opened = 0;
  let unannounced: string[] = [];

  /** @param typeOf The content type, by the first bytes. */
  function write(kind: Lifted['kind'], n: number, typeOf: (head: Uint8Array) => string) {
    const key = blobKey(folder(kind), id, n);
    const hash = createHash('sha256');
    let bytes = 0;
    const writer = createPartWriter({ bucket, buffers, pendingParts, key, typeOf });
    return {
      async write(piece: Uint8Array) {
        bytes += piece.length;
        hash.update(piece);
        await writer.write(piece);
      },
      finish() {
        const sha256 = hash.digest('hex');
        const stored = writer.finish(sha256);
        // A caller of `settled` hears of it; until then it is not unhandled.
        stored.catch(() => undefined);
        storing.push(stored);
        unannounced.push(key);
        return { n, bytes, sha256 };
      },
      abort: () => writer.abort(),
    };
  }

  function openSignature(n: number): BlobWriter {
    const writer = write('signature', n, () => OPAQUE_TYPE);
    return { ...writer, close: () => void signatures.push(writer.finish()) };
  }

  /** Only what its own bytes say is whole and of a known type becomes an object, with what a provider put behind it. */
  function openImage(n: number): BlobWriter {
    const inspection = createImageInspection('picture', { mayBeFollowed: true });
    const writer = write('image', n, (head) => sniffImage(head.subarray(0, HEAD_BYTES))?.mimeType ?? OPAQUE_TYPE);
    return {
      async write(piece) {
        // What can be no picture any more is not stored any further.
        if (!inspection.add(piece)) await writer.write(piece);
      },
      async close() {
        const whole = inspection.end();
        if (whole.ok) {
          images.push({ ...writer.finish(), ...whole.value });
        } else {
          leftOut.set(n, 'broken');
          await writer.abort();
        }
      },
      abort: writer.abort,
    };
  }

  return {
    images,
    signatures,
    leftOut,
    outcomeOf: (n) => leftOut.get(n) ?? images.find((image) => image.n === n) ?? 'broken',
    open({ kind, n }) {
      if (kind === 'signature') return n < MAX_SIGNATURES ? openSignature(n) : { ...NOWHERE, keepsNothing: true };
      opened += 1;
      if (opened > MAX_OPENED_IMAGES) throw new Error(`more than ${MAX_OPENED_IMAGES} pictures in one answer`);
      if (images.length < MAX_IMAGES) return openImage(n);
      leftOut.set(n, 'surplus');
      return NOWHERE;
    },
    async settled() {
      return (await Promise.all(storing)).includes('pending') ? 'pending' : 'stored';
    },
    announce() {
      unannounced = [];
    },
    async discard() {
      // What is still on its way would arrive after its own removal.
      await Promise.allSettled(storing);
      await pendingParts?.discard(unannounced);
      if (unannounced.length > 0) await bucket.delete(unannounced);
      unannounced = [];
    },
  };
}

const NOWHERE: BlobWriter = { write: () => undefined, close: () => undefined, abort: () => undefined };
