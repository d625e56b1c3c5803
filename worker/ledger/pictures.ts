/**
 * The owner's index of pictures: one row for each run that has made some. The row stays as long as they are kept or on
 * a wall; that of a deleted picture stays until midnight UTC. Every method is synchronous.
 */
import { DAY_MS, dayOf } from '../shared/utc.ts';
import type { Settlement, Subject } from './reservation.ts';
import type { Sql } from './sql.ts';

/** A row of the index. */
export interface PictureRow {
  /** When it was settled, Unix milliseconds. */
  at: number;
  run: string;
  /** Id of the run's pictures. */
  id: string;
  /** File of the last of them, such as `0.png`. Absent in rows of earlier versions. */
  file?: string;
  model: string;
  /** Absent in rows of earlier versions, as the provider and {@link heldMicros}. */
  size?: string;
  provider?: string;
  /** Overruns included. */
  costMicros: number;
  /** What its reservation has held. */
  heldMicros?: number;
  /** From the start of the run to its end. */
  waitMs?: number;
  /** As the provider counts them. */
  tokens?: { input: number; output: number };
  /** Name of the visitor's address prefix. Absent for clients, and after a day. */
  prefix?: string;
  /** Name of the API client. */
  client?: string;
  /** Unix milliseconds. */
  keepUntil: number;
  onWall?: true;
  /** When it was deleted, Unix milliseconds. */
  deletedAt?: number;
}

/** Where a page of {@link PictureRow}s ended. */
export type PictureCursor = Pick<PictureRow, 'at' | 'run'>;

/** Which pictures a page has. */
export interface PictureFilter {
  /** The end of the page before. Absent: the newest. */
  before?: PictureCursor;
  /** UTC, `YYYY-MM-DD`. */
  day?: string;
  model?: string;
  /** The name of a visitor's address prefix, or a client's. */
  who?: string;
  only?: 'wall';
  /** Only the pictures of these ids. */
  ids?: readonly string[];
}

/** Sums of the pictures that a filter finds. */
export interface PictureSums {
  pictures: number;
  costMicros: number;
}

/** Id of a row's pictures, in SQL. */
export const PICTURE_ID = "substr(picture, 1, instr(picture || '/', '/') - 1)";
const COLUMNS = `at, run, picture, model, size, provider, costMicros, heldMicros, waitMs, tokens, prefix, client, keepUntil,
  onWall, deletedAt`;

/** The column `picture`: `{id}/{file}`, or the id alone. */
const nameOf = ({ id, file }: { id: string; file?: string }): string => (file === undefined ? id : `${id}/${file}`);

/** What is noted of a run that has made pictures. */
export interface NewPicture {
  run: string;
  subject: Subject;
  settlement: Settlement;
  picture: NonNullable<Settlement['picture']>;
  /** Overruns included. */
  costMicros: number;
  heldMicros: number;
}

