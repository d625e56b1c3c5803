/**
 * Reservations: those that hold money, as rows and in memory, and a row for each that has ended. The row of an ended
 * reservation stays for some days, so that repeated and late messages are recognized. Times are Unix milliseconds.
 */
import { dayOf } from './budget.ts';
import { ASK_AFTER_MS, type Reservation, type Subject } from './reservation.ts';
import type { Sql } from './sql.ts';
import { countersOf } from './uses.ts';

const DAY_MS = 86_400_000;

/** A reservation that holds money, in micro-dollars. */
export interface Hold {
  id: string;
  run: string;
  micros: number;
  /** UTC day whose budget it takes from, `YYYY-MM-DD`. */
  day: string;
  /** The `Generation` that knows its outcome; null where none does. */
  owner: string | null;
  subject: Subject;
  /** Counts that are given back when it makes no picture. */
  counters: readonly string[];
  leaseUntil: number;
  /** When its owner may be asked for the outcome. */
  askAt: number;
}

/** `settled`: it counts as spent. `released`: it costs nothing, and can never be reserved later. */
export type EndState = 'settled' | 'released';

/** The reservations of one ledger. Every method is synchronous. */
export function createHolds(sql: Sql) {
  const held = new Map<string, Hold>();
  /** Micro-dollars by day. */
  const sums = new Map<string, number>();

  function reload(): void {
    held.clear();
    sums.clear();
    for (const row of sql.exec('SELECT * FROM holds').toArray()) {
      const { model, size, counters, ...rest } = row as unknown as Omit<Hold, 'subject' | 'counters'> &
        Subject & { counters: string };
      remember({ ...rest, subject: { model, size }, counters: JSON.parse(counters) });
    }
  }

  function remember(hold: Hold): void {
    held.set(hold.id, hold);
    sums.set(hold.day, (sums.get(hold.day) ?? 0) + hold.micros);
  }

  reload();

  return {
    /** A reservation that holds money. */
    find: (id: string): Hold | undefined => held.get(id),

    /** How a reservation has ended, as far as its row is kept. */
    endOf(id: string, now: number): EndState | undefined {
      const [row] = sql
        .exec(`SELECT state FROM ended WHERE day IN (?, ?, ?, ?) AND id = ?`, ...daysOf(now), id)
        .toArray();
      return row?.state as EndState | undefined;
    },

    /** Whether an attempt of a run was settled. It may have been a picture, so it counts as one. */
    hasSettled(run: string, now: number): boolean {
      const query = `SELECT 1 FROM ended WHERE day IN (?, ?, ?, ?) AND id >= ? AND id < ? AND state = 'settled' LIMIT 1`;
      // `;` follows `:`, so these are the ids of the run.
      return sql.exec(query, ...daysOf(now), `${run}:`, `${run};`).toArray().length > 0;
    },

    /** Holds the money of a reservation. */
    hold({ id, run, micros, subject, policies, leaseMs, ...rest }: Reservation, now: number): void {
      const owner = rest.owner ?? null;
      const leaseUntil = now + leaseMs;
      const askAt = owner === null ? leaseUntil : Math.min(leaseUntil, now + ASK_AFTER_MS);
      const hold = {
        id,
        run,
        micros,
        day: dayOf(now),
        owner,
        subject,
        counters: countersOf(policies),
        leaseUntil,
        askAt,
      };
      sql.exec(
        'INSERT INTO holds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        ...[id, run, micros, hold.day, owner, subject.model, subject.size],
        ...[JSON.stringify(hold.counters), leaseUntil, askAt],
      );
      remember(hold);
    },

    /** Ends a reservation, held or unknown. */
    end(id: string, state: EndState, now: number): void {
      const hold = held.get(id);
      if (hold) {
        sql.exec('DELETE FROM holds WHERE id = ?', id);
        held.delete(id);
        sums.set(hold.day, (sums.get(hold.day) ?? 0) - hold.micros);
      }
      sql.exec('INSERT OR IGNORE INTO ended VALUES (?, ?, ?)', dayOf(now), id, state);
    },

    /** Sets when a reservation's owner is asked next. */
    askAt(id: string, at: number): void {
      const hold = held.get(id);
      if (!hold) return;
      hold.askAt = at;
      sql.exec('UPDATE holds SET askAt = ? WHERE id = ?', at, id);
    },

    /** Micro-dollars held in a day, or a month `YYYY-MM`. */
    sum(period: string): number {
      let sum = 0;
      for (const [day, micros] of sums) if (day.startsWith(period)) sum += micros;
      return sum;
    },

    /** Reservations that hold money, oldest lease first. */
    all: (): Hold[] => byLease([...held.values()]),

    /** Those whose owner may be asked, oldest lease first. */
    due: (now: number): Hold[] => byLease([...held.values()].filter(({ askAt }) => askAt <= now)),

    /** Reads everything from the rows again. Call it after a step that was undone. */
    reload,
  };
}

const byLease = (holds: Hold[]): Hold[] => holds.sort((a, b) => a.leaseUntil - b.leaseUntil);

/** The days on which a reservation may have ended that a message may still name. */
const daysOf = (now: number): string[] => [-2, -1, 0, 1].map((days) => dayOf(now + days * DAY_MS));
