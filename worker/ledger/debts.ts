/**
 * Debts: overruns that their own day or month could not pay. A debt is carried from period to period until it is paid,
 * so no charge of a provider is forgiven.
 *
 * A row is a period in which money was granted, with its last cap and the debt of the periods before it. A settlement
 * may come days late and change a past period. The rows after that period are then computed again.
 */
import { type Taken, unpaidAfter, unpaidOf } from './budget.ts';
import { dayBefore, PERIODS, type Period, periodOf, periodsBetween } from './periods.ts';
import type { Cap } from './reservation.ts';
import type { Sql } from './sql.ts';
import type { Totals } from './usage.ts';

interface Row {
  name: string;
  cap: number;
  owed: number;
}

/**
 * A debt from before a ledger's first row stands in a row of this day, or of its month, with a cap that pays nothing.
 */
const BEFORE_THE_BOOKS = '1970-01-01';

/**
 * The debts under the caps of a site or of the deployment, in integer micro-dollars by UTC day and month. Every method
 * is synchronous and idempotent.
 *
 * @param of Whose caps. A ledger may keep debts under both.
 * @param totals What a period has spent, by its name.
 */
export function createLedgerDebts(sql: Sql, of: Cap['of'], totals: (name: string) => Totals) {
  const kindOf = (period: Period): string => (of === 'site' ? period : `deployment ${period}`);
  /** Debts by period, where they are known. */
  const known = new Map<string, number>();

  const rowsOf = (period: Period, query: string, ...bindings: string[]): Row[] =>
    sql
      .exec(`SELECT name, cap, owed FROM periods WHERE period = ? AND ${query}`, kindOf(period), ...bindings)
      .toArray() as unknown as Row[];
  const before = (period: Period, name: string): Row | undefined =>
    rowsOf(period, 'name < ? ORDER BY name DESC LIMIT 1', name)[0];

  /** The debt that a period takes over from those before it. */
  function carriedInto(period: Period, name: string, last = before(period, name)): number {
    // Ledgers of before this table have no rows: a day's overrun is taken off the next day, and months carry none.
    if (!last) return period === 'day' ? totals(dayBefore(name)).overrun : 0;
    const taken: Taken = { ...totals(last.name), held: 0, owed: last.owed };
    return unpaidAfter(unpaidOf(taken, last.cap), last.cap, periodsBetween(last.name, name));
  }

  /** Computes again the debts of all periods from one on. @param from Its name. */
  function carryOn(period: Period, from: string): void {
    let last = before(period, from);
    for (const row of rowsOf(period, 'name >= ? ORDER BY name', from)) {
      const owed = carriedInto(period, row.name, last);
      if (owed !== row.owed) {
        sql.exec('UPDATE periods SET owed = ? WHERE period = ? AND name = ?', owed, kindOf(period), row.name);
      }
      last = { ...row, owed };
    }
    known.clear();
  }

  function write(period: Period, name: string, cap: number, owed: number): void {
    sql.exec(
      `INSERT INTO periods VALUES (?, ?, ?, ?)
        ON CONFLICT (period, name) DO UPDATE SET cap = excluded.cap, owed = excluded.owed`,
      ...[kindOf(period), name, cap, owed],
    );
    known.clear();
  }

  /** The debt that the period of a day has taken over. */
  function owed(period: Period, day: string): number {
    const name = periodOf(period, day);
    const last = known.get(name);
    if (last !== undefined) return last;
    const read = rowsOf(period, 'name = ?', name)[0]?.owed ?? carriedInto(period, name);
    known.set(name, read);
    return read;
  }

  return {
    /** Notes the cap of a grant. @param day UTC, `YYYY-MM-DD`. */
    note({ period, micros }: Pick<Cap, 'period' | 'micros'>, day: string): void {
      const name = periodOf(period, day);
      const [row] = rowsOf(period, 'name = ?', name);
      if (row?.cap === micros) return;
      write(period, name, micros, row?.owed ?? carriedInto(period, name));
      carryOn(period, name);
    },

    /** Takes over the debt of another ledger's books. Of two such debts the larger one counts. */
    takeOver(period: Period, owed: number): void {
      const name = periodOf(period, BEFORE_THE_BOOKS);
      if (owed <= (rowsOf(period, 'name = ?', name)[0]?.owed ?? -1)) return;
      write(period, name, 0, owed);
      // The names of all later periods are greater than this one.
      carryOn(period, `${name} `);
    },

    /** Recomputes the debts after a day whose usage has changed. @param day UTC, `YYYY-MM-DD`. */
    changed(day: string): void {
      for (const period of PERIODS) {
        const name = periodOf(period, day);
        // Without an overrun of its own or an older one, a period leaves no debt, whatever it spends.
        if (totals(name).overrun > 0 || owed(period, day) > 0) carryOn(period, name);
      }
    },

    owed,

    /** Reads the debts from the rows again. Call it after a step that was undone. */
    reload(): void {
      known.clear();
    },

    /** Deletes periods before that of `day`. The newest row always stays, because it may carry a debt. */
    forget(day: string): void {
      for (const period of PERIODS) {
        const newest = '(SELECT max(name) FROM periods WHERE period = ?)';
        const kind = kindOf(period);
        sql.exec(
          `DELETE FROM periods WHERE period = ? AND name < ? AND name < ${newest}`,
          ...[kind, periodOf(period, day), kind],
        );
      }
    },
  };
}
