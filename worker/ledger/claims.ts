/**
 * What KV alone cannot promise its writers, in the deployment's ledger: one change of a site at a time, an epoch that
 * never falls, and names of clients that are unique. Records themselves are in KV.
 *
 * A change begins here, writes KV and ends here. If its isolate dies in between, the site is free again after
 * {@link LEASE_MS}, and what is in KV counts, whether it was written or not. The epoch is raised here before the record
 * with it is written. A name is claimed before its key is written: without a key it is free again after {@link LAG_MS}.
 */
import type { Sql } from './sql.ts';

/** Longer than a change takes. */
const LEASE_MS = 30_000;
/** KV shows a write everywhere within a minute. Until then only this ledger knows what was written last. */
const LAG_MS = 60_000;

/** A change of a site that has begun. */
export interface SiteChange {
  lease: string;
  /** The highest epoch that the site has had. */
  epoch: number;
  /**
   * ETag of the record that was written last; null: it was deleted. Absent: the last write is long ago, and KV's own
   * ETag counts.
   */
  etag?: string | null;
}

/**
 * How a change ended: with this record (null: it was deleted), without a write, or with a write that failed and may
 * have been carried out.
 */
export type SiteChangeEnd = { etag: string | null } | 'unwritten' | 'unknown';

/** Only the deployment's ledger has these tables, so they are made with the first change. */
const TABLES = [
  `CREATE TABLE IF NOT EXISTS site_changes (
    site TEXT PRIMARY KEY, epoch INTEGER NOT NULL, etag TEXT, at INTEGER NOT NULL, lease TEXT,
    leaseUntil INTEGER NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS client_names (
    site TEXT NOT NULL, name TEXT NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (site, name)) WITHOUT ROWID`,
];

/** Times are Unix milliseconds. */
export function createClaims(sql: Sql) {
  let hasTables = false;
  function rows(query: string, ...bindings: (string | number | null)[]): Record<string, unknown>[] {
    if (!hasTables) for (const table of TABLES) sql.exec(table);
    hasTables = true;
    return sql.exec(query, ...bindings).toArray();
  }

  return {
    /** Sites whose last change has left a record. */
    sites: (): string[] =>
      rows('SELECT site FROM site_changes WHERE etag IS NOT NULL ORDER BY site').map(({ site }) => String(site)),

    /** @param lease A name that no other change has. @returns undefined while another change of the site runs. */
    beginSiteChange(site: string, lease: string, now: number): SiteChange | undefined {
      const [row] = rows('SELECT epoch, etag, at, lease, leaseUntil FROM site_changes WHERE site = ?', site);
      const isHeld = row !== undefined && row.lease !== null;
      if (isHeld && Number(row.leaseUntil) > now) return undefined;
      // A change that never ended may have written its record or not.
      const at = row && !isHeld ? Number(row.at) : 0;
      rows(
        `INSERT INTO site_changes VALUES (?1, 0, NULL, 0, ?2, ?3)
          ON CONFLICT (site) DO UPDATE SET lease = ?2, leaseUntil = ?3, at = ?4`,
        ...[site, lease, now + LEASE_MS, at],
      );
      const change = { lease, epoch: Number(row?.epoch ?? 0) };
      return at + LAG_MS > now ? { ...change, etag: row?.etag as string | null } : change;
    },

    raiseEpoch(site: string, epoch: number): void {
      rows('UPDATE site_changes SET epoch = max(epoch, ?2) WHERE site = ?1', site, epoch);
    },

    /** Ends a change. Does nothing where the change took so long that another one has begun. */
    endSiteChange(site: string, lease: string, end: SiteChangeEnd, now: number): void {
      const [etag, at] = typeof end === 'object' ? [end.etag, now] : [null, 0];
      const written = end === 'unwritten' ? '' : ', etag = ?3, at = ?4';
      const bindings = end === 'unwritten' ? [] : [etag, at];
      rows(`UPDATE site_changes SET lease = NULL${written} WHERE site = ?1 AND lease = ?2`, site, lease, ...bindings);
    },

    /**
     * Takes a name for a client whose key KV does not list. Idempotent by hash.
     *
     * @returns Whether no other key of the site has it.
     */
    claimClient(site: string, name: string, hash: string, now: number): boolean {
      const [row] = rows('SELECT hash, at FROM client_names WHERE site = ? AND name = ?', site, name);
      if (row && row.hash !== hash && Number(row.at) + LAG_MS > now) return false;
      rows('INSERT OR REPLACE INTO client_names VALUES (?, ?, ?, ?)', site, name, hash, now);
      return true;
    },

    holdsClient: (site: string, name: string, hash: string): boolean =>
      rows('SELECT 1 FROM client_names WHERE site = ? AND name = ? AND hash = ?', site, name, hash).length > 0,

    /** @param name Absent: all of the site. @returns Hashes of their keys. */
    freeClients: (site: string, name?: string): string[] =>
      rows(
        'DELETE FROM client_names WHERE site = ?1 AND name = coalesce(?2, name) RETURNING hash',
        ...[site, name ?? null],
      ).map(({ hash }) => String(hash)),
  };
}

/** What {@link createClaims} returns. */
export type Claims = ReturnType<typeof createClaims>;
