/** One R2 object of unknown length, with no more than one part of it in memory: a plain put where that is all of it. */
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
}

export interface PartWriter {
  /** `bytes` may be reused when the promise resolves. */
  write(bytes: Uint8Array): Promise<void>;
  /** Sends what is left. Until then nobody sees the object; `typeOf` has been asked when this returns its promise. */
  finish(): Promise<void>;
  abort(): Promise<void>;
}

export function createPartWriter({ bucket, buffers, key, typeOf }: PartWriterOptions): PartWriter {
  let buffer: Uint8Array | undefined;
  let filled = 0;
  let total = 0;
  let upload: R2MultipartUpload | undefined;
  const parts: R2UploadedPart[] = [];

  const metadataOf = (head: Uint8Array) => ({ httpMetadata: { contentType: typeOf(head) } });
  const release = () => {
    if (buffer) buffers.release(buffer);
    buffer = undefined;
  };

  async function sendPart(part: Uint8Array): Promise<void> {
    if (!upload) {
      const metadata = metadataOf(part);
      upload = await withRetries(() => bucket.createMultipartUpload(key, metadata));
    }
    const started = upload;
    parts.push(await withRetries(() => started.uploadPart(parts.length + 1, part)));
  }

  async function sendLast(last: Uint8Array): Promise<void> {
    if (!upload) {
      const metadata = metadataOf(last);
      await withRetries(() => bucket.put(key, last, metadata));
      return;
    }
    const started = upload;
    await sendPart(last);
    await withRetries(() => started.complete(parts));
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
    finish: () => sendLast((buffer ?? new Uint8Array(0)).subarray(0, filled)).finally(release),
    async abort() {
      release();
      await upload?.abort();
    },
  };
}
