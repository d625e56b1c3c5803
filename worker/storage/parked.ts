/**
 * Where bytes wait that R2 refuses: rows of the object that owns the run, until an alarm stores them. Made once for an
 * object's life, because only its memory knows which half-parked objects still have a writer.
 */
import { createParkedRows, type ParkedObject, type ParkedRows, type WholeObject } from './parked-rows.ts';
import type { PartBuffers } from './part-buffers.ts';
import { type UnparkResult, unparkObject } from './unpark.ts';

/** An object may park this much: more than the largest picture seen, far less than it may store. */
export const MAX_PARKED_BYTES = 32 * 1024 * 1024;

/** What became of each object that was tried, by R2 key. */
export type Unparked = ({ key: string } & UnparkResult)[];

/** What R2 has of an object by the time it refuses. */
export type ParkedStart = Pick<ParkedObject, 'key' | 'contentType' | 'uploadId' | 'etags'>;

/** The object's rows for bytes that R2 refuses for now. */
export interface ParkingLot {
  /** Whether nothing waits, whole or half. */
  readonly isEmpty: boolean;
  park(start: ParkedStart): ParkedWriter;
  /**
   * Tries to store what is parked whole, each object once with R2's usual three tries. Half an object whose writer a
   * crash has ended is thrown away. Whoever asks during a run of it gets that run's answer. Never throws.
   */
  unpark(bucket: R2Bucket, buffers: PartBuffers): Promise<Unparked>;
  /** Throws away what waits under these keys, when what is being stored at the moment is out of the way. */
  discard(keys: readonly string[]): Promise<void>;
}

/** Parks one object from the refused part on. Nothing in it waits for anything. */
export interface ParkedWriter {
  /** Throws where too much is parked already. All parts but the last have the length of a part buffer. */
  add(part: Uint8Array): void;
  /** The last part is in, here or in R2. */
  finish(whole: WholeObject): void;
  discard(): void;
}

export function createParkingLot(sql: SqlStorage): ParkingLot {
  const rows = createParkedRows(sql);
  /** Keys of those that somebody here still writes to. */
  const open = new Set<string>();
  let running: Promise<Unparked> | undefined;

  async function unpark(bucket: R2Bucket, buffers: PartBuffers): Promise<Unparked> {
    const results: Unparked = [];
    for (const object of rows.list()) {
      const { key, whole } = object;
      if (whole) {
        results.push({ key, ...(await unparkObject({ ...object, whole }, { rows, bucket, buffers })) });
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
    unpark(bucket, buffers) {
      running ??= unpark(bucket, buffers).finally(() => {
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
  const object: ParkedObject = { ...start, firstPart: before + 1, parts: before };
  open.add(object.key);
  return {
    add(part) {
      if (rows.bytes() + part.length > MAX_PARKED_BYTES) throw new Error(`more than ${MAX_PARKED_BYTES} bytes to park`);
      object.parts += 1;
      rows.put(object);
      rows.putPart(object.key, object.parts, part);
    },
    finish(whole) {
      rows.put({ ...object, whole });
      open.delete(object.key);
    },
    discard() {
      rows.delete(object.key);
      open.delete(object.key);
    },
  };
}
