/**
 * Stores one pending object in R2. It may be killed after any step and started again: progress is saved after R2 has
 * acknowledged a step. The rows are deleted last, when R2 has the whole object.
 */

import { PART_BYTES, type PartBuffers } from './part-buffers.ts';
import type { PendingObject, PendingRows, WholeObject } from './pending-rows.ts';
import { withRetries } from './retry.ts';

/** The outcome for one object. */
export type FlushResult =
  | { outcome: 'stored' }
  /** R2 still refuses. */
  | { outcome: 'refused'; error: string }
  /**
   * R2 has dropped the multipart upload with the first parts. The object cannot be completed, and its rows are deleted.
   */
  | { outcome: 'lost'; error: string };

/** A pending object whose last byte has arrived. */
export type WholePendingObject = PendingObject & { whole: WholeObject };

export interface FlushOptions {
  rows: PendingRows;
  bucket: R2Bucket;
  buffers: PartBuffers;
  /** Ends the wait for memory. Default: after one minute. */
  signal?: AbortSignal | undefined;
}

/** Tries to store one object. Never throws; safe to repeat. */
export async function flushObject(object: WholePendingObject, options: FlushOptions): Promise<FlushResult> {
  const { rows, bucket } = options;
  try {
    await store(object, options);
  } catch (cause) {
    const error = String(cause);
    // R2 refuses to repeat a write whose acknowledgement was lost. Keys are never reused, so an object of the right
    // length is this one.
    const found = await bucket.head(object.key).catch(() => undefined);
    if (found?.size !== object.whole.bytes) {
      if (found !== null || !isVanished(error)) return { outcome: 'refused', error };
      if (object.firstPart > 1) {
        rows.delete(object.key);
        return { outcome: 'lost', error };
      }
      // Every byte is still in rows, so the next try begins a new upload.
      remember(startOver(object), rows);
      return { outcome: 'refused', error };
    }
  }
  rows.delete(object.key);
  return { outcome: 'stored' };
}

async function store(object: WholePendingObject, options: FlushOptions): Promise<void> {
  const { key, parts, uploadId } = object;
  const { bucket } = options;
  const metadata = {
    httpMetadata: { contentType: object.contentType },
    customMetadata: { ...object.labels, sha256: object.whole.sha256 },
  };
  if (parts === 1 && uploadId === undefined) {
    await withPart(object, 1, options, (bytes) => withRetries(() => bucket.put(key, bytes, metadata)));
    return;
  }
  const upload = uploadId
    ? bucket.resumeMultipartUpload(key, uploadId)
    : await withRetries(() => bucket.createMultipartUpload(key, metadata));
  object.uploadId = upload.uploadId;
  remember(object, options.rows);
  while (object.etags.length < parts) {
    const partNumber = object.etags.length + 1;
    const send = (bytes: Uint8Array) => withRetries(() => upload.uploadPart(partNumber, bytes));
    const { etag } = await withPart(object, partNumber, options, send);
    object.etags.push(etag);
    remember(object, options.rows);
  }
  const uploaded = object.etags.map((etag, index) => ({ partNumber: index + 1, etag }));
  await withRetries(() => upload.complete(uploaded));
}

/** Reads a part into a buffer that is held only while `use` runs. */
async function withPart<T>(
  { key, parts, whole }: WholePendingObject,
  part: number,
  { rows, buffers, signal }: FlushOptions,
  use: (bytes: Uint8Array) => Promise<T>,
): Promise<T> {
  const expected = part < parts ? PART_BYTES : whole.bytes - (parts - 1) * PART_BYTES;
  const buffer = await buffers.acquire(expected, signal);
  try {
    const length = rows.readPart(key, part, buffer);
    // The rows can be deleted while R2 is answering, when their run is given up.
    if (length !== expected) throw new Error(`part ${part} of ${key} has ${length} bytes and not ${expected}`);
    return await use(buffer.subarray(0, length));
  } finally {
    buffers.release(buffer);
  }
}

/** Saves progress, unless the object's rows were deleted meanwhile. */
function remember(object: PendingObject, rows: PendingRows): void {
  if (rows.list().some(({ key }) => key === object.key)) rows.put(object);
}

function startOver({ uploadId: _, ...object }: PendingObject): PendingObject {
  return { ...object, etags: [] };
}

/** R2's `NoSuchUpload` (developers.cloudflare.com/r2/api/error-codes). */
const isVanished = (error: string): boolean => error.includes('(10024)');
