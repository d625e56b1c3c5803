/**
 * Pages that have asked, by UTC day: those that were let in, and those that are not on the site's list. A stranger can
 * invent origins without end, so the number of a day is bounded, and the rarest makes room. Every method is
 * synchronous.
 */
import { DAY_MS, dayOf } from '../shared/utc.ts';
import type { Sql } from './sql.ts';

/** How often a page has asked, and when it last has, Unix milliseconds. */
export interface OriginCount {
  origin: string;
  count: number;
  lastAt: number;
}

/** What an isolate has counted. */
export interface OriginCounts {
  admitted: readonly OriginCount[];
  refused: readonly OriginCount[];
}

/** Origins that are kept of a day: so many that were let in, and so many that were not. */
const MAX_KEPT = 100;
/** Origins of a day that the owner is shown, of each kind. */
const MAX_TOLD = 20;
/** Origins that are taken from one message, of each kind. */
export const MAX_SENT = 20;
/** Longest origin that is kept. A host name has 253 characters at most. */
const MAX_ORIGIN = 280;
const KEEP_MS = 2 * DAY_MS;

export function createOrigins(sql: Sql) {
  function add(day: string, admitted: 0 | 1, { origin, count, lastAt }: OriginCount): void {
    if (origin.length > MAX_ORIGIN) return;
    const [known] = sql
      .exec('SELECT 1 FROM origins WHERE day = ? AND admitted = ? AND origin = ?', day, admitted, origin)
      .toArray();
    if (!known) makeRoom(day, admitted);
    sql.exec(
      `INSERT INTO origins (day, admitted, origin, count, lastAt) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (day, admitted, origin) DO UPDATE SET count = count + excluded.count,
          lastAt = max(lastAt, excluded.lastAt)`,
      ...[day, admitted, origin, count, lastAt],
    );
  }

  function makeRoom(day: string, admitted: 0 | 1): void {
    sql.exec(
      `DELETE FROM origins WHERE day = ? AND admitted = ? AND origin IN (
        SELECT origin FROM origins WHERE day = ? AND admitted = ? ORDER BY count DESC, lastAt DESC LIMIT -1 OFFSET ?)`,
      ...[day, admitted, day, admitted, MAX_KEPT - 1],
    );
  }

  const list = (day: string, admitted: 0 | 1): OriginCount[] =>
    sql
      .exec(
        `SELECT origin, count, lastAt FROM origins WHERE day = ? AND admitted = ?
          ORDER BY count DESC, lastAt DESC, origin LIMIT ?`,
        ...[day, admitted, MAX_TOLD],
      )
      .toArray() as unknown as OriginCount[];

  return {
    /** Adds what an isolate has counted. Not idempotent. */
    note(day: string, { admitted, refused }: OriginCounts): void {
      for (const each of admitted.slice(0, MAX_SENT)) add(day, 1, each);
      for (const each of refused.slice(0, MAX_SENT)) add(day, 0, each);
    },

    /** The most frequent pages of a day, 20 of each kind. */
    on: (day: string): { admitted: OriginCount[]; refused: OriginCount[] } => ({
      admitted: list(day, 1),
      refused: list(day, 0),
    }),

    /** Deletes days past their retention. */
    forget(now: number): void {
      sql.exec('DELETE FROM origins WHERE day < ?', dayOf(now - KEEP_MS));
    },
  };
}
