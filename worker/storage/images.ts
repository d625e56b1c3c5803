/**
 * Stores pictures and large signatures in R2: the bytes upstream sent, untouched, so that C2PA and SynthID marks stay.
 * They are written as they arrive, with at most one part of 5 MiB of each in memory.
 */
import { createHash } from 'node:crypto';
import { createImageInspection } from '../files/image-inspection.ts';
import type { PictureOutcome } from '../gemini/forms/picture-shape.ts';
import { type BlobSink, type BlobWriter, type Chunk, isLifted, type Lifted } from '../gemini/lift/skeleton.ts';
import { HEAD_BYTES, sniffImage } from '../request/image-type.ts';
import {
  type FoundBlobs,
  type FoundObjects,
  type FoundPicture,
  findBlobs,
  findObjects,
  findPicture,
  pictureKeys,
  removeObjects,
  removePictures,
} from './found-blobs.ts';
import { blobKey } from './keys.ts';
import type { Labels } from './labels.ts';
import type { StoredImage, StoredSignature } from './manifest.ts';
import type { PartBuffers } from './part-buffers.ts';
import { createPartWriter, type Storing } from './part-writer.ts';
import type { Flushed, PendingParts } from './pending.ts';
import { copyToWall, listWallCopies, type WallCopy } from './wall-copies.ts';

/** Content type of a signature. */
const OPAQUE_TYPE = 'application/octet-stream';
/** An answer's pictures beyond this number are not stored. No model draws so many. */
const MAX_IMAGES = 64;
/** An answer with more pictures than this fails: its provider is broken. */
const MAX_OPENED_IMAGES = 256;
/** An answer's signatures beyond this number are dropped, so that they cannot cost the picture after them. */
const MAX_SIGNATURES = 256;

/**
 * Takes the lifted strings of one run. Closing a writer does not wait for R2, so that the rest of the answer can be
 * read and the manifest written meanwhile. Wait for `settled` before telling callers of a picture.
 */
export interface PictureSink extends BlobSink {
  /** Pictures taken so far. */
  readonly images: StoredImage[];
  readonly signatures: StoredSignature[];
  /** Pictures not taken, by `n`: their bytes are not a whole picture, or there are too many. */
  readonly leftOut: ReadonlyMap<number, 'broken' | 'surplus'>;
  /** The outcome of picture `n`, after it has been read. */
  outcomeOf(n: number): PictureOutcome;
  /**
   * Resolves when everything taken is stored or pending. Throws where R2 refused and the bytes could not be kept
   * pending. Once anything was pending it returns `pending`, even after the bytes reach R2: the caller of `flush` learns
   * when that happens.
   */
  settled(): Promise<Storing>;
  /**
   * Marks what is taken so far as announced: callers may be reading it, so `discard` leaves it.
   *
   * @param except Number of a picture that no caller has heard of.
   */
  announce(except?: number): void;
  /** Forgets the pictures with other numbers, and deletes them in all sizes. */
  keepOnly(numbers: ReadonlySet<number>): Promise<void>;
  /** Deletes what was taken and not announced, when the answer cannot be used. */
  discard(): Promise<void>;
}

export interface ImageStore {
  /** @param pendingParts Keeps bytes that R2 refuses. Absent: the refusal is thrown. */
  sink(id: string, labels: Labels, pendingParts?: PendingParts): PictureSink;
  /** Tries to store what is pending. Never throws. @param signal Ends the wait for memory. */
  flush(pendingParts: PendingParts, signal?: AbortSignal): Promise<Flushed>;
  /** Finds what R2 has under an id, after the memory of the run is lost. Pending bytes are not included. */
  find(id: string): Promise<FoundBlobs>;
  /** @returns null where there is none (any more). */
  open(kind: Lifted['kind'], id: string, n: number): Promise<R2ObjectBody | null>;
  /** Deletes the pictures and renditions of an id, which the provider has withdrawn. */
  remove(id: string): Promise<void>;
  /** Deletes these pictures of an id, which no caller has heard of. Idempotent. */
  removeDrafts(id: string, numbers: readonly number[]): Promise<void>;
  /** Whose the picture of an id is. @returns undefined where there is none. */
  findPicture(id: string): Promise<FoundPicture | undefined>;
  /** Finds all objects of an id, renditions included. */
  findAll(id: string): Promise<FoundObjects>;
  /** Deletes what {@link findAll} found. Idempotent. */
  removeAll(id: string, found: FoundObjects): Promise<void>;
  /** Copies a picture to the id of its place on the wall. @returns Whether it was there. */
  copyToWall(id: string, n: number, wallId: string): Promise<boolean>;
  /** All copies on walls, of every site. */
  wallCopies(): Promise<WallCopy[]>;
  /** Whether R2 has every picture and signature that the chunks name. */
  hasAll(id: string, chunks: readonly Chunk[]): Promise<boolean>;
}

