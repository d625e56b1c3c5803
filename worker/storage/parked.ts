/**
 * Where bytes wait that R2 refuses, or that no memory is there for: rows of the object that owns the run, until an alarm stores them. Made once for an
 * object's life, because only its memory knows which half-parked objects still have a writer.
 */
import { createParkedRows, type ParkedObject, type ParkedRows, type WholeObject } from './parked-rows.ts';
import { PART_BYTES, type PartBuffers } from './part-buffers.ts';
import { type UnparkResult, unparkObject } from './unpark.ts';

/** An object may park this much: more than the largest picture seen, far less than it may store. */
export const MAX_PARKED_BYTES = 32 * 1024 * 1024;

/** What became of each object that was tried, by R2 key. */
export type Unparked = ({ key: string } & UnparkResult)[];

/** What R2 has of an object by the time it refuses. */
export type ParkedStart = Pick<ParkedObject, 'key' | 'uploadId' | 'etags'>;

/** The object's rows for bytes that R2 refuses for now, or that no memory is there for. */
export interface ParkingLot {
  /** Whether nothing waits, whole or half. */
  readonly isEmpty: boolean;
  park(start: ParkedStart): ParkedWriter;
  /**
   * Tries to store what is parked whole, each object once with R2's usual three tries. Half an object whose writer a
   * crash has ended is thrown away. Whoever asks during a run of it gets that run's answer. Never throws.
   *
   * @param signal Ends the wait for memory; by default a minute does.
   */
  unpark(bucket: R2Bucket, buffers: PartBuffers, signal?: AbortSignal): Promise<Unparked>;
  /** Throws away what waits under these keys, when what is being stored at the moment is out of the way. */
  discard(keys: readonly string[]): Promise<void>;
}

/** Parks one object from the first part on that R2 has not. Nothing in it waits for anything. */
export interface ParkedWriter {
  /** Throws where too much is parked already. What comes is cut into parts of {@link PART_BYTES} here. */
  add(bytes: Uint8Array): void;
  /** The last byte is in, here or in R2. */
  finish(whole: WholeObject, contentType: string): void;
  discard(): void;
}

export function createParkingLot(sql: SqlStorage): ParkingLot {
  const rows = createParkedRows(sql);
  /** Keys of those that somebody here still writes to. */
  const open = new Set<string>();
  let running: Promise<Unparked> | undefined;

  async function unpark(bucket: R2Bucket, buffers: PartBuffers, signal?: AbortSignal): Promise<Unparked> {
    const results: Unparked = [];
    for (const object of rows.list()) {
      const { key, whole } = object;
      if (whole) {
        results.push({ key, ...(await unparkObject({ ...object, whole }, { rows, bucket, buffers, signal })) });
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
    park: (start) => createParkedWriter(rows, open, start),
    unpark(bucket, buffers, signal) {
      running ??= unpark(bucket, buffers, signal).finally(() => {
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

function createParkedWriter(rows: ParkedRows, open: Set<string>, start: ParkedStart): ParkedWriter {
  const before = start.etags.length;
  // Its type is known when it is whole.
  const object: ParkedObject = { ...start, contentType: '', firstPart: before + 1, parts: before };
  let lastPartBytes = PART_BYTES;
  let parkedBytes = rows.bytes();
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
      parkedBytes += bytes.length;
      if (parkedBytes > MAX_PARKED_BYTES) throw new Error(`more than ${MAX_PARKED_BYTES} bytes to park`);
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
