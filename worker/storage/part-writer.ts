/**
 * One R2 object of unknown length, with no more than one part of it in memory: a plain put where that is all of it.
 * What R2 refuses is parked, where there is a lot; one refusal decides for the rest of the object.
 */
import type { ParkedWriter, ParkingLot } from './parked.ts';
import type { PartBuffers } from './part-buffers.ts';
import { withRetries } from './retry.ts';

/** No model draws a picture of this many bytes: a supplier that goes on is broken. */
const MAX_OBJECT_BYTES = 64 * 1024 * 1024;

export interface PartWriterOptions {
  bucket: R2Bucket;
  buffers: PartBuffers;
  key: string;
  /** The content type, by the first part (all of a small object). Asked once. */
  typeOf: (head: Uint8Array) => string;
  /** Absent: what R2 refuses fails the write. */
  lot?: ParkingLot | undefined;
}

/** Where an object is: in R2, or in rows until R2 takes it. */
export type Storing = 'stored' | 'parked';

export interface PartWriter {
  /** `bytes` may be reused when the promise resolves. */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Sends what is left. Until then nobody sees the object; `typeOf` has been asked when this returns its promise.
   *
   * @param sha256 Of all that was written, lower-case hex. Kept beside the bytes where one put stores them all; the
   *   metadata of a multipart upload is given at its beginning, when no digest is known.
   */
  finish(sha256: string): Promise<Storing>;
  abort(): Promise<void>;
}

export function createPartWriter({ bucket, buffers, key, typeOf, lot }: PartWriterOptions): PartWriter {
  let buffer: Uint8Array | undefined;
  let filled = 0;
  let total = 0;
  let contentType: string | undefined;
  let upload: R2MultipartUpload | undefined;
  let parked: ParkedWriter | undefined;
  const parts: R2UploadedPart[] = [];

  const release = () => {
    if (buffer) buffers.release(buffer);
    buffer = undefined;
  };

  /** Asks R2, unless it has refused before. What it refuses goes into the lot, beside the parts that R2 has. */
  async function storeOrPark(bytes: Uint8Array | undefined, type: string, store: () => Promise<void>): Promise<void> {
    try {
      if (!parked) return await store();
    } catch (refusal) {
      if (!lot) throw refusal;
      const uploadId = upload && { uploadId: upload.uploadId };
      parked = lot.park({ key, contentType: type, ...uploadId, etags: parts.map(({ etag }) => etag) });
    }
    if (bytes) parked.add(bytes);
  }

  async function sendPart(part: Uint8Array): Promise<void> {
    contentType ??= typeOf(part);
    const httpMetadata = { contentType };
    await storeOrPark(part, contentType, async () => {
      upload ??= await withRetries(() => bucket.createMultipartUpload(key, { httpMetadata }));
      const started = upload;
      parts.push(await withRetries(() => started.uploadPart(parts.length + 1, part)));
    });
  }

  async function sendLast(last: Uint8Array, sha256: string): Promise<Storing> {
    if (contentType === undefined) {
      contentType = typeOf(last);
      const metadata = { httpMetadata: { contentType }, customMetadata: { sha256 } };
      await storeOrPark(last, contentType, async () => {
        await withRetries(() => bucket.put(key, last, metadata));
      });
    } else {
      await sendPart(last);
      await storeOrPark(undefined, contentType, async () => {
        await withRetries(() => (upload as R2MultipartUpload).complete(parts));
      });
    }
    parked?.finish({ bytes: total, sha256 });
    return parked ? 'parked' : 'stored';
  }

  return {
    async write(bytes) {
      total += bytes.length;
      if (total > MAX_OBJECT_BYTES) throw new Error(`more than ${MAX_OBJECT_BYTES} bytes for one object`);
      for (let at = 0; at < bytes.length; ) {
        buffer ??= await buffers.acquire();
        // A full buffer is only sent when more comes: the last part may be short, and one part needs no multipart.
        if (filled === buffer.length) {
          await sendPart(buffer);
          filled = 0;
        }
        const piece = bytes.subarray(at, at + buffer.length - filled);
        buffer.set(piece, filled);
        filled += piece.length;
        at += piece.length;
      }
    },
    async finish(sha256) {
      try {
        return await sendLast((buffer ?? new Uint8Array(0)).subarray(0, filled), sha256);
      } catch (error) {
        parked?.discard();
        throw error;
      } finally {
        release();
      }
    },
    async abort() {
      release();
      parked?.discard();
      await upload?.abort();
    },
  };
}
