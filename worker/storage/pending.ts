/**
 * Keeps bytes that R2 refuses, or that find no free memory, in rows of the object that owns the run, until an alarm
 * stores them. Created once in an object's life, because only its memory knows which half-written objects still have a
 * writer.
 */

import { type FlushResult, flushObject } from './flush.ts';
import { isOf } from './keys.ts';
import { PART_BYTES, type PartBuffers } from './part-buffers.ts';
import { createPendingRows, type PendingObject, type PendingRows, type WholeObject } from './pending-rows.ts';

/** The most bytes an object may defer: more than the largest picture seen, far less than its storage limit. */
export const MAX_PENDING_BYTES = 32 * 1024 * 1024;

/** The outcome of each object that was tried, by R2 key. */
export type Flushed = ({ key: string } & FlushResult)[];

/** What R2 has of an object when it refuses. */
type PendingStart = Pick<PendingObject, 'key' | 'labels' | 'uploadId' | 'etags'>;

/** The object's rows for bytes that R2 refuses for now or that find no memory. */
export interface PendingParts {
  /** Whether no object is pending, whole or half-written. */
  readonly isEmpty: boolean;
  defer(start: PendingStart): PendingWriter;
  /**
   * Tries to store every whole pending object, with R2's usual three tries. Deletes a half-written object whose writer
   * was lost in a crash. A call during a running `flush` gets the result of that run. Never throws.
   *
   * @param signal Ends the wait for memory. Default: after one minute.
   */
  flush(bucket: R2Bucket, buffers: PartBuffers, signal?: AbortSignal): Promise<Flushed>;
  /** Waits for a running `flush` to finish, then deletes the pending bytes of these keys. */
  discard(keys: readonly string[]): Promise<void>;
  /** The same for all pending bytes of a picture id. */
  discardOf(id: string): Promise<void>;
}

/** Defers one object, beginning with the first part that R2 does not have. Every call is synchronous. */
export interface PendingWriter {
  /**
   * Adds bytes and splits them into parts of {@link PART_BYTES}. Throws past {@link MAX_PENDING_BYTES} of all objects.
   */
  add(bytes: Uint8Array): void;
  /** Marks the object as whole: its last byte is in rows or in R2. */
  finish(whole: WholeObject, contentType: string): void;
  discard(): void;
}

export function createPendingParts(sql: SqlStorage): PendingParts {
  const rows = createPendingRows(sql);
  /** Keys of objects that still have a writer. */
  const open = new Set<string>();
  let running: Promise<Flushed> | undefined;

  async function flush(bucket: R2Bucket, buffers: PartBuffers, signal?: AbortSignal): Promise<Flushed> {
    const results: Flushed = [];
    for (const object of rows.list()) {
      const { key, whole } = object;
      if (whole) {
        results.push({ key, ...(await flushObject({ ...object, whole }, { rows, bucket, buffers, signal })) });
      } else if (!open.has(key)) {
        rows.delete(key);
      }
    }
    return results;
  }

  return {
    get isEmpty() {
      return rows.list().length === 0;
    },
    defer: (start) => createPendingWriter(rows, open, start),
    flush(bucket, buffers, signal) {
      running ??= flush(bucket, buffers, signal).finally(() => {
        running = undefined;
      });
      return running;
    },
    async discard(keys) {
      await running;
      for (const key of keys) rows.delete(key);
    },
    async discardOf(id) {
      await running;
      for (const { key } of rows.list()) if (isOf(key, id)) rows.delete(key);
    },
  };
}

function createPendingWriter(rows: PendingRows, open: Set<string>, start: PendingStart): PendingWriter {
  const before = start.etags.length;
  // The type is known only when the object is whole.
  const object: PendingObject = { ...start, contentType: '', firstPart: before + 1, parts: before };
  let lastPartBytes = PART_BYTES;
  let pendingBytes = rows.bytes();
  open.add(object.key);
  rows.put(object);

  function addToLastPart(bytes: Uint8Array): void {
    if (lastPartBytes === PART_BYTES) {
      object.parts += 1;
      lastPartBytes = 0;
      rows.put(object);
    }
    rows.appendToPart(object.key, object.parts, bytes);
    lastPartBytes += bytes.length;
  }

  return {
    add(bytes) {
      pendingBytes += bytes.length;
      if (pendingBytes > MAX_PENDING_BYTES) throw new Error(`more than ${MAX_PENDING_BYTES} bytes to defer`);
      for (let at = 0; at < bytes.length; ) {
        const room = PART_BYTES - (lastPartBytes % PART_BYTES);
        const piece = bytes.subarray(at, at + room);
        addToLastPart(piece);
        at += piece.length;
      }
    },
    finish(whole, contentType) {
      rows.put({ ...object, contentType, whole });
      open.delete(object.key);
    },
    discard() {
      rows.delete(object.key);
      open.delete(object.key);
    },
  };
}
