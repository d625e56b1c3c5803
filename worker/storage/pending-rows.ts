/**
 * The SQLite tables of pending parts: one row for each object, and rows for its bytes. The tables keep their first
 * name, `parked`. Every call is synchronous, so related rows are written together. An object without pending parts gets
 * no tables, and reading does not create them again after `deleteAll`.
 */

import type { Labels } from './labels.ts';

/** A row may have 2 MB (developers.cloudflare.com/durable-objects/platform/limits); ours stay well below. */
export const ROW_BYTES = 1_000_000;

/** Describes a pending object without its bytes. Parts are counted from 1, as in R2. */
export interface PendingObject {
  key: string;
  /** Empty until the last byte has arrived. */
  contentType: string;
  /** Absent in rows of earlier versions. */
  labels?: Labels;
  /** The multipart upload that has the first parts. */
  uploadId?: string;
  /** Of the parts that R2 has, in order. */
  etags: string[];
  /** The first part whose bytes are in rows. Earlier parts are only in R2. */
  firstPart: number;
  parts: number;
  /** Absent until the last byte has arrived. */
  whole?: WholeObject;
}

export interface WholeObject {
  /** Length of all parts together. */
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
}

export interface PendingRows {
  /** Without the bytes, oldest first. */
  list(): PendingObject[];
  /** Adds an object, or replaces its description. */
  put(object: PendingObject): void;
  /** Adds bytes to the end of a part. */
  appendToPart(key: string, part: number, bytes: Uint8Array): void;
  /** Copies a part into a buffer that is large enough. @returns Its length in bytes. */
  readPart(key: string, part: number, into: Uint8Array): number;
  /** Bytes of all objects in the rows. */
  bytes(): number;
  delete(key: string): void;
}

export function createPendingRows(sql: SqlStorage): PendingRows {
  // Checked each time, because `deleteAll` of the object's storage drops the tables.
  const hasTables = () => sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'parked'").toArray().length > 0;

  function createTables(): void {
    sql.exec('CREATE TABLE IF NOT EXISTS parked (key TEXT PRIMARY KEY, facts TEXT NOT NULL)');
    sql.exec(
      'CREATE TABLE IF NOT EXISTS parked_bytes (key TEXT, part INTEGER, row INTEGER, bytes BLOB, PRIMARY KEY (key, part, row))',
    );
  }

  return {
    list() {
      if (!hasTables()) return [];
      const rows = sql.exec<{ facts: string }>('SELECT facts FROM parked ORDER BY rowid').toArray();
      return rows.map(({ facts }) => JSON.parse(facts) as PendingObject);
    },
    put(object) {
      createTables();
      sql.exec(
        'INSERT INTO parked (key, facts) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET facts = excluded.facts',
        object.key,
        JSON.stringify(object),
      );
    },
    appendToPart(key, part, bytes) {
      const last = 'SELECT COALESCE(MAX(row), -1) AS last FROM parked_bytes WHERE key = ? AND part = ?';
      let row = sql.exec<{ last: number }>(last, key, part).one().last;
      for (let at = 0; at < bytes.length; at += ROW_BYTES) {
        row += 1;
        const piece = bytes.subarray(at, at + ROW_BYTES);
        sql.exec('INSERT INTO parked_bytes (key, part, row, bytes) VALUES (?, ?, ?, ?)', key, part, row, piece);
      }
    },
    readPart(key, part, into) {
      if (!hasTables()) return 0;
      let length = 0;
      const query = 'SELECT bytes FROM parked_bytes WHERE key = ? AND part = ? ORDER BY row';
      // Row by row: a cursor holds one of them at a time.
      for (const { bytes } of sql.exec<{ bytes: ArrayBuffer }>(query, key, part)) {
        into.set(new Uint8Array(bytes), length);
        length += bytes.byteLength;
      }
      return length;
    },
    bytes() {
      if (!hasTables()) return 0;
      return sql.exec<{ total: number }>('SELECT COALESCE(SUM(LENGTH(bytes)), 0) AS total FROM parked_bytes').one()
        .total;
    },
    delete(key) {
      if (!hasTables()) return;
      sql.exec('DELETE FROM parked_bytes WHERE key = ?', key);
      sql.exec('DELETE FROM parked WHERE key = ?', key);
    },
  };
}
