import { DAY_MS, dayOf, hourOf } from '../shared/utc.ts';
import { type Waits, waitStep } from './figures/waits.ts';
import { firstDayOf, lastDayOf, periodsOf } from './periods.ts';
import type { Settlement, Subject } from './reservation.ts';
import { isPlay, outcomesOf } from './spending.ts';
import type { Sql } from './sql.ts';

/** Days of usage are kept for 13 months, so that a month can be compared with the same month a year before. */
export const KEEP_DAYS = 397;
const KEEP_HOURS_MS = 40 * DAY_MS;
/** Durations kept for each model and size, in a ring. Visitors are told their median. */
const TIMES = 101;

/** One settled attempt. Money is integer micro-dollars; `micros` is the part within the reservation. */
export interface Spent {
  /** UTC day of the reservation, `YYYY-MM-DD`. */
  day: string;
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
  /** Calls that the model refused, and those whose outcome is not known, with what they count as. */
  declined: number;
  unknown: number;
  unknownMicros: number;
  waits: Waits;
}

/** What a ledger has of a month, by provider, model and size. Money is micro-dollars. */
export interface MonthRow {
  /** `YYYY-MM`, UTC. */
  month: string;
  provider: string;
  model: string;
  size: string;
  pictures: number;
  /** Overruns and unknown outcomes included. */
  micros: number;
  /** Calls that the model refused. */
  declined: number;
  /** Calls whose outcome is not known, and what they count as. */
  unknown: number;
  unknownMicros: number;
  /**
   * Pictures of the first eight hours, which a provider in California has in the month before. At most: hours are
   * counted for all models together, and kept for 40 days, after which it is the first day's.
   */
  firstHours: number;
}

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

/**
 * What was spent, with which provider, and how long it took: the rows behind the owner's tables. Synchronous.
 *
 * @param isDemo Whether the deployment has no provider's key. Play money counts in the caps of such a deployment alone.
 */
