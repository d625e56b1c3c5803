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

/**
 * One table without an index: an object has a few rows, and a table or an index costs more than it saves. The record is
 * row 0.
 */
const TABLE = 'CREATE TABLE rows (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, n INTEGER NOT NULL, text TEXT NOT NULL)';
const RECORD_ROW = 0;

/** Moves what an object of an earlier version has in two tables. */
const FROM_EARLIER = [
  `INSERT INTO rows SELECT ${RECORD_ROW}, 'record', 0, doc FROM record`,
  // A chunk was a text of its own, in pieces; now a text is a list of them.
  `INSERT INTO rows (kind, n, text)
    SELECT kind, n, iif(kind = 'chunk' AND piece = 0, '[', '') || text || iif(kind = 'chunk' AND piece = last, ']', '')
      FROM (SELECT *, max(piece) OVER (PARTITION BY kind, n) AS last FROM texts) ORDER BY kind, n, piece`,
  'DROP TABLE record',
  'DROP TABLE texts',
];

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
  let hasTable = false;
  let isOpen = false;

  const has = (table: string): boolean =>
    sql.exec('SELECT 1 FROM sqlite_master WHERE name = ?', table).toArray().length > 0;

  function open(): void {
    if (isOpen) return;
    hasTable = has('rows');
    if (!hasTable && has('record')) {
      sql.atomically(() => {
        for (const statement of [TABLE, ...FROM_EARLIER]) sql.exec(statement);
      });
      hasTable = true;
    }
    const [row] = hasTable ? sql.exec('SELECT text FROM rows WHERE id = ?', RECORD_ROW).toArray() : [];
    written = row && (JSON.parse(String(row.text)) as RunRecord);
    record = written;
    isOpen = true;
  }

  function createTable(): void {
    if (!hasTable) sql.exec(TABLE);
    hasTable = true;
  }

  function put(kind: Kind, n: number, value: unknown): void {
    createTable();
    sql.exec('DELETE FROM rows WHERE kind = ? AND n = ?', kind, n);
    for (const text of piecesOf(JSON.stringify(value))) {
      sql.exec('INSERT INTO rows (kind, n, text) VALUES (?, ?, ?)', kind, n, text);
    }
  }

  function all(kind: Kind): { n: number; value: unknown }[] {
    if (!hasTable) return [];
    const rows = sql.exec('SELECT n, text FROM rows WHERE kind = ? ORDER BY n, id', kind).toArray();
    const texts = new Map<number, string>();
    for (const { n, text } of rows) texts.set(Number(n), (texts.get(Number(n)) ?? '') + String(text));
    return [...texts].map(([n, text]) => ({ n, value: JSON.parse(text) }));
  }

  function dropAnswer(): void {
    if (hasTable) sql.exec("DELETE FROM rows WHERE kind IN ('chunk', 'unkept')");
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
      createTable();
      written = next;
      sql.exec("INSERT OR REPLACE INTO rows VALUES (?, 'record', 0, ?)", RECORD_ROW, JSON.stringify(next));
    },
    /** Forgets a run that had no outcome worth remembering. What was known before it is known again. */
    drop(): void {
      open();
      if (written && written.run === record?.run) {
        sql.exec('DELETE FROM rows WHERE id = ?', RECORD_ROW);
        written = undefined;
      }
      record = written;
    },
    /** Whether the object stores nothing, not even a table. */
    get isEmpty(): boolean {
      open();
      return !hasTable;
    },

    /** Writes the chunks from index `from` on, together. Called before the run waits for the pictures in them. */
    putChunks(chunks: readonly Chunk[], from: number): void {
      open();
      if (from < chunks.length) put('chunk', from, chunks.slice(from));
    },
    chunks(): Chunk[] {
      open();
      return all('chunk').flatMap(({ value }) => value as Chunk[]);
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
      if (!hasTable) return [];
      return sql
        .exec("SELECT DISTINCT n FROM rows WHERE kind = 'refusal' ORDER BY n")
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
      if (hasTable) sql.exec("DELETE FROM rows WHERE kind = 'refusal' AND n < ?", before);
    },

    /** Deletes what could tell an answer again, by the id of its pictures: of the record, or of a refusal. */
    erase(id: string): void {
      open();
      if (written?.id === id) {
        sql.exec('DELETE FROM rows WHERE id = ?', RECORD_ROW);
        dropAnswer();
        written = undefined;
      }
      if (record?.id === id) record = written;
      const refusals = all('refusal').filter(({ value }) => (value as Manifest).id === id);
      for (const { n } of refusals) sql.exec("DELETE FROM rows WHERE kind = 'refusal' AND n = ?", n);
    },

    /** Resets this cache. Call it after the whole storage is deleted. */
    forgotten(): void {
      record = undefined;
      written = undefined;
      hasTable = false;
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
