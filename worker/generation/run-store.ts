/**
 * What a `Generation` keeps: its run's record, what of the answer has been read, and what the model said when it
 * refused. No row is larger than 1 MB (an object's row may have 2), so long texts are kept in pieces.
 */
import type { Chunk } from '../gemini/lift/skeleton.ts';
import type { Sql } from '../ledger/sql.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { RunRecord } from './run-record.ts';

/** Characters; at four bytes each at most, under 1 MB. */
const PIECE = 250_000;

const SCHEMA = [
  'CREATE TABLE IF NOT EXISTS record (one INTEGER PRIMARY KEY CHECK (one = 1), doc TEXT NOT NULL)',
  `CREATE TABLE IF NOT EXISTS texts (
    kind TEXT NOT NULL, n INTEGER NOT NULL, piece INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (kind, n, piece))`,
];

type Kind = 'chunk' | 'refusal' | 'unkept';

export function createRows(sql: Sql) {
  let record: RunRecord | undefined;
  let isOpen = false;

  /** A finished object deletes its tables and may still be asked again. */
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
    /** A run that came to nothing leaves nothing. */
    drop(): void {
      open();
      record = undefined;
      sql.exec('DELETE FROM record');
    },

    /** What of the answer has been read: kept before its pictures are waited for. */
    putChunks(chunks: readonly Chunk[], from: number): void {
      open();
      for (let n = from; n < chunks.length; n += 1) put('chunk', n, chunks[n]);
    },
    chunks(): Chunk[] {
      open();
      return all('chunk').map(({ value }) => value as Chunk);
    },
    /** An answer that is kept, or gone, is not needed here. */
    dropAnswer(): void {
      open();
      sql.exec("DELETE FROM texts WHERE kind IN ('chunk', 'unkept')");
    },

    /** An answer that R2 does not take: told from here, and put there later. */
    putUnkept(manifest: Manifest): void {
      open();
      put('unkept', 0, manifest);
    },
    unkept(): Manifest | undefined {
      open();
      return all('unkept')[0]?.value as Manifest | undefined;
    },

    /** @param at Unix milliseconds. */
    putRefusal(at: number, manifest: Manifest): void {
      open();
      put('refusal', at, manifest);
    },
    /** When the model refused, oldest first. */
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
    dropRefusals(before: number): void {
      open();
      sql.exec("DELETE FROM texts WHERE kind = 'refusal' AND n < ?", before);
    },

    /** After the storage was deleted as a whole. */
    forgotten(): void {
      record = undefined;
      isOpen = false;
    },
  };
}

/** Never between the two halves of a character: SQLite keeps UTF-8, which has no halves. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += pieces.at(-1)?.length ?? 0) {
    const end = at + PIECE;
    const isHalved = /[\ud800-\udbff]/.test(text.charAt(end - 1)) && end < text.length;
    pieces.push(text.slice(at, isHalved ? end - 1 : end));
  }
  return pieces;
}

export type Rows = ReturnType<typeof createRows>;