export function createPictureIndex(sql: Sql) {
  /** The conditions of a filter in SQL. A deleted picture is seen until its day ends. */
  function whereOf({ before, day, model, who, only, ids }: PictureFilter, now: number) {
    const tests = ['(deletedAt IS NULL OR deletedAt >= ?)'];
    const values: (string | number)[] = [Date.parse(dayOf(now))];
    const test = (text: string, ...more: (string | number)[]): void => {
      tests.push(text);
      values.push(...more);
    };
    if (before) test('(at, run) < (?, ?)', before.at, before.run);
    if (day !== undefined) test('at >= ? AND at < ?', Date.parse(day), Date.parse(day) + DAY_MS);
    if (model !== undefined) test('model = ?', model);
    if (who !== undefined) test('(prefix = ? OR client = ?)', who, who);
    if (only === 'wall') test('onWall = 1');
    if (ids) test(`${PICTURE_ID} IN (SELECT value FROM json_each(?))`, JSON.stringify(ids));
    return { where: tests.join(' AND '), values };
  }

  const find = (id: string): PictureRow | undefined =>
    sql.exec(`SELECT ${COLUMNS} FROM pictures WHERE ${PICTURE_ID} = ? LIMIT 1`, id).toArray().map(toPictureRow)[0];

  return {
    /** @param now Unix milliseconds. */
    note({ run, subject, settlement, picture, costMicros, heldMicros }: NewPicture, now: number): void {
      const { provider, durationMs } = settlement;
      const { prefix, client, keepDays, tokens } = picture;
      sql.exec(
        `INSERT OR REPLACE INTO pictures (at, run, picture, model, costMicros, prefix, keepUntil, size, provider, client,
          waitMs, heldMicros, tokens) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[now, run, nameOf(picture), subject.model, costMicros, prefix ?? null, now + keepDays * DAY_MS],
        ...[subject.size, provider, client ?? null, durationMs === undefined ? null : Math.round(durationMs)],
        ...[heldMicros, tokens ? JSON.stringify(tokens) : null],
      );
    },

    /** A page, newest first. @param most Number of rows. */
    page(filter: PictureFilter, most: number, now: number): PictureRow[] {
      const { where, values } = whereOf(filter, now);
      const query = `SELECT ${COLUMNS} FROM pictures WHERE ${where} ORDER BY at DESC, run DESC LIMIT ?`;
      return sql
        .exec(query, ...values, most)
        .toArray()
        .map(toPictureRow);
    },

    /** Sums of all pictures that a filter finds, on all pages. The cost of deleted ones is part of it. */
    sums({ before: _, ...filter }: PictureFilter, now: number): PictureSums {
      const { where, values } = whereOf(filter, now);
      const sums = 'count(*) AS pictures, ifnull(sum(costMicros), 0) AS costMicros';
      const [row] = sql.exec(`SELECT ${sums} FROM pictures WHERE ${where}`, ...values).toArray();
      return row as unknown as PictureSums;
    },

    find,

    /** Marks the pictures that are on the site's wall, and no others. @param ids Without their class letters. */
    markWall(ids: readonly string[]): void {
      const isNamed = `substr(${PICTURE_ID}, 2) IN (SELECT value FROM json_each(?))`;
      const names = JSON.stringify(ids);
      sql.exec(`UPDATE pictures SET onWall = 0 WHERE onWall = 1 AND NOT ${isNamed}`, names);
      if (ids.length > 0) sql.exec(`UPDATE pictures SET onWall = 1 WHERE onWall = 0 AND ${isNamed}`, names);
    },

    /** Notes that a picture was deleted. Idempotent. @param now Unix milliseconds. */
    noteDeleted(id: string, now: number): void {
      sql.exec(
        `UPDATE pictures SET deletedAt = ?, onWall = 0 WHERE ${PICTURE_ID} = ? AND deletedAt IS NULL`,
        ...[now, id],
      );
    },

    /**
     * Deletes rows of pictures that were deleted before today, and rows past their retention that are on no wall.
     * Clears the names of address prefixes after a day. It reads every row: an index would cost a written row for each
     * picture.
     *
     * @returns Whether a row was deleted.
     */
    forget(now: number): boolean {
      const deleted = sql.exec(
        'DELETE FROM pictures WHERE (keepUntil < ? AND onWall = 0) OR deletedAt < ? RETURNING run',
        ...[now, Date.parse(dayOf(now))],
      );
      const isAnyDeleted = deleted.toArray().length > 0;
      sql.exec('UPDATE pictures SET prefix = NULL WHERE prefix IS NOT NULL AND at < ?', now - DAY_MS);
      return isAnyDeleted;
    },
  };
}

function toPictureRow(row: Record<string, unknown>): PictureRow {
  const { at, run, picture, model, costMicros, keepUntil, tokens, onWall, ...rest } = row;
  const [id = '', file] = String(picture).split('/');
  const known = Object.entries(rest).filter(([, value]) => value !== null);
  return {
    ...{ at: Number(at), run: String(run), id, model: String(model), costMicros: Number(costMicros) },
    ...{ keepUntil: Number(keepUntil) },
    ...(file !== undefined && { file }),
    ...(Object.fromEntries(known) as Pick<PictureRow, 'size' | 'provider' | 'heldMicros' | 'waitMs' | 'prefix'>),
    ...(tokens !== null && { tokens: JSON.parse(String(tokens)) as NonNullable<PictureRow['tokens']> }),
    ...(onWall === 1 && { onWall: true }),
  };
}
