/** The days' random salts, each deleted when its day is over. Time and randomness are handed in. */
import type { Salt } from '../auth/daily-salt.ts';
import { dayOf } from './budget.ts';
import type { Sql } from './sql.ts';

const SCHEMA = 'CREATE TABLE IF NOT EXISTS salts (day TEXT PRIMARY KEY, salt TEXT NOT NULL)';
const DAY_MS = 86_400_000;

export function createLedgerSalts(sql: Sql) {
  sql.exec(SCHEMA);

  function forget(now: number): void {
    sql.exec('DELETE FROM salts WHERE day < ?', dayOf(now));
  }

  return {
    forget,
    /**
     * The salt of a day, made when it is first asked for.
     *
     * @param day As the isolate's clock has it. A day that is over is never salted again: the answer is today's.
     * @param draw Makes 256 random bits, as text.
     */
    of(day: string, now: number, draw: () => string): Salt {
      forget(now);
      const today = dayOf(now);
      // Clocks differ by less than a day; another day is none that has begun anywhere.
      const asked = day > today && day <= dayOf(now + DAY_MS) ? day : today;
      const [known] = sql.exec('SELECT salt FROM salts WHERE day = ?', asked).toArray();
      if (known) return { day: asked, salt: String(known.salt) };
      const salt = draw();
      sql.exec('INSERT INTO salts VALUES (?, ?)', asked, salt);
      return { day: asked, salt };
    },
  };
}

export type LedgerSalts = ReturnType<typeof createLedgerSalts>;
