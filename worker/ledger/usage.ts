import { dayOf } from './budget.ts';
import type { Cap, Settlement, Subject } from './reservation.ts';
import type { Sql } from './sql.ts';

/** Days of usage are kept for 13 months, so that a month can be compared with the same month a year before. */
export const KEEP_DAYS = 397;
const KEEP_HOURS_MS = 40 * 86_400_000;
/** Durations kept for each model and size. Visitors are shown their median. */
const DURATIONS = 101;
const DAY_MS = 86_400_000;

/** One settled attempt. Money is integer micro-dollars; `micros` is the part within the reservation. */
export interface Spent {
  /** UTC day of the reservation, `YYYY-MM-DD`. */
  day: string;
  run: string;
  subject: Subject;
  micros: number;
  overrun: number;
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
}

const SCHEMA = [
  'CREATE TABLE IF NOT EXISTS days (day TEXT PRIMARY KEY, settled INTEGER NOT NULL, overrun INTEGER NOT NULL)',
  `CREATE TABLE IF NOT EXISTS usage (
    day TEXT NOT NULL, model TEXT NOT NULL, size TEXT NOT NULL, provider TEXT NOT NULL, pictures INTEGER NOT NULL,
    costMicros INTEGER NOT NULL, overrunMicros INTEGER NOT NULL, PRIMARY KEY (day, model, size, provider))`,
  `CREATE TABLE IF NOT EXISTS durations (
    n INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, size TEXT NOT NULL, ms INTEGER NOT NULL)`,
  'CREATE INDEX IF NOT EXISTS durations_of ON durations (model, size, n)',
  `CREATE TABLE IF NOT EXISTS generations (
    at INTEGER NOT NULL, run TEXT NOT NULL, picture TEXT NOT NULL, model TEXT NOT NULL, costMicros INTEGER NOT NULL,
    prefix TEXT, keepUntil INTEGER NOT NULL)`,
  'CREATE INDEX IF NOT EXISTS generations_at ON generations (at)',
  'CREATE TABLE IF NOT EXISTS hours (hour TEXT NOT NULL, name TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (hour, name))',
];

/** What was spent, with which provider, and how long it took: the rows behind the owner's tables. Synchronous. */
export function createLedgerUsage(sql: Sql) {
  for (const statement of SCHEMA) sql.exec(statement);

  function noteDuration({ model, size }: Subject, ms: number): void {
    sql.exec('INSERT INTO durations (model, size, ms) VALUES (?, ?, ?)', model, size, Math.round(ms));
    sql.exec(
      `DELETE FROM durations WHERE n <= (
        SELECT n FROM durations WHERE model = ? AND size = ? ORDER BY n DESC LIMIT 1 OFFSET ?) AND model = ? AND size = ?`,
      ...[model, size, DURATIONS, model, size],
    );
  }

  return {
    /** Adds a settled attempt. Not idempotent: the ledger calls it once for each. @param now Unix milliseconds. */
    note({ day, run, subject, micros, overrun, settlement }: Spent, now: number): void {
      const { provider, outcome, durationMs, picture } = settlement;
      sql.exec(
        `INSERT INTO days VALUES (?, ?, ?)
          ON CONFLICT (day) DO UPDATE SET settled = settled + excluded.settled, overrun = overrun + excluded.overrun`,
        ...[day, micros, overrun],
      );
      sql.exec(
        `INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (day, model, size, provider) DO UPDATE SET pictures = pictures + excluded.pictures,
            costMicros = costMicros + excluded.costMicros, overrunMicros = overrunMicros + excluded.overrunMicros`,
        ...[day, subject.model, subject.size, provider, outcome === 'picture' ? 1 : 0, micros, overrun],
      );
      if (durationMs !== undefined && outcome === 'picture') noteDuration(subject, durationMs);
      if (!picture) return;
      const keepUntil = now + picture.keepDays * DAY_MS;
      sql.exec(
        'INSERT INTO generations VALUES (?, ?, ?, ?, ?, ?, ?)',
        ...[now, run, picture.id, subject.model, micros + overrun, picture.prefix ?? null, keepUntil],
      );
    },

    /** Totals of a day, or of its month, in micro-dollars. */
    totals(day: string, period: Cap['period']): { settled: number; overrun: number } {
      const [from, to] = period === 'day' ? [day, day] : [`${day.slice(0, 7)}-01`, `${day.slice(0, 7)}-31`];
      const [row] = sql
        .exec('SELECT sum(settled) AS settled, sum(overrun) AS overrun FROM days WHERE day BETWEEN ? AND ?', from, to)
        .toArray();
      return { settled: Number(row?.settled ?? 0), overrun: Number(row?.overrun ?? 0) };
    },

    /** Usage of the last `days` days, newest first. */
    table: (days: number, now: number): UsageRow[] =>
      sql
        .exec('SELECT * FROM usage WHERE day > ? ORDER BY day DESC, model, size, provider', dayOf(now - days * DAY_MS))
        .toArray() as unknown as UsageRow[],

    /** Median milliseconds to a picture, by model and size. */
    medians(): { model: string; size: string; ms: number }[] {
      const rows = sql.exec('SELECT model, size, ms FROM durations ORDER BY model, size, ms').toArray();
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
        .exec('SELECT at, run, picture, model, costMicros, prefix FROM generations ORDER BY at DESC LIMIT ?', most)
        .toArray(),

    /** Deletes rows past their retention. Address prefixes are cleared after a day. */
    forget(now: number): void {
      sql.exec('DELETE FROM usage WHERE day < ?', dayOf(now - KEEP_DAYS * DAY_MS));
      sql.exec('DELETE FROM days WHERE day < ?', dayOf(now - KEEP_DAYS * DAY_MS));
      sql.exec('DELETE FROM generations WHERE keepUntil < ?', now);
      sql.exec('UPDATE generations SET prefix = NULL WHERE prefix IS NOT NULL AND at < ?', now - DAY_MS);
      sql.exec('DELETE FROM hours WHERE hour < ?', new Date(now - KEEP_HOURS_MS).toISOString().slice(0, 13));
    },
  };
}

/** What {@link createLedgerUsage} returns. */
export type LedgerUsage = ReturnType<typeof createLedgerUsage>;
