/** The bills that the owner has added, in the deployment's ledger. Every method is synchronous. */
import type { Sql } from './sql.ts';

/** One provider's bill of one month. */
export interface StoredBill {
  /** `YYYY-MM`. */
  month: string;
  provider: string;
  /** What was read of it, as JSON (`bills/kept-bill.ts`). */
  lines: string;
  currency: string;
  /** Dollars for one unit of its currency. */
  usdPerUnit: number;
  /** Unix milliseconds. */
  addedAt: number;
}

/** More than a deployment has in 13 months. The oldest are deleted. */
const MAX_BILLS = 200;

export const createBills = (sql: Sql) => ({
  /** Replaces the provider's bill of that month. */
  keep({ month, provider, lines, currency, usdPerUnit, addedAt }: StoredBill): void {
    const values = [month, provider, lines, currency, usdPerUnit, addedAt];
    sql.exec(
      'INSERT OR REPLACE INTO bills (month, provider, lines, currency, usdPerUnit, addedAt) VALUES (?, ?, ?, ?, ?, ?)',
      ...values,
    );
    sql.exec(
      `DELETE FROM bills WHERE (month, provider) NOT IN
        (SELECT month, provider FROM bills ORDER BY month DESC, provider LIMIT ?)`,
      MAX_BILLS,
    );
  },

  /** Newest month first. */
  all: (): StoredBill[] =>
    sql.exec('SELECT * FROM bills ORDER BY month DESC, provider').toArray() as unknown as StoredBill[],

  /** @param provider Absent: all of the month. @returns How many there were. */
  remove(month: string, provider?: string): number {
    const gone = sql.exec(
      'DELETE FROM bills WHERE month = ?1 AND (?2 IS NULL OR provider = ?2) RETURNING provider',
      ...[month, provider ?? null],
    );
    return gone.toArray().length;
  },
});
