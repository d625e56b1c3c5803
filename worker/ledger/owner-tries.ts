/**
 * Wrong admin tokens by address, in the deployment's ledger: the exact limit behind the burst limit. An address without
 * a wrong token is never locked, so a stranger cannot lock the owner out.
 */
import type { Sql } from './sql.ts';

const WINDOW_MS = 600_000;
const MAX_WRONG = 10;
/**
 * Wrong tokens of all addresses in a window. Past it an attack comes from many addresses, and each has a single one.
 */
const MAX_WRONG_IN_ALL = 100;
/** Addresses that are remembered in a window. */
const MAX_ADDRESSES = 10_000;

/** Only the deployment's ledger has this table, so it is made with the first token that it judges. */
const TABLE =
  'CREATE TABLE IF NOT EXISTS owner_tries (prefix TEXT PRIMARY KEY, wrong INTEGER NOT NULL, since INTEGER NOT NULL)';

export function createOwnerTries(sql: Sql) {
  let hasTable = false;
  const number = (query: string, ...bindings: (string | number)[]): number =>
    Number(Object.values(sql.exec(query, ...bindings).toArray()[0] ?? { none: 0 })[0] ?? 0);

  return {
    /**
     * @param prefix A hash of the address prefix.
     * @param now Unix milliseconds.
     * @returns Seconds for which the address is locked; 0: it is not, and a wrong token has been counted.
     */
    judge(prefix: string, isRight: boolean, now: number): number {
      if (!hasTable) sql.exec(TABLE);
      hasTable = true;
      const [row] = sql.exec('SELECT wrong, since FROM owner_tries WHERE prefix = ?', prefix).toArray();
      const ends = row ? Number(row.since) + WINDOW_MS : now;
      const wrong = ends > now ? Number(row?.wrong) : 0;
      if (wrong === 0 && isRight) return 0;
      const inAll = number('SELECT sum(wrong) FROM owner_tries WHERE since > ?', now - WINDOW_MS);
      if (wrong >= (inAll < MAX_WRONG_IN_ALL ? MAX_WRONG : 1)) return Math.max(1, Math.ceil((ends - now) / 1000));
      if (isRight) return 0;
      sql.exec('DELETE FROM owner_tries WHERE since <= ?', now - WINDOW_MS);
      if (number('SELECT count(*) FROM owner_tries') >= MAX_ADDRESSES) {
        sql.exec('DELETE FROM owner_tries WHERE prefix IN (SELECT prefix FROM owner_tries ORDER BY since LIMIT 1)');
      }
      sql.exec(
        'INSERT INTO owner_tries VALUES (?, 1, ?) ON CONFLICT (prefix) DO UPDATE SET wrong = wrong + 1',
        ...[prefix, now],
      );
      return 0;
    },
  };
}

/** What {@link createOwnerTries} returns. */
export type OwnerTries = ReturnType<typeof createOwnerTries>;
