import type { KeyHealth } from '../providers/key-health.ts';
import { DAY_MS } from '../shared/utc.ts';
import type { Sql } from './sql.ts';

/** A report on a provider's key. */
export interface ReportedKeyHealth extends KeyHealth {
  /** When the ledger got the report, Unix milliseconds. */
  toldAt: number;
}

/** A key that was removed from the configuration gets no more reports; its last one is deleted after this time. */
const KEEP_MS = 30 * DAY_MS;

/** The last report on each provider, key and model, for the owner's health page. Every method is synchronous. */
export function createProviderHealth(sql: Sql) {
  return {
    /** Stores a report; the last one counts. @param now Unix milliseconds. */
    note(health: KeyHealth, now: number): void {
      const { provider, key = 0, model = '' } = health;
      sql.exec('DELETE FROM lanes WHERE toldAt < ?', now - KEEP_MS);
      sql.exec(
        'INSERT OR REPLACE INTO lanes VALUES (?, ?, ?, ?, ?)',
        ...[provider, key, model, JSON.stringify(health), now],
      );
    },

    /** By provider, key and model. */
    all: (): ReportedKeyHealth[] =>
      sql
        .exec('SELECT news, toldAt FROM lanes ORDER BY provider, key, model')
        .toArray()
        .map(({ news, toldAt }) => ({ ...(JSON.parse(news as string) as KeyHealth), toldAt: Number(toldAt) })),
  };
}

/** What {@link createProviderHealth} returns. */
export type ProviderHealth = ReturnType<typeof createProviderHealth>;
