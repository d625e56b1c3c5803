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

const SCHEMA = [
  'CREATE TABLE IF NOT EXISTS record (one INTEGER PRIMARY KEY CHECK (one = 1), doc TEXT NOT NULL)',
  `CREATE TABLE IF NOT EXISTS texts (
    kind TEXT NOT NULL, n INTEGER NOT NULL, piece INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (kind, n, piece))`,
];

type Kind = 'chunk' | 'refusal' | 'unkept';

/**
 * The rows of one object. Every method is synchronous; writes survive a crash only after the storage is synced.
 *
 * @param sql The object's own storage. Tables are created on first use.
 */
export function createRows(sql: Sql) {
  let record: RunRecord | undefined;
  let isOpen = false;

  /** Creates the tables when needed: a finished object deletes them, and may still receive a call. */
  function open(): void {
    if (isOpen) return;
    for (const statement of SCHEMA) sql.exec(statement);
    const [row] = sql.exec('SELECT doc FROM record').toArray();
    record = row && (JSON.parse(String(row.doc)) as RunRecord);
    isOpen = true;
  }

  function put(kind: Kind, n: number, value: unknown): void {
    for (const [piece, text] of piecesOf(JSON.stringify(value)).entries()) {
      sql.exec('INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?)', kind, n, piece, text);
    }
  }

  function all(kind: Kind): { n: number; value: unknown }[] {
    const rows = sql.exec('SELECT n, text FROM texts WHERE kind = ? ORDER BY n, piece', kind).toArray();
    const texts = new Map<number, string>();
    for (const { n, text } of rows) texts.set(Number(n), (texts.get(Number(n)) ?? '') + String(text));
    return [...texts].map(([n, text]) => ({ n, value: JSON.parse(text) }));
  }

  return {
    read(): RunRecord | undefined {
      open();
      return record;
    },
    write(next: RunRecord): void {
      open();
      record = next;
      sql.exec('INSERT OR REPLACE INTO record VALUES (1, ?)', JSON.stringify(next));
    },
    /** Deletes the record of a run that had no outcome worth remembering. */
    drop(): void {
      open();
      record = undefined;
      sql.exec('DELETE FROM record');
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
    /** Deletes the chunks and the unkept manifest: the answer is in R2, or lost. */
    dropAnswer(): void {
      open();
      sql.exec("DELETE FROM texts WHERE kind IN ('chunk', 'unkept')");
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
      return sql
        .exec("SELECT DISTINCT n FROM texts WHERE kind = 'refusal' ORDER BY n")
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
      sql.exec("DELETE FROM texts WHERE kind = 'refusal' AND n < ?", before);
    },

    /** Resets this cache. Call it after the whole storage is deleted. */
    forgotten(): void {
      record = undefined;
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
