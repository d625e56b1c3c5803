/**
 * The owner's pause of paid work, in the ledger that was paused: the deployment's, which tells every site's, or one
 * site's. A pause and its end have a version, so that a message that comes late changes nothing. Every method is one
 * synchronous step.
 */
import type { PauseNotice } from './loan.ts';
import type { Sql } from './sql.ts';

/** When paid work was stopped or resumed, Unix milliseconds, and by whom, as in the audit trail. */
export interface PausedBy {
  at: number;
  who: string;
}

export function createDeploymentPause(sql: Sql) {
  const setting = (name: string): unknown =>
    sql.exec('SELECT value FROM settings WHERE name = ?', name).toArray()[0]?.value;
  const keep = (name: string, value: string): void => {
    sql.exec('INSERT OR REPLACE INTO settings VALUES (?, ?)', name, value);
  };

  function pause(): PauseNotice {
    const isPaused = setting('paused') === '1';
    // Earlier versions wrote a pause without a version, and sites hear only versions above 0.
    return { version: Number(setting('pauseVersion') ?? isPaused), isPaused };
  }

  return {
    /** Whether paid work is stopped by this ledger's own owner. */
    pause,

    /** Stops or resumes paid work. The sites are told afterwards. */
    setPaused: (isPaused: boolean, by: PausedBy): void =>
      sql.atomically(() => {
        keep('pausedBy', JSON.stringify(by));
        keep('pauseVersion', String(pause().version + 1));
        keep('paused', isPaused ? '1' : '0');
      }),

    /** Since when and by whom paid work is stopped. undefined: it is not, or an earlier version did not write it. */
    pausedBy(): PausedBy | undefined {
      const by = setting('pausedBy');
      return by !== undefined && pause().isPaused ? (JSON.parse(String(by)) as PausedBy) : undefined;
    },

    /** Names of sites' ledgers that have not heard the last version. */
    unheard: (): string[] =>
      sql
        .exec('SELECT name FROM borrowers WHERE pauseHeard < ?', pause().version)
        .toArray()
        .map(({ name }) => String(name)),

    /** Notes that a site's ledger has heard a version. */
    heard(site: string, version: number): void {
      sql.exec('UPDATE borrowers SET pauseHeard = max(pauseHeard, ?) WHERE name = ?', version, site);
    },
  };
}
