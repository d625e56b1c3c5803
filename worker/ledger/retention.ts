/** Deletes what a ledger no longer needs. How long each kind of row is kept: docs/storage.md. */
import { DAY_MS, dayOf } from '../shared/utc.ts';
import type { Sql } from './sql.ts';
import { KEEP_DAYS } from './usage.ts';

/** Ended reservations and uses are recognized for so many days: longer than any message takes, and than any window. */
const KEEP_ENDED_DAYS = 2;
/** Rows deleted in one step, so that a ledger with millions of old ones still answers. */
const FORGET_ROWS = 5_000;

/** Forgets what is before a day, `YYYY-MM-DD`. */
interface ByDay {
  forget(day: string): void;
}

/** Forgets what is past its retention at a time, Unix milliseconds. */
interface ByTime {
  forget(now: number): void;
}

export interface RetentionOptions {
  sql: Sql;
  debts: { site: ByDay; deployment: ByDay };
  slices: ByDay;
  blocks: ByDay;
  usage: ByTime;
  spending: ByTime;
  origins: ByTime;
  /** Its `forget` says whether a row was deleted. */
  pictures: { forget(now: number): boolean };
  /** Called after rows of pictures were deleted. */
  onPicturesPast: (() => void) | undefined;
}

/** @returns Deletes a part of all rows past their retention, and says whether more are left. */
export function createRetention(options: RetentionOptions): (now: number) => boolean {
  const { sql, debts, slices, blocks, usage, spending, origins, pictures, onPicturesPast } = options;

  /** @param query Takes a day and a number of rows. @returns Whether more may be left. */
  function deleteSome(query: string, day: string): boolean {
    sql.exec(query, day, FORGET_ROWS);
    return Number(sql.exec('SELECT changes() AS rows').toArray()[0]?.rows ?? 0) === FORGET_ROWS;
  }

  return (now) => {
    const oldestEnded = dayOf(now - KEEP_ENDED_DAYS * DAY_MS);
    const isLeft = [
      deleteSome('DELETE FROM ended WHERE (day, id) IN (SELECT day, id FROM ended WHERE day < ? LIMIT ?)', oldestEnded),
      deleteSome(
        `DELETE FROM counted WHERE (day, counter, at, run) IN (
          SELECT day, counter, at, run FROM counted WHERE day < ? LIMIT ?)`,
        oldestEnded,
      ),
    ].includes(true);
    const oldestKept = dayOf(now - KEEP_DAYS * DAY_MS);
    for (const part of [debts.site, debts.deployment, slices]) part.forget(oldestKept);
    blocks.forget(dayOf(now - DAY_MS));
    for (const part of [usage, spending, origins]) part.forget(now);
    if (pictures.forget(now)) onPicturesPast?.();
    return isLeft;
  };
}
