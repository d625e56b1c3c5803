/**
 * The tables of pending parts, under the names they were made with: one row for each object, and its bytes in rows that SQLite takes. Every call is
 * synchronous, so what belongs together is written together. An object that deferred nothing gets no tables, and one
 * that has forgotten itself does not get them back by being asked.
 */

/** A row may have 2 MB (developers.cloudflare.com/durable-objects/platform/limits); ours stay well below. */
export const ROW_BYTES = 1_000_000;

/** What is known of a pending object beside its bytes. Parts are counted from 1, as R2 counts them. */
export interface PendingObject {
  key: string;
  /** Empty until the last byte is in. */
  contentType: string;
  /** The multipart upload that has the first parts. */
  uploadId?: string;
  /** Of the parts that R2 has, in order. */
  etags: string[];
  /** The first part whose bytes are here: those before it are in R2 and nowhere else. */
  firstPart: number;
  parts: number;
  /** Absent until the last byte is in. */
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
  /** Adds an object or replaces what is known of it. */
  put(object: PendingObject): void;
  /** Adds bytes to the end of a part. */
  appendToPart(key: string, part: number, bytes: Uint8Array): void;
  /** Copies a part into a buffer that is large enough. @returns its length. */
  readPart(key: string, part: number, into: Uint8Array): number;
  /** Bytes of all objects in the rows. */
  bytes(): number;
  delete(key: string): void;
}

export function createPendingRows(sql: SqlStorage): PendingRows {
  // Asked each time: `deleteAll` of the object's storage takes the tables away.
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
