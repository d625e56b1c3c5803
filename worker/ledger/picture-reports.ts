/**
 * Visitors' reports of a site's pictures, in the site's ledger. All are counted; of each picture the words of the first
 * few are kept. A visitor or a network cannot fill the tables.
 */
import type { Failure } from '../shared/failure.ts';
import { DAY_MS, dayOf } from '../shared/utc.ts';
import { PICTURE_ID } from './pictures.ts';
import type { Sql } from './sql.ts';

/** Longest words of a report, in characters. */
export const MAX_REPORT_WORDS = 500;
/** Reports of a picture whose words are kept. Later ones are counted. */
const KEPT_WORDS = 5;
/** Pictures that one visitor, and the visitors of one network, can report in a UTC day. */
const VISITOR_REPORTS = 10;
const NETWORK_REPORTS = 40;
/** Pictures with open reports. The oldest are dropped first. */
const MAX_PICTURES = 1000;
/** A report outlives the longest life of a picture. */
export const REPORT_KEPT_MS = 91 * DAY_MS;

/** A report as it comes in. */
export interface VisitorReport {
  /** Id of the picture. */
  id: string;
  words: string;
  /** Hashes of the reporter's address prefix and of the network around it, which are of this UTC day. */
  visitor: string;
  network: string;
}

/** The open reports of a picture. */
export interface PictureReport {
  /** Of the first report, Unix milliseconds. */
  at: number;
  /** The first reporters' words, in their order. */
  words: string[];
  /** All reports. */
  count: number;
}

/** Made with the first report, so a ledger without reports has no tables for them. */
const TABLES = [
  `CREATE TABLE IF NOT EXISTS reported (
    picture TEXT PRIMARY KEY, at INTEGER NOT NULL, words TEXT NOT NULL, count INTEGER NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS reporters (
    day TEXT NOT NULL, visitor TEXT NOT NULL, picture TEXT NOT NULL, network TEXT NOT NULL,
    PRIMARY KEY (day, visitor, picture)) WITHOUT ROWID`,
];

/** Every method is synchronous. */
export function createPictureReports(sql: Sql) {
  let hasTables = false;

  function open(): void {
    if (!hasTables) for (const table of TABLES) sql.exec(table);
    hasTables = true;
  }

  const rowsOf = (query: string, ...bindings: (string | number)[]): number =>
    Number(sql.exec(query, ...bindings).toArray()[0]?.rows ?? 0);

  function findOf(id: string): PictureReport | undefined {
    const [row] = sql.exec('SELECT at, words, count FROM reported WHERE picture = ?', id).toArray();
    if (!row) return undefined;
    return { at: Number(row.at), words: JSON.parse(String(row.words)) as string[], count: Number(row.count) };
  }

  function add({ id, words, visitor, network }: VisitorReport, known: PictureReport | undefined, now: number): number {
    const report = known ?? { at: now, words: [], count: 0 };
    const kept = report.words.length < KEPT_WORDS ? [...report.words, words] : report.words;
    const count = report.count + 1;
    sql.exec('DELETE FROM reporters WHERE day < ?', dayOf(now));
    sql.exec('INSERT INTO reporters VALUES (?, ?, ?, ?)', dayOf(now), visitor, id, network);
    sql.exec('INSERT OR REPLACE INTO reported VALUES (?, ?, ?, ?)', id, report.at, JSON.stringify(kept), count);
    sql.exec('DELETE FROM reported WHERE at < ?', now - REPORT_KEPT_MS);
    sql.exec(
      'DELETE FROM reported WHERE picture IN (SELECT picture FROM reported ORDER BY at DESC LIMIT -1 OFFSET ?)',
      MAX_PICTURES,
    );
    return count;
  }

  return {
    /**
     * Keeps a report.
     *
     * @param now Unix milliseconds.
     * @returns Number of reports of the picture; 0 where this visitor has reported it today already; or why it is not kept.
     */
    take(report: VisitorReport, now: number): number | Failure {
      open();
      const { id, visitor, network } = report;
      const day = dayOf(now);
      const ofDay = 'SELECT count(*) AS rows FROM reporters WHERE day = ?';
      if (rowsOf(`${ofDay} AND visitor = ? AND picture = ?`, day, visitor, id) > 0) return 0;
      const isFull =
        rowsOf(`${ofDay} AND visitor = ?`, day, visitor) >= VISITOR_REPORTS ||
        rowsOf(`${ofDay} AND network = ?`, day, network) >= NETWORK_REPORTS;
      if (!isFull) return sql.atomically(() => add(report, findOf(id), now));
      const retryAfterSeconds = Math.ceil((DAY_MS - (now % DAY_MS)) / 1000);
      return { reason: 'VISITOR_DAY', of: 'reports', limit: VISITOR_REPORTS, retryAfterSeconds };
    },

    /** The open reports of these pictures. A picture without one is not in it. */
    of(ids: readonly string[]): Record<string, PictureReport> {
      open();
      return Object.fromEntries(
        ids.flatMap((id) => {
          const found = findOf(id);
          return found ? [[id, found]] : [];
        }),
      );
    },

    /** Ids of pictures with open reports, the latest first. */
    ids(): string[] {
      open();
      return sql
        .exec('SELECT picture FROM reported ORDER BY at DESC')
        .toArray()
        .map(({ picture }) => String(picture));
    },

    /** Ids of pictures with open reports whose row in the index was deleted. */
    withoutRow(): string[] {
      const isThere = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'reported'").toArray().length > 0;
      if (!isThere) return [];
      return sql
        .exec(`SELECT picture FROM reported WHERE picture NOT IN (SELECT ${PICTURE_ID} FROM pictures)`)
        .toArray()
        .map(({ picture }) => String(picture));
    },

    /** Forgets the reports of a picture: the owner has decided. Idempotent. */
    close(id: string): void {
      open();
      sql.exec('DELETE FROM reported WHERE picture = ?', id);
    },
  };
}

/** What {@link createPictureReports} returns. */
export type PictureReports = ReturnType<typeof createPictureReports>;
