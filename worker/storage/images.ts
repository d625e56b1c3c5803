/**
 * Pictures and large signatures in R2: the bytes upstream sent, untouched, so that C2PA and SynthID marks stay.
 * Written as they come, with no more than one part of 5 MiB in memory each.
 */
import { createHash } from 'node:crypto';
import { sniffImage } from '../domain/image-type.ts';
import type { BlobSink, BlobWriter, Lifted } from '../gemini/skeleton.ts';
import type { StoredImage } from '../ports.ts';
import { blobKey } from './keys.ts';
import type { PartBuffers } from './part-buffers.ts';
import { withRetries } from './retry.ts';

const UNKNOWN_TYPE = 'application/octet-stream';
/** No model draws a picture of this many bytes: a supplier that goes on is broken. */
const MAX_BLOB_BYTES = 64 * 1024 * 1024;
/** As much of a picture as is looked at for type and pixels; C2PA blocks can push the size this far back. */
const HEAD_BYTES = 64 * 1024;

/** Takes the lifted strings of one run. */
export interface PictureSink extends BlobSink {
  /** What is stored so far, by `n`. */
  readonly images: StoredImage[];
  readonly signatures: { n: number; bytes: number }[];
  /** From now on what is stored so far is told to callers, who may be reading it. */
  announce(): void;
  /** Deletes what is stored and not announced: the answer cannot be used. */
  discard(): Promise<void>;
}

export interface ImageStore {
  sink(id: string): PictureSink;
  /** @returns null where there is none (any more). */
  open(kind: Lifted['kind'], id: string, n: number): Promise<R2ObjectBody | null>;
  has(kind: Lifted['kind'], id: string, n: number): Promise<boolean>;
}

const folder = (kind: Lifted['kind']): 'images' | 'signatures' => (kind === 'image' ? 'images' : 'signatures');

export function createImageStore(bucket: R2Bucket, buffers: PartBuffers): ImageStore {
  return {
    sink: (id) => createSink(bucket, buffers, id),
    open: (kind, id, n) => bucket.get(blobKey(folder(kind), id, n)),
    has: async (kind, id, n) => (await bucket.head(blobKey(folder(kind), id, n))) !== null,
  };
}

function createSink(bucket: R2Bucket, buffers: PartBuffers, id: string): PictureSink {
  const images: StoredImage[] = [];
  const signatures: { n: number; bytes: number }[] = [];
  let unannounced: string[] = [];
  return {
    images,
    signatures,
    open({ kind, n, mimeType }) {
      const key = blobKey(folder(kind), id, n);
      return createPartWriter(bucket, buffers, key, kind === 'image', mimeType, (stored) => {
        unannounced.push(key);
        if (kind === 'image') images.push({ n, ...stored });
        else signatures.push({ n, bytes: stored.bytes });
      });
    },
    announce() {
      unannounced = [];
    },
    async discard() {
      if (unannounced.length > 0) await bucket.delete(unannounced);
      unannounced = [];
    },
  };
}

/** One object of unknown length: a plain put up to one part, multipart in equal parts above it. */
function createPartWriter(
  bucket: R2Bucket,
  buffers: PartBuffers,
  key: string,
  isPicture: boolean,
  declaredType: string | undefined,
  onStored: (stored: Omit<StoredImage, 'n'>) => void,
): BlobWriter {
  const hash = createHash('sha256');
  let buffer: Uint8Array | undefined;
  let filled = 0;
  let total = 0;
  let upload: R2MultipartUpload | undefined;
  let facts: ReturnType<typeof describe> | undefined;
  const parts: R2UploadedPart[] = [];

  const release = () => {
    if (buffer) buffers.release(buffer);
    buffer = undefined;
  };

  async function sendPart(part: Uint8Array): Promise<void> {
    facts ??= describe(part, declaredType, isPicture);
    const httpMetadata = { contentType: facts.mimeType };
    upload ??= await withRetries(() => bucket.createMultipartUpload(key, { httpMetadata }));
    const started = upload;
    parts.push(await withRetries(() => started.uploadPart(parts.length + 1, part)));
  }

  return {
    async write(bytes) {
      total += bytes.length;
      if (total > MAX_BLOB_BYTES) throw new Error(`more than ${MAX_BLOB_BYTES} bytes for one picture`);
      for (let at = 0; at < bytes.length; ) {
        buffer ??= await buffers.acquire();
        // A full buffer is only sent when more comes: the last part may be short, and one part needs no multipart.
        if (filled === buffer.length) {
          await sendPart(buffer);
          filled = 0;
        }
        const piece = bytes.subarray(at, at + buffer.length - filled);
        buffer.set(piece, filled);
        if (isPicture) hash.update(piece);
        filled += piece.length;
        at += piece.length;
      }
    },
    async close() {
      try {
        const last = (buffer ?? new Uint8Array(0)).subarray(0, filled);
        if (upload) {
          await sendPart(last);
          const started = upload;
          await withRetries(() => started.complete(parts));
        } else {
          facts = describe(last, declaredType, isPicture);
          const httpMetadata = { contentType: facts.mimeType };
          await withRetries(() => bucket.put(key, last, { httpMetadata }));
        }
        onStored({ ...(facts as ReturnType<typeof describe>), bytes: total, sha256: hash.digest('hex') });
      } finally {
        release();
      }
    },
    async abort() {
      release();
      await upload?.abort();
    },
  };
}

/** Type and pixels by the bytes; the declared type where they tell nothing. */
function describe(head: Uint8Array, declaredType: string | undefined, isPicture: boolean) {
  if (!isPicture) return { mimeType: UNKNOWN_TYPE };
  return sniffImage(head.subarray(0, HEAD_BYTES)) ?? { mimeType: declaredType ?? UNKNOWN_TYPE };
}
