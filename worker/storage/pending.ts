/**
 * Where bytes wait that R2 refuses, or that no memory is there for: rows of the object that owns the run, until an alarm stores them. Made once for an
 * object's life, because only its memory knows which half-written objects still have a writer.
 */

import { type FlushResult, flushObject } from './flush.ts';
import { PART_BYTES, type PartBuffers } from './part-buffers.ts';
import { createPendingRows, type PendingObject, type PendingRows, type WholeObject } from './pending-rows.ts';

/** An object may defer this much: more than the largest picture seen, far less than it may store. */
export const MAX_PENDING_BYTES = 32 * 1024 * 1024;

/** What became of each object that was tried, by R2 key. */
export type Flushed = ({ key: string } & FlushResult)[];

/** What R2 has of an object by the time it refuses. */
type PendingStart = Pick<PendingObject, 'key' | 'uploadId' | 'etags'>;

/** The object's rows for bytes that R2 refuses for now, or that no memory is there for. */
export interface PendingParts {
  /** Whether nothing waits, whole or half. */
  readonly isEmpty: boolean;
  defer(start: PendingStart): PendingWriter;
  /**
   * Tries to store what is pending whole, each object once with R2's usual three tries. Half an object whose writer a
   * crash has ended is thrown away. Whoever asks during a run of it gets that run's answer. Never throws.
   *
   * @param signal Ends the wait for memory; by default a minute does.
   */
  flush(bucket: R2Bucket, buffers: PartBuffers, signal?: AbortSignal): Promise<Flushed>;
  /** Throws away what waits under these keys, when what is being stored at the moment is out of the way. */
  discard(keys: readonly string[]): Promise<void>;
}

/** Defers one object from the first part on that R2 has not. Nothing in it waits for anything. */
export interface PendingWriter {
  /** Throws where too much is pending already. What comes is cut into parts of {@link PART_BYTES} here. */
  add(bytes: Uint8Array): void;
  /** The last byte is in, here or in R2. */
  finish(whole: WholeObject, contentType: string): void;
  discard(): void;
}

export function createPendingParts(sql: SqlStorage): PendingParts {
  const rows = createPendingRows(sql);
  /** Keys of those that somebody here still writes to. */
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
  };
}

function createPendingWriter(rows: PendingRows, open: Set<string>, start: PendingStart): PendingWriter {
  const before = start.etags.length;
  // Its type is known when it is whole.
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
