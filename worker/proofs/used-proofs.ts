/** The used proofs of one site, in the SQLite of its `Proofs` object. Times are Unix milliseconds. */
import type { Sql } from '../ledger/sql.ts';

/** Clocks differ. A proof is remembered until no isolate takes it for valid any more. */
const SKEW_MS = 60_000;
/** Rows at most, some 100 MB. One object cannot take more proofs within the life of one. */
const MAX_ROWS = 1_000_000;

/** The object `Proofs` of a site, as the worker calls it. */
export interface UsedProofs {
  /**
   * Records a proof.
   *
   * @param id Names the proof.
   * @param expiresAt End of its life.
   * @returns Whether this is its first use. Throws if there is no room for it.
   */
  use(id: string, expiresAt: number): boolean | Promise<boolean>;
}

export function createUsedProofs(sql: Sql, maxRows = MAX_ROWS) {
  sql.exec('CREATE TABLE IF NOT EXISTS used (id TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID');
  const countRows = () => Number(sql.exec('SELECT COUNT(*) AS count FROM used').toArray()[0]?.count);
  let rows = countRows();

  return {
    /** As {@link UsedProofs.use}. */
    use(id: string, expiresAt: number): boolean {
      const [known] = sql.exec('SELECT 1 FROM used WHERE id = ?', id).toArray();
      if (known) return false;
      if (rows >= maxRows) throw new Error('there is no room for more used proofs');
      sql.exec('INSERT INTO used VALUES (?, ?)', id, expiresAt + SKEW_MS);
      rows += 1;
      return true;
    },
    /** Deletes proofs that have expired. @returns When the next one will; undefined if none is left. */
    forget(now: number): number | undefined {
      sql.exec('DELETE FROM used WHERE expires_at <= ?', now);
      rows = countRows();
      const [first] = sql.exec('SELECT MIN(expires_at) AS at FROM used').toArray();
      return rows === 0 ? undefined : Number(first?.at);
    },
  };
}
