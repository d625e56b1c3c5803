/**
 * The SQLite rows of a `Generation`: the run's record, the chunks of the answer read so far, and the model's refusals.
 * Long texts are split into pieces, so that no row is over 1 MB. The platform allows 2 MB
 * (developers.cloudflare.com/durable-objects/platform/limits).
 */
import type { Chunk } from '../gemini/lift/skeleton.ts';
import type { Sql } from '../ledger/sql.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { RunRecord } from './run-record.ts';

/** UTF-16 code units per row. Each takes at most 3 bytes of UTF-8, so a row stays under 1 MB. */
const PIECE = 250_000;

const RECORD = 'CREATE TABLE record (one INTEGER PRIMARY KEY CHECK (one = 1), doc TEXT NOT NULL)';
// No index: an object has a few rows, and each index would be written with every one of them.
const PIECES =
  'CREATE TABLE pieces (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, n INTEGER NOT NULL, text TEXT NOT NULL)';

type Kind = 'chunk' | 'refusal' | 'unkept';

/**
 * The rows of one object. Every method is synchronous; writes survive a crash only after the storage is synced. Reading
 * writes nothing: an object that is refused leaves no trace.
 *
 * @param sql The object's own storage. Tables are created when they are needed.
 */
export function createRows(sql: Sql) {
  let record: RunRecord | undefined;
  /** The record in the rows: an earlier run's while the current one is not dispatched. */
  let written: RunRecord | undefined;
  let hasRecord = false;
  let hasPieces = false;
  let isOpen = false;

  const has = (table: string): boolean =>
    sql.exec('SELECT 1 FROM sqlite_master WHERE name = ?', table).toArray().length > 0;

  function open(): void {
    if (isOpen) return;
    hasRecord = has('record');
    const [row] = hasRecord ? sql.exec('SELECT doc FROM record').toArray() : [];
    written = row && (JSON.parse(String(row.doc)) as RunRecord);
    record = written;
    hasPieces = has('pieces');
    if (has('texts')) moveTexts();
    isOpen = true;
  }

  /** Moves what an object of an earlier version has: the same pieces, with an index. */
  function moveTexts(): void {
    createPieces();
    sql.exec('INSERT INTO pieces (kind, n, text) SELECT kind, n, text FROM texts ORDER BY kind, n, piece');
    sql.exec('DROP TABLE texts');
  }

  function createPieces(): void {
    if (!hasPieces) sql.exec(PIECES);
    hasPieces = true;
  }

  function put(kind: Kind, n: number, value: unknown): void {
    createPieces();
    sql.exec('DELETE FROM pieces WHERE kind = ? AND n = ?', kind, n);
    for (const text of piecesOf(JSON.stringify(value))) {
      sql.exec('INSERT INTO pieces (kind, n, text) VALUES (?, ?, ?)', kind, n, text);
    }
  }

  function all(kind: Kind): { n: number; value: unknown }[] {
    if (!hasPieces) return [];
    const rows = sql.exec('SELECT n, text FROM pieces WHERE kind = ? ORDER BY n, id', kind).toArray();
    const texts = new Map<number, string>();
    for (const { n, text } of rows) texts.set(Number(n), (texts.get(Number(n)) ?? '') + String(text));
    return [...texts].map(([n, text]) => ({ n, value: JSON.parse(text) }));
  }

  function dropAnswer(): void {
    if (hasPieces) sql.exec("DELETE FROM pieces WHERE kind IN ('chunk', 'unkept')");
  }

  return {
    read(): RunRecord | undefined {
      open();
      return record;
    },
    /**
     * Keeps the record: in memory until the run is dispatched, from then on in the rows too. With the first row of a run
     * the answer of the run before goes.
     */
    write(next: RunRecord): void {
      open();
      record = next;
      const isNew = next.run !== written?.run;
      if (isNew && next.state !== 'dispatched') return;
      if (isNew) dropAnswer();
      if (!hasRecord) sql.exec(RECORD);
      hasRecord = true;
      written = next;
      sql.exec('INSERT OR REPLACE INTO record VALUES (1, ?)', JSON.stringify(next));
    },
    /** Forgets a run that had no outcome worth remembering. What was known before it is known again. */
    drop(): void {
      open();
      if (written && written.run === record?.run) {
        sql.exec('DELETE FROM record');
        written = undefined;
      }
      record = written;
    },
    /** Whether the object stores nothing, not even a table. */
    get isEmpty(): boolean {
      open();
      return !hasRecord && !hasPieces;
    },

    /** Writes the chunks from index `from` on. Called before the run waits for the pictures in them. */
    putChunks(chunks: readonly Chunk[], from: number): void {
      open();
      for (let n = from; n < chunks.length; n += 1) put('chunk', n, chunks[n]);
    },
    chunks(): Chunk[] {
      open();
      return all('chunk').map(({ value }) => value as Chunk);
    },
    /** Keeps a manifest that R2 refused. Callers get it from here until R2 takes it. */
    putUnkept(manifest: Manifest): void {
      open();
      put('unkept', 0, manifest);
    },
    unkept(): Manifest | undefined {
      open();
      return all('unkept')[0]?.value as Manifest | undefined;
    },

    /** Keeps a refusal of the model. @param at Unix milliseconds. */
    putRefusal(at: number, manifest: Manifest): void {
      open();
      put('refusal', at, manifest);
    },
    /** Times of the refusals in Unix milliseconds, oldest first. */
    refusalTimes(): number[] {
      open();
      if (!hasPieces) return [];
      return sql
        .exec("SELECT DISTINCT n FROM pieces WHERE kind = 'refusal' ORDER BY n")
        .toArray()
        .map(({ n }) => Number(n));
    },
    lastRefusal(): Manifest | undefined {
      open();
      return all('refusal').at(-1)?.value as Manifest | undefined;
    },
    /** Deletes refusals older than `before`, Unix milliseconds. */
    dropRefusals(before: number): void {
      open();
      if (hasPieces) sql.exec("DELETE FROM pieces WHERE kind = 'refusal' AND n < ?", before);
    },

    /** Resets this cache. Call it after the whole storage is deleted. */
    forgotten(): void {
      record = undefined;
      written = undefined;
      hasRecord = false;
      hasPieces = false;
      isOpen = false;
    },
  };
}

/** Never splits a surrogate pair: SQLite stores UTF-8, which cannot hold half of one. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += pieces.at(-1)?.length ?? 0) {
    const end = at + PIECE;
    const isHalved = /[\ud800-\udbff]/.test(text.charAt(end - 1)) && end < text.length;
    pieces.push(text.slice(at, isHalved ? end - 1 : end));
  }
  return pieces;
}

/** What {@link createRows} returns. */
export type Rows = ReturnType<typeof createRows>;
