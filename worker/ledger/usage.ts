import { dayOf } from './budget.ts';
import type { Settlement, Subject } from './reservation.ts';
import type { Sql } from './sql.ts';

/** Days of usage are kept for 13 months, so that a month can be compared with the same month a year before. */
export const KEEP_DAYS = 397;
const KEEP_HOURS_MS = 40 * 86_400_000;
/** Durations kept for each model and size. Visitors are told their median. */
const TIMES = 101;
const DAY_MS = 86_400_000;

/** One settled attempt. Money is integer micro-dollars; `micros` is the part within the reservation. */
export interface Spent {
  /** UTC day of the reservation, `YYYY-MM-DD`. */
  day: string;
  run: string;
  subject: Subject;
  micros: number;
  overrun: number;
  /** Whether a visitor asked for it, and no client. */
  isVisitors: boolean;
  settlement: Settlement;
}

/** A row of the site owner's table: one UTC day, model, size and provider. */
export interface UsageRow {
  day: string;
  model: string;
  size: string;
  provider: string;
  pictures: number;
  /** Without overruns. */
  costMicros: number;
  overrunMicros: number;
  /** What visitors have spent of both. The rest is clients'. */
  visitorMicros: number;
}

/** A row of the site owner's index of generations, newest first. */
export interface PictureRow {
  /** When it was settled, Unix milliseconds. */
  at: number;
  run: string;
  /** Id of the run's pictures. */
  id: string;
  /** Of the last of them, such as `0.png`. Absent in rows of earlier versions. */
  file?: string;
  model: string;
  /** Overruns included. */
  costMicros: number;
  /** Name of the visitor's address prefix. Absent for clients, and after a day. */
  prefix?: string;
}

/** Where a page of {@link PictureRow}s ended. */
export type PictureCursor = Pick<PictureRow, 'at' | 'run'>;

/** Micro-dollars of a day or month. */
export interface Totals {
  /** Within reservations. */
  settled: number;
  overrun: number;
}

/** Micro-dollars of a site's day or month. */
export interface SiteTotals extends Totals {
  /** What visitors have spent of both. */
  visitors: number;
}

