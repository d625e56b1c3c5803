import type { Salt } from '../auth/daily-salt.ts';
import { DAY_MS, dayOf } from '../shared/utc.ts';
import type { Sql } from './sql.ts';

/** The random salt of each UTC day, deleted when the day is over. Times are Unix milliseconds. */
export function createLedgerSalts(sql: Sql) {
  function forget(now: number): void {
    sql.exec('DELETE FROM salts WHERE day < ?', dayOf(now));
  }

  return {
    /** Deletes the salts of past days. */
    forget,
    /**
     * The salt of a day, drawn at its first use. Later calls return the same.
     *
     * @param day The day by the isolate's clock, `YYYY-MM-DD`. For a past day the answer is today's salt.
     * @param draw Draws 256 random bits as text.
     */
    of(day: string, now: number, draw: () => string): Salt {
      forget(now);
      const today = dayOf(now);
      // Clocks differ by less than a day, so a later day than tomorrow is not valid.
      const asked = day > today && day <= dayOf(now + DAY_MS) ? day : today;
      const [known] = sql.exec('SELECT salt FROM salts WHERE day = ?', asked).toArray();
      if (known) return { day: asked, salt: String(known.salt) };
      const salt = draw();
      sql.exec('INSERT INTO salts VALUES (?, ?)', asked, salt);
      return { day: asked, salt };
    },
  };
}

/** What {@link createLedgerSalts} returns. */
export type LedgerSalts = ReturnType<typeof createLedgerSalts>;
