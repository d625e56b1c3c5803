/**
 * Debts: overruns that their own day or month could not pay. A debt is carried from period to period until it is paid,
 * so no charge of a provider is forgiven.
 *
 * A row is a period in which money was reserved, with its last cap and the debt of the periods before it. A settlement
 * may come days late and change a past period. The rows after that period are then computed again.
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

/**
 * The debts of one ledger, in integer micro-dollars by UTC day and month. Every method is synchronous and idempotent.
 *
 * @param usage What each period has spent.
 */
export function createLedgerDebts(sql: Sql, usage: Pick<LedgerUsage, 'totals'>) {
  sql.exec(SCHEMA);
  const rowsOf = (query: string, ...bindings: string[]): Row[] =>
    sql
      .exec(`SELECT name, cap, owed FROM periods WHERE period = ? AND ${query}`, ...bindings)
      .toArray() as unknown as Row[];
  const before = (period: Period, name: string): Row | undefined =>
    rowsOf('name < ? ORDER BY name DESC LIMIT 1', period, name)[0];

  /** The debt that a period takes over from those before it. */
  function carriedInto(period: Period, name: string, last = before(period, name)): number {
    // Ledgers older than this table have no rows: a day's overrun is taken off the next day, and months carry none.
    if (!last) return period === 'day' ? usage.totals(dayBefore(name), 'day').overrun : 0;
    const taken: Taken = { ...usage.totals(firstDayOf(last.name), period), held: 0, owed: last.owed };
    return unpaidAfter(unpaidOf(taken, last.cap), last.cap, periodsBetween(period, last.name, name));
  }

  /** Computes the debts of the periods from `from` on again. */
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
    /** Notes the cap of a reservation. @param day UTC, `YYYY-MM-DD`. */
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

    /** Recomputes the debts after a day whose usage has changed. @param day UTC, `YYYY-MM-DD`. */
    changed(day: string): void {
      for (const period of ['day', 'month'] as const) carryOn(period, periodOf(period, day));
    },

    /** The debt that the period of a day has taken over. */
    owed(period: Period, day: string): number {
      const name = periodOf(period, day);
      return rowsOf('name = ?', period, name)[0]?.owed ?? carriedInto(period, name);
    },

    /** Deletes periods before that of `day`. The newest row always stays, because it may carry a debt. */
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
