/**
 * Writes one R2 object of unknown length with at most one part of it in memory. An object of one part is a plain put.
 *
 * Memory is held while bytes arrive. Where an object may become pending, it does so when R2 refuses, when it finds no
 * memory, or when upstream goes idle while memory is scarce. Its bytes are then in rows, which survive a crash, and its
 * memory goes to another picture. Once part of an object is pending, the rest of it is too.
 */

import type { Labels } from './labels.ts';
import { PART_BYTES, type PartBuffers } from './part-buffers.ts';
import type { PendingParts, PendingWriter } from './pending.ts';
import { withRetries } from './retry.ts';

/** No model draws a larger picture: a provider that sends more is broken. */
const MAX_OBJECT_BYTES = 64 * 1024 * 1024;
/** Bytes of a pending object's beginning that `typeOf` sees. */
const HEAD_BYTES = 64 * 1024;
/** Upstream that has sent nothing for this long is idle. */
const IDLE_MS = 200;
/** The longest wait for memory where the object may become pending. */
const PATIENCE_MS = 1_000;

export interface PartWriterOptions {
  bucket: R2Bucket;
  buffers: PartBuffers;
  key: string;
  /** The content type, by the object's first 64 KiB or more (all of a small object). Called once. */
  typeOf: (head: Uint8Array) => string;
  /** Stored as metadata. */
  labels?: Labels | undefined;
  /** Absent: a refusal by R2 fails the write, and the writer waits for memory. */
  pendingParts?: PendingParts | undefined;
}

/** Where an object is: in R2, or in rows until R2 takes it. */
export type Storing = 'stored' | 'pending';

export interface PartWriter {
  /** `bytes` may be reused when the promise resolves. */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Sends the rest; before that the object is not visible. `typeOf` has been called when this returns its promise.
   *
   * @param sha256 Of all bytes written, lower-case hex. Only a single put stores it as metadata: a multipart upload
   *   takes its metadata at the beginning, when no digest is known.
   */
  finish(sha256: string): Promise<Storing>;
  abort(): Promise<void>;
}

export function createPartWriter({
  bucket,
  buffers,
  key,
  typeOf,
  labels,
  pendingParts,
}: PartWriterOptions): PartWriter {
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

  /** Moves the buffer's bytes into rows and releases the buffer. */
  function defer(room: PendingParts): PendingWriter {
    const uploadId = upload && { uploadId: upload.uploadId };
    pending = room.defer({ key, ...(labels && { labels }), ...uploadId, etags: parts.map(({ etag }) => etag) });
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

  /** Stores in R2; where R2 refuses, the object becomes pending. @returns Whether R2 has it. */
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
    const metadata = { httpMetadata: { contentType }, customMetadata: { ...labels } };
    const isStored = await storeOrDefer(async () => {
      upload ??= await withRetries(() => bucket.createMultipartUpload(key, metadata));
      const started = upload;
      parts.push(await withRetries(() => started.uploadPart(parts.length + 1, part)));
    });
    if (isStored) filled = 0;
    // Pictures take turns, so that none waits for all of another one and becomes pending.
    if (isStored && buffers.isAwaited) giveBack();
    return isStored;
  }

  async function sendLast(last: Uint8Array, sha256: string): Promise<Storing> {
    if (!pending && contentType === undefined) {
      const metadata = { httpMetadata: { contentType: typeOf(last) }, customMetadata: { ...labels, sha256 } };
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

  /** Takes a first or a larger buffer. Without one in time the object becomes pending. */
  async function grow(wanted: number): Promise<void> {
    // Without pending parts no bytes can be moved away, and a picture of several parts is large: a whole part is taken
    // at once.
    const bytes = pendingParts && !upload ? Math.min(PART_BYTES, filled + wanted) : PART_BYTES;
    let larger = buffers.tryAcquire(bytes);
    if (!larger && pendingParts)
      larger = await buffers.acquire(bytes, AbortSignal.timeout(PATIENCE_MS)).catch(() => undefined);
    else larger ??= await buffers.acquire(bytes);
    // The object may have become pending during the wait.
    if (pending) return larger && buffers.release(larger);
    if (!larger) return void (pendingParts && defer(pendingParts));
    const count = filled;
    if (buffer) larger.set(buffer.subarray(0, count));
    giveBack();
    buffer = larger;
    filled = count;
    if (pendingParts) void watch(pendingParts);
  }

  /** Releases memory while no bytes arrive. It polls, because another request cannot act for this one. */
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
          // A full part is sent only when more bytes come: the last part may be short, and one part needs no multipart.
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
