/**
 * What calls cost over their reservations and their own day or month could not pay. It is carried from period to period
 * until it is paid: nothing that a provider has charged is ever forgiven.
 *
 * A row is a period in which money was asked for, with the cap it was last asked under and what it was owed from those
 * before it. A settlement may come days late and change a past period, so the rows after it are then written anew.
 */
import { dayBefore, periodOf, periodsBetween, type Taken, unpaidAfter, unpaidOf } from './budget.ts';
import type { Cap } from './reservation.ts';
import type { Sql } from './sql.ts';
import type { LedgerUsage } from './usage.ts';

type Period = Cap['period'];

const SCHEMA = `CREATE TABLE IF NOT EXISTS periods (
  period TEXT NOT NULL, name TEXT NOT NULL, cap INTEGER NOT NULL, owed INTEGER NOT NULL, PRIMARY KEY (period, name))`;

interface Row {
  name: string;
  cap: number;
  owed: number;
}

export function createLedgerDebts(sql: Sql, usage: Pick<LedgerUsage, 'totals'>) {
  sql.exec(SCHEMA);
  const rowsOf = (query: string, ...bindings: string[]): Row[] =>
    sql
      .exec(`SELECT name, cap, owed FROM periods WHERE period = ? AND ${query}`, ...bindings)
      .toArray() as unknown as Row[];
  const before = (period: Period, name: string): Row | undefined =>
    rowsOf('name < ? ORDER BY name DESC LIMIT 1', period, name)[0];

  /** What a period is owed by those before it. */
  function carriedInto(period: Period, name: string, last = before(period, name)): number {
    // Books of before caps were written down: what a day was over was taken off the next one, and a month bore its own.
    if (!last) return period === 'day' ? usage.totals(dayBefore(name), 'day').overrun : 0;
    const taken: Taken = { ...usage.totals(firstDayOf(last.name), period), held: 0, owed: last.owed };
    return unpaidAfter(unpaidOf(taken, last.cap), last.cap, periodsBetween(period, last.name, name));
  }

  /** Writes anew what the periods from one on are owed. */
  function carryOn(period: Period, from: string): void {
    let last = before(period, from);
    for (const row of rowsOf('name >= ? ORDER BY name', period, from)) {
      const owed = carriedInto(period, row.name, last);
      if (owed !== row.owed) {
        sql.exec('UPDATE periods SET owed = ? WHERE period = ? AND name = ?', owed, period, row.name);
      }
      last = { ...row, owed };
    }
  }

  return {
    /** A cap under which money is asked for now. */
    note({ period, micros }: Cap, day: string): void {
      const name = periodOf(period, day);
      const [row] = rowsOf('name = ?', period, name);
      if (row?.cap === micros) return;
      sql.exec(
        'INSERT INTO periods VALUES (?, ?, ?, ?) ON CONFLICT (period, name) DO UPDATE SET cap = excluded.cap',
        ...[period, name, micros, row?.owed ?? carriedInto(period, name)],
      );
      carryOn(period, name);
    },

    /** The money of a day has changed: what it leaves to the next ones has, too. */
    changed(day: string): void {
      for (const period of ['day', 'month'] as const) carryOn(period, periodOf(period, day));
    },

    owed(period: Period, day: string): number {
      const name = periodOf(period, day);
      return rowsOf('name = ?', period, name)[0]?.owed ?? carriedInto(period, name);
    },

    /** @param day The last one that is forgotten. The newest row always stays: it may be all that knows of a debt. */
    forget(day: string): void {
      for (const period of ['day', 'month'] as const) {
        const newest = '(SELECT max(name) FROM periods WHERE period = ?)';
        sql.exec(
          `DELETE FROM periods WHERE period = ? AND name < ? AND name < ${newest}`,
          period,
          periodOf(period, day),
          period,
        );
      }
    },
  };
}

const firstDayOf = (name: string): string => (name.length === 7 ? `${name}-01` : name);
