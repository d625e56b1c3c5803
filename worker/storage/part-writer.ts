/**
 * One R2 object of unknown length, with no more than one part of it in memory: a plain put where that is all of it.
 *
 * Memory is held while bytes come. What R2 refuses is kept pending, where it may be, and so is what upstream leaves
 * half-sent while memory is scarce or what finds none: then its bytes are in rows, which a crash does not take, and
 * another picture has the memory. Once some of it is pending, the rest of the object is.
 */

import { PART_BYTES, type PartBuffers } from './part-buffers.ts';
import type { PendingParts, PendingWriter } from './pending.ts';
import { withRetries } from './retry.ts';

/** No model draws a picture of this many bytes: a provider that goes on is broken. */
const MAX_OBJECT_BYTES = 64 * 1024 * 1024;
/** As much of the beginning as a type is told by. */
const HEAD_BYTES = 64 * 1024;
/** Upstream that has sent nothing for this long is idle. */
const IDLE_MS = 200;
/** Memory that is not there after this is not waited for where it may be kept pending. */
const PATIENCE_MS = 1_000;

export interface PartWriterOptions {
  bucket: R2Bucket;
  buffers: PartBuffers;
  key: string;
  /** The content type, by the object's first 64 KiB or more (all of a small object). Asked once. */
  typeOf: (head: Uint8Array) => string;
  /** Absent: what R2 refuses fails the write, and memory is waited for. */
  pendingParts?: PendingParts | undefined;
}

/** Where an object is: in R2, or in rows until R2 takes it. */
export type Storing = 'stored' | 'pending';

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

export function createPartWriter({ bucket, buffers, key, typeOf, pendingParts }: PartWriterOptions): PartWriter {
  let buffer: Uint8Array | undefined;
  let filled = 0;
  let total = 0;
  /** R2 reads from the buffer. */
  let isSending = false;
  let isWatched = false;
  let head = new Uint8Array(0);
  let contentType: string | undefined;
  let upload: R2MultipartUpload | undefined;
  let pending: PendingWriter | undefined;
  const parts: R2UploadedPart[] = [];

  function giveBack(): void {
    if (buffer) buffers.release(buffer);
    buffer = undefined;
    filled = 0;
  }

  /** Gives the buffer back, and puts what is in it into rows. */
  function defer(room: PendingParts): PendingWriter {
    const uploadId = upload && { uploadId: upload.uploadId };
    pending = room.defer({ key, ...uploadId, etags: parts.map(({ etag }) => etag) });
    if (buffer && filled > 0) addPending(pending, buffer.subarray(0, filled));
    giveBack();
    return pending;
  }

  function addPending(writer: PendingWriter, bytes: Uint8Array): void {
    if (contentType === undefined && head.length < HEAD_BYTES) {
      head = new Uint8Array(Buffer.concat([head, bytes.subarray(0, HEAD_BYTES - head.length)]));
    }
    writer.add(bytes);
  }

  /** Asks R2, unless the object is pending. @returns Whether R2 has it. */
  async function storeOrDefer(store: () => Promise<void>): Promise<boolean> {
    isSending = true;
    try {
      await store();
      return true;
    } catch (refusal) {
      if (!pendingParts) throw refusal;
      defer(pendingParts);
      return false;
    } finally {
      isSending = false;
    }
  }

  async function sendPart(part: Uint8Array): Promise<boolean> {
    contentType ??= typeOf(part);
    const httpMetadata = { contentType };
    const isStored = await storeOrDefer(async () => {
      upload ??= await withRetries(() => bucket.createMultipartUpload(key, { httpMetadata }));
      const started = upload;
      parts.push(await withRetries(() => started.uploadPart(parts.length + 1, part)));
    });
    if (isStored) filled = 0;
    // In turns, so that nothing waits for the whole of another picture, and is parked for it.
    if (isStored && buffers.isAwaited) giveBack();
    return isStored;
  }

  async function sendLast(last: Uint8Array, sha256: string): Promise<Storing> {
    if (!pending && contentType === undefined) {
      const metadata = { httpMetadata: { contentType: typeOf(last) }, customMetadata: { sha256 } };
      contentType = metadata.httpMetadata.contentType;
      await storeOrDefer(async () => {
        await withRetries(() => bucket.put(key, last, metadata));
      });
    } else if (!pending && (await sendPart(last))) {
      await storeOrDefer(async () => {
        await withRetries(() => (upload as R2MultipartUpload).complete(parts));
      });
    }
    if (!pending) return 'stored';
    contentType ??= typeOf(head);
    pending.finish({ bytes: total, sha256 }, contentType);
    return 'pending';
  }

  /** A larger buffer, or a first one. Where there is none in time, the object is pending. */
  async function grow(wanted: number): Promise<void> {
    // Without pending parts nothing can be put away, and a picture of several parts is large: all that a part may need
    // is taken at once.
    const bytes = pendingParts && !upload ? Math.min(PART_BYTES, filled + wanted) : PART_BYTES;
    let larger = buffers.tryAcquire(bytes);
    if (!larger && pendingParts)
      larger = await buffers.acquire(bytes, AbortSignal.timeout(PATIENCE_MS)).catch(() => undefined);
    else larger ??= await buffers.acquire(bytes);
    // It may have become pending during the wait.
    if (pending) return larger && buffers.release(larger);
    if (!larger) return void (pendingParts && defer(pendingParts));
    const count = filled;
    if (buffer) larger.set(buffer.subarray(0, count));
    giveBack();
    buffer = larger;
    filled = count;
    if (pendingParts) void watch(pendingParts);
  }

  /** Gives memory back that no bytes come for. By its own clock: another request may not act in this one's name. */
  async function watch(room: PendingParts): Promise<void> {
    if (isWatched) return;
    isWatched = true;
    while (buffer) {
      const before = total;
      await buffers.pause(IDLE_MS);
      if (!buffer) break;
      buffers.renew(buffer);
      if (total !== before || isSending || !buffers.isScarce) continue;
      if (filled === 0) giveBack();
      else defer(room);
    }
    isWatched = false;
  }

  return {
    async write(bytes) {
      total += bytes.length;
      if (total > MAX_OBJECT_BYTES) throw new Error(`more than ${MAX_OBJECT_BYTES} bytes for one object`);
      for (let at = 0; at < bytes.length; ) {
        if (pending) return addPending(pending, bytes.subarray(at));
        if (buffer && filled < buffer.length) {
          const piece = bytes.subarray(at, at + buffer.length - filled);
          buffer.set(piece, filled);
          filled += piece.length;
          at += piece.length;
        } else if (buffer && filled === PART_BYTES) {
          // A full part is only sent when more comes: the last may be short, and one part needs no multipart.
          await sendPart(buffer);
        } else {
          await grow(bytes.length - at);
        }
      }
    },
    async finish(sha256) {
      try {
        return await sendLast((buffer ?? new Uint8Array(0)).subarray(0, filled), sha256);
      } catch (error) {
        pending?.discard();
        throw error;
      } finally {
        giveBack();
      }
    },
    async abort() {
      giveBack();
      pending?.discard();
      await upload?.abort();
    },
  };
}