const folder = (kind: Lifted['kind']): 'images' | 'signatures' => (kind === 'image' ? 'images' : 'signatures');

export function createImageStore(bucket: R2Bucket, buffers: PartBuffers): ImageStore {
  return {
    sink: (id, labels, pendingParts) => createSink({ bucket, buffers, pendingParts, id, labels }),
    flush: (pendingParts, signal) => pendingParts.flush(bucket, buffers, signal),
    find: (id) => findBlobs(bucket, id),
    open: (kind, id, n) => bucket.get(blobKey(folder(kind), id, n)),
    remove: (id) => removePictures(bucket, id),
    async removeDrafts(id, numbers) {
      if (numbers.length > 0) await bucket.delete(pictureKeys(id, numbers));
    },
    findPicture: (id) => findPicture(bucket, id),
    findAll: (id) => findObjects(bucket, id),
    removeAll: (id, found) => removeObjects(bucket, id, found),
    copyToWall: (id, n, wallId) => copyToWall(bucket, id, n, wallId),
    wallCopies: () => listWallCopies(bucket),
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
  labels: Labels;
}

function createSink({ bucket, buffers, pendingParts, id, labels }: SinkOptions): PictureSink {
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
    const writer = createPartWriter({ bucket, buffers, pendingParts, key, typeOf, labels });
    return {
      async write(piece: Uint8Array) {
        bytes += piece.length;
        hash.update(piece);
        await writer.write(piece);
      },
      finish() {
        const sha256 = hash.digest('hex');
        const stored = writer.finish(sha256);
        // `settled` reports this failure. Until it is called, the rejection must not count as unhandled.
        stored.catch(() => undefined);
        storing.push(stored);
        unannounced.push(...(kind === 'image' ? pictureKeys(id, [n]) : [key]));
        return { n, bytes, sha256 };
      },
      abort: () => writer.abort(),
    };
  }

  function openSignature(n: number): BlobWriter {
    const writer = write('signature', n, () => OPAQUE_TYPE);
    return { ...writer, close: () => void signatures.push(writer.finish()) };
  }

  /** Stores a picture only if its bytes are whole and of a known type. Bytes after the picture's own end are kept. */
  function openImage(n: number): BlobWriter {
    const inspection = createImageInspection('picture', { mayBeFollowed: true });
    const writer = write('image', n, (head) => sniffImage(head.subarray(0, HEAD_BYTES))?.mimeType ?? OPAQUE_TYPE);
    return {
      async write(piece) {
        // After a refusal no further byte is stored.
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

  async function remove(keys: readonly string[]): Promise<void> {
    // An object still being written would appear after its deletion.
    await Promise.allSettled(storing);
    await pendingParts?.discard(keys);
    if (keys.length > 0) await bucket.delete([...keys]);
    unannounced = unannounced.filter((key) => !keys.includes(key));
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
    announce(except) {
      const kept = except === undefined ? [] : pictureKeys(id, [except]);
      unannounced = unannounced.filter((key) => kept.includes(key));
    },
    async keepOnly(numbers) {
      const others = images.filter(({ n }) => !numbers.has(n));
      for (const image of others) images.splice(images.indexOf(image), 1);
      const dropped = others.map(({ n }) => n);
      if (dropped.length > 0) await remove(pictureKeys(id, dropped));
    },
    discard: () => remove(unannounced),
  };
}

const NOWHERE: BlobWriter = { write: () => undefined, close: () => undefined, abort: () => undefined };