export function createLedgerUsage(sql: Sql, isDemo: () => boolean) {
  /** Totals by day or month. */
  const totals = new Map<string, SiteTotals>();
  /** The next place of a model and size in its ring of times. After a restart the ring goes on at some other place. */
  const places = new Map<string, number>();

  function totalsOf(period: string): SiteTotals {
    const known = totals.get(period);
    if (known) return known;
    const [row] = sql
      .exec(
        `SELECT sum(costMicros) AS settled, sum(overrunMicros) AS overrun, sum(visitorMicros) AS visitors FROM usage
          WHERE day BETWEEN ? AND ? AND (? OR provider <> 'demo')`,
        ...[firstDayOf(period), lastDayOf(period)],
        isDemo() ? 1 : 0,
      )
      .toArray();
    const numberOf = (name: keyof SiteTotals): number => Number(row?.[name] ?? 0);
    const read = { settled: numberOf('settled'), overrun: numberOf('overrun'), visitors: numberOf('visitors') };
    totals.set(period, read);
    return read;
  }

  function addToTotals(day: string, { settled, overrun, visitors }: SiteTotals): void {
    for (const period of periodsOf(day)) {
      const before = totalsOf(period);
      totals.set(period, {
        settled: before.settled + settled,
        overrun: before.overrun + overrun,
        visitors: before.visitors + visitors,
      });
    }
  }

  function noteTime({ model, size }: Subject, ms: number, now: number): void {
    const name = `${model} ${size}`;
    const place = places.get(name) ?? now % TIMES;
    places.set(name, (place + 1) % TIMES);
    sql.exec('INSERT OR REPLACE INTO times VALUES (?, ?, ?, ?)', model, size, place, Math.round(ms));
  }

  return {
    /** Adds a settled attempt. Not idempotent: the ledger calls it once for each. @param now Unix milliseconds. */
    note({ day, subject, micros, overrun, isVisitors, settlement }: Spent, now: number): void {
      const { provider, outcome, durationMs } = settlement;
      const ofVisitors = isVisitors ? micros + overrun : 0;
      if (isDemo() || !isPlay(provider)) addToTotals(day, { settled: micros, overrun, visitors: ofVisitors });
      const { made, declined, unknown, unknownMicros } = outcomesOf(outcome, micros + overrun);
      const wait = durationMs !== undefined && outcome === 'picture' ? durationMs : undefined;
      const step = wait === undefined ? null : `$."${waitStep(wait)}"`;
      sql.exec(
        `INSERT INTO usage (day, model, size, provider, pictures, costMicros, overrunMicros, visitorMicros, declined,
            unknown, unknownMicros, waits)
          VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, iif(?12 IS NULL, '{}', json_set('{}', ?12, 1)))
          ON CONFLICT (day, model, size, provider) DO UPDATE SET pictures = pictures + excluded.pictures,
            costMicros = costMicros + excluded.costMicros, overrunMicros = overrunMicros + excluded.overrunMicros,
            visitorMicros = visitorMicros + excluded.visitorMicros, declined = declined + excluded.declined,
            unknown = unknown + excluded.unknown, unknownMicros = unknownMicros + excluded.unknownMicros,
            waits = iif(?12 IS NULL, waits, json_set(waits, ?12, ifnull(json_extract(waits, ?12), 0) + 1))`,
        ...[day, subject.model, subject.size, provider, made, micros, overrun, ofVisitors],
        ...[declined, unknown, unknownMicros, step],
      );
      if (wait !== undefined) noteTime(subject, wait, now);
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
        .toArray()
        .map(toUsageRow),

    /**
     * Usage of a range of days, both inclusive, oldest first.
     *
     * @param play Whether of the demo alone, or of all others.
     */
    rows: (first: string, last: string, play: boolean): UsageRow[] =>
      sql
        .exec(
          `SELECT * FROM usage WHERE day BETWEEN ? AND ? AND (provider = 'demo') = ?
            ORDER BY day, model, size, provider`,
          ...[first, last, play ? 1 : 0],
        )
        .toArray()
        .map(toUsageRow),

    /** Micro-dollars of each day of a range, overruns included. Days without a call are left out. */
    byDay: (first: string, last: string, play: boolean): Record<string, number> =>
      Object.fromEntries(
        sql
          .exec(
            `SELECT day, sum(costMicros + overrunMicros) AS micros FROM usage
              WHERE day BETWEEN ? AND ? AND (provider = 'demo') = ? GROUP BY day ORDER BY day`,
            ...[first, last, play ? 1 : 0],
          )
          .toArray()
          .map(({ day, micros }) => [String(day), Number(micros)]),
      ),

    /** Sums of all months that are kept, newest first. */
    months: (): MonthRow[] =>
      sql
        .exec(
          `SELECT substr(day, 1, 7) AS month, provider, model, size, sum(pictures) AS pictures,
            sum(costMicros + overrunMicros) AS micros, sum(declined) AS declined, sum(unknown) AS unknown,
            sum(unknownMicros) AS unknownMicros,
            sum(iif(day LIKE '%-01', min(pictures, ifnull(
              (SELECT sum(iif(hour < day || 'T08', made, 0)) FROM spending
                WHERE hour BETWEEN day || 'T00' AND day || 'T23' AND play = (provider = 'demo')), pictures)), 0)) AS firstHours
          FROM usage GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, 2, 3, 4`,
        )
        .toArray() as unknown as MonthRow[],

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

    /** Counts of a day, or of an hour. */
    counts: (period: string): Record<string, number> =>
      Object.fromEntries(
        sql
          .exec(
            'SELECT name, sum(count) AS count FROM hours WHERE hour >= ? AND hour < ? GROUP BY name',
            ...[period, `${period}U`],
          )
          .toArray()
          .map(({ name, count }) => [String(name), Number(count)]),
      ),

    /** Counts of a range of days, by day or by hour. @param first Such as `2026-11-23`. @param last Inclusive. */
    countsBy(period: 'day' | 'hour', first: string, last: string): Record<string, Record<string, number>> {
      const length = period === 'day' ? 10 : 13;
      const rows = sql
        .exec(
          `SELECT substr(hour, 1, ?1) AS period, name, sum(count) AS count FROM hours
            WHERE hour >= ?2 AND hour < ?3 GROUP BY 1, 2`,
          ...[length, `${first}T00`, `${last}T24`],
        )
        .toArray();
      const groups = Object.groupBy(rows, (row) => String(row.period));
      return Object.fromEntries(
        Object.entries(groups).map(([name, group = []]) => [
          name,
          Object.fromEntries(group.map((row) => [String(row.name), Number(row.count)])),
        ]),
      );
    },

    /** Counts from the hour `since` on. */
    hours: (since: string): { hour: string; name: string; count: number }[] =>
      sql.exec('SELECT * FROM hours WHERE hour >= ? ORDER BY hour, name', since).toArray() as unknown as {
        hour: string;
        name: string;
        count: number;
      }[],

    /** Deletes rows past their retention. */
    forget(now: number): void {
      sql.exec('DELETE FROM usage WHERE day < ?', dayOf(now - KEEP_DAYS * DAY_MS));
      totals.clear();
      sql.exec('DELETE FROM hours WHERE hour < ?', hourOf(now - KEEP_HOURS_MS));
    },
  };
}

const toUsageRow = ({ waits, ...row }: Record<string, unknown>): UsageRow => ({
  ...(row as unknown as UsageRow),
  waits: JSON.parse(String(waits)) as Waits,
});
