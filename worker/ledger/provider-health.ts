/** How the providers' keys stand, as whichever isolate noticed last: the rows behind the owner's health page. */
import type { KeyHealth } from '../providers/key-health.ts';
import type { Sql } from './sql.ts';

export interface ReportedKeyHealth extends KeyHealth {
  /** Unix milliseconds. */
  toldAt: number;
}

/** Of a key that was taken out of the list nothing more is heard. */
const KEEP_MS = 30 * 86_400_000;

/**
 * The table keeps the name that it was made with. `key` is 0 for all keys, `model` empty for all models: a primary key
 * takes no NULL for equal.
 */
const SCHEMA = `CREATE TABLE IF NOT EXISTS lanes (
  provider TEXT NOT NULL, key INTEGER NOT NULL, model TEXT NOT NULL, news TEXT NOT NULL, toldAt INTEGER NOT NULL,
  PRIMARY KEY (provider, key, model))`;

export function createProviderHealth(sql: Sql) {
  sql.exec(SCHEMA);

  return {
    note(health: KeyHealth, now: number): void {
      const { provider, key = 0, model = '' } = health;
      sql.exec('DELETE FROM lanes WHERE toldAt < ?', now - KEEP_MS);
      sql.exec(
        'INSERT OR REPLACE INTO lanes VALUES (?, ?, ?, ?, ?)',
        ...[provider, key, model, JSON.stringify(health), now],
      );
    },

    all: (): ReportedKeyHealth[] =>
      sql
        .exec('SELECT news, toldAt FROM lanes ORDER BY provider, key, model')
        .toArray()
        .map(({ news, toldAt }) => ({ ...(JSON.parse(news as string) as KeyHealth), toldAt: Number(toldAt) })),
  };
}

export type ProviderHealth = ReturnType<typeof createProviderHealth>;