/** What was spent, with which provider, and how long it took: the rows behind the owner's tables. Synchronous. */
export function createLedgerUsage(sql: Sql) {
  /** Totals by day or month. */
  const totals = new Map<string, SiteTotals>();
  /** The next place of a model and size in its ring of times. After a start it goes on at any place, so some are older. */
  const places = new Map<string, number>();

  function totalsOf(period: string): SiteTotals {
    const known = totals.get(period);
    if (known) return known;
    const [row] = sql
      .exec(
        `SELECT sum(costMicros) AS settled, sum(overrunMicros) AS overrun, sum(visitorMicros) AS visitors FROM usage
          WHERE day BETWEEN ? AND ?`,
        ...(period.length === 10 ? [period, period] : [`${period}-01`, `${period}-31`]),
      )
      .toArray();
    const numberOf = (name: keyof SiteTotals): number => Number(row?.[name] ?? 0);
    const read = { settled: numberOf('settled'), overrun: numberOf('overrun'), visitors: numberOf('visitors') };
    totals.set(period, read);
    return read;
  }

  function noteTime({ model, size }: Subject, ms: number, now: number): void {
    const name = `${model} ${size}`;
    const place = places.get(name) ?? now % TIMES;
    places.set(name, (place + 1) % TIMES);
    sql.exec('INSERT OR REPLACE INTO times VALUES (?, ?, ?, ?)', model, size, place, Math.round(ms));
  }

  return {
    /** Adds a settled attempt. Not idempotent: the ledger calls it once for each. @param now Unix milliseconds. */
    note({ day, run, subject, micros, overrun, isVisitors, settlement }: Spent, now: number): void {
      const { provider, outcome, durationMs, picture } = settlement;
      const ofVisitors = isVisitors ? micros + overrun : 0;
      for (const period of [day, day.slice(0, 7)]) {
        const before = totalsOf(period);
        totals.set(period, {
          settled: before.settled + micros,
          overrun: before.overrun + overrun,
          visitors: before.visitors + ofVisitors,
        });
      }
      sql.exec(
        `INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (day, model, size, provider) DO UPDATE SET pictures = pictures + excluded.pictures,
            costMicros = costMicros + excluded.costMicros, overrunMicros = overrunMicros + excluded.overrunMicros,
            visitorMicros = visitorMicros + excluded.visitorMicros`,
        ...[day, subject.model, subject.size, provider, outcome === 'picture' ? 1 : 0, micros, overrun, ofVisitors],
      );
      if (durationMs !== undefined && outcome === 'picture') noteTime(subject, durationMs, now);
      if (!picture) return;
      const keepUntil = now + picture.keepDays * DAY_MS;
      sql.exec(
        'INSERT OR REPLACE INTO pictures VALUES (?, ?, ?, ?, ?, ?, ?)',
        ...[now, run, nameOf(picture), subject.model, micros + overrun, picture.prefix ?? null, keepUntil],
      );
    },

    /** Totals of a day, `YYYY-MM-DD`, or of a month, `YYYY-MM`. */
    totals: totalsOf,

    /** Days from one on in which something was spent. */
    days: (since: string): string[] =>
      sql
        .exec('SELECT DISTINCT day FROM usage WHERE day >= ?', since)
        .toArray()
        .map(({ day }) => String(day)),

    /** Reads the totals from the rows again. Call it after a step that was undone. */
    reload(): void {
      totals.clear();
    },

    /** Usage of the last `days` days, newest first. */
    table: (days: number, now: number): UsageRow[] =>
      sql
        .exec('SELECT * FROM usage WHERE day > ? ORDER BY day DESC, model, size, provider', dayOf(now - days * DAY_MS))
        .toArray() as unknown as UsageRow[],

    /** Median milliseconds to a picture, by model and size. */
    medians(): { model: string; size: string; ms: number }[] {
      const rows = sql.exec('SELECT model, size, ms FROM times ORDER BY model, size, ms').toArray();
      const groups = Map.groupBy(rows, ({ model, size }) => JSON.stringify([model, size]));
      return [...groups.values()].map((group) => {
        const middle = group[Math.floor(group.length / 2)]!;
        return { model: String(middle.model), size: String(middle.size), ms: Number(middle.ms) };
      });
    },

    /** Adds an isolate's counts to an hour, `YYYY-MM-DDTHH` in UTC. Not idempotent. */
    count(hour: string, counts: Readonly<Record<string, number>>): void {
      for (const [name, count] of Object.entries(counts)) {
        sql.exec(
          'INSERT INTO hours VALUES (?, ?, ?) ON CONFLICT (hour, name) DO UPDATE SET count = count + excluded.count',
          ...[hour, name, count],
        );
      }
    },

    /** Counts from the hour `since` on. */
    hours: (since: string): { hour: string; name: string; count: number }[] =>
      sql.exec('SELECT * FROM hours WHERE hour >= ? ORDER BY hour, name', since).toArray() as unknown as {
        hour: string;
        name: string;
        count: number;
      }[],

    /** The last pictures, newest first. @param most Number of rows. */
    generations: (most: number): Record<string, unknown>[] =>
      sql
        .exec(
          `SELECT at, run, ${ID} AS picture, model, costMicros, prefix FROM pictures ORDER BY at DESC LIMIT ?`,
          most,
        )
        .toArray(),

    /** Pictures before a place in their order, newest first. @param most Number of rows. */
    pictures: ({ at, run }: PictureCursor, most: number): PictureRow[] =>
      sql
        .exec('SELECT * FROM pictures WHERE (at, run) < (?, ?) ORDER BY at DESC, run DESC LIMIT ?', at, run, most)
        .toArray()
        .map(toPictureRow),

    /** Deletes a picture from the index. Idempotent. */
    forgetPicture(id: string): void {
      sql.exec(`DELETE FROM pictures WHERE ${ID} = ?`, id);
    },

    /** Deletes rows past their retention. Address prefixes are cleared after a day. */
    forget(now: number): void {
      sql.exec('DELETE FROM usage WHERE day < ?', dayOf(now - KEEP_DAYS * DAY_MS));
      totals.clear();
      sql.exec('DELETE FROM pictures WHERE keepUntil < ?', now);
      sql.exec('UPDATE pictures SET prefix = NULL WHERE prefix IS NOT NULL AND at < ?', now - DAY_MS);
      sql.exec('DELETE FROM hours WHERE hour < ?', new Date(now - KEEP_HOURS_MS).toISOString().slice(0, 13));
    },
  };
}

/** The column `picture`: `{id}/{file}`, or the id alone. */
const nameOf = ({ id, file }: { id: string; file?: string }): string => (file === undefined ? id : `${id}/${file}`);
const ID = "substr(picture, 1, instr(picture || '/', '/') - 1)";

function toPictureRow({ at, run, picture, model, costMicros, prefix }: Record<string, unknown>): PictureRow {
  const [id = '', file] = String(picture).split('/');
  return {
    ...{ at: Number(at), run: String(run), id, model: String(model), costMicros: Number(costMicros) },
    ...(file !== undefined && { file }),
    ...(prefix !== null && { prefix: String(prefix) }),
  };
}
