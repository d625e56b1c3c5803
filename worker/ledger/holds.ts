/**
 * The rows of reservations. One that holds money is a hold: a row, also kept in memory with its sums. One that has
 * ended leaves a row for some days, so that repeated and late messages are recognized. Times are Unix milliseconds.
 */
import { purseIdOf, VISITORS } from '../limits/purses.ts';
import { DAY_MS, dayOf } from '../shared/utc.ts';
import { createPurses, NOTHING } from './purses.ts';
import { ASK_AFTER_MS, type Reservation, type Subject } from './reservation.ts';
import type { Sql } from './sql.ts';
import { countersOf } from './uses.ts';

/** A reservation that holds money, in micro-dollars. */
export interface Hold {
  id: string;
  run: string;
  micros: number;
  /** UTC day whose budget it takes from, `YYYY-MM-DD`. */
  day: string;
  /** Name of the `Generation` that knows its outcome; null: no object does (`no-store`). */
  owner: string | null;
  subject: Subject;
  /** Its counts, from `countersOf`. */
  counters: readonly string[];
  /** Ids of the purses that it takes from. */
  purses: readonly string[];
  leaseUntil: number;
  /** When its owner may be asked for the outcome. */
  askAt: number;
  /** When it was granted. null: rows of earlier versions do not say. */
  at: number | null;
}

/** `settled`: it counts as spent. `released`: it costs nothing, and can never be reserved later. */
export type EndState = 'settled' | 'released';

/** The columns that hold a list as JSON. */
type Lists = 'counters' | 'purses';

/** The reservations of one ledger. Every method is synchronous. */
export function createHolds(sql: Sql) {
  const held = new Map<string, Hold>();
  /** Micro-dollars by day, of all and of visitors. */
  const sums = new Map<string, { all: number; visitors: number }>();
  /** Reservations that hold money, by counter. */
  const underWay = new Map<string, number>();
  const purses = createPurses(sql);

  function reload(): void {
    held.clear();
    sums.clear();
    underWay.clear();
    purses.reload();
    for (const row of sql.exec('SELECT * FROM holds').toArray()) {
      const { model, size, counters, purses, ...rest } = row as unknown as Omit<Hold, 'subject' | Lists> &
        Subject &
        Record<Lists, string>;
      remember({ ...rest, subject: { model, size }, counters: JSON.parse(counters), purses: JSON.parse(purses) });
    }
  }

  function remember(hold: Hold): void {
    held.set(hold.id, hold);
    addUp(hold, 1);
  }

  /** @param sign -1 where a hold has ended. */
  function addUp({ day, purses, counters, micros }: Hold, sign: 1 | -1): void {
    const { all, visitors } = sums.get(day) ?? { all: 0, visitors: 0 };
    const more = purses.includes(VISITORS) ? micros : 0;
    sums.set(day, { all: all + sign * micros, visitors: visitors + sign * more });
    for (const counter of counters) {
      const count = (underWay.get(counter) ?? 0) + sign;
      if (count > 0) underWay.set(counter, count);
      else underWay.delete(counter);
    }
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
        purses: [...new Set(rest.purses.map(purseIdOf))],
        leaseUntil,
        askAt,
        at: now,
      };
      sql.exec(
        `INSERT INTO holds (id, run, micros, day, owner, model, size, counters, leaseUntil, askAt, purses, at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[id, run, micros, hold.day, owner, subject.model, subject.size],
        ...[JSON.stringify(hold.counters), leaseUntil, askAt, JSON.stringify(hold.purses), now],
      );
      remember(hold);
      purses.note(hold.day, hold.purses, { ...NOTHING, held: micros });
    },

    /**
     * Ends a reservation, held or unknown.
     *
     * @param spent What it has cost, with its overrun, and the pictures that came of it.
     */
    end(id: string, state: EndState, now: number, { cost, pictures } = FREE): void {
      const hold = held.get(id);
      const day = dayOf(now);
      if (hold) {
        sql.exec('DELETE FROM holds WHERE id = ?', id);
        held.delete(id);
        addUp(hold, -1);
      }
      // After midnight the purses of the day before are no longer asked for.
      const took = hold && hold.day === day && cost > 0 && hold.purses.length > 0;
      sql.exec(
        'INSERT OR IGNORE INTO ended (day, id, state, micros, purses, at, pictures) VALUES (?, ?, ?, ?, ?, ?, ?)',
        ...[day, id, state, took ? cost : null, took ? JSON.stringify(hold.purses) : null, now, took ? pictures : null],
      );
      const settled = took ? { settled: cost, pictures, lastAt: now } : {};
      if (hold) purses.note(hold.day, hold.purses, { ...NOTHING, held: -hold.micros, ...settled });
    },

    /** Number of reservations that hold money and have a counter. */
    underWay: (counter: string): number => underWay.get(counter) ?? 0,

    /** What was taken of a purse on a day, `YYYY-MM-DD`. */
    takenOf: purses.taken,
    /** What was taken of all purses of a day. */
    purses: purses.all,

    /** Sets when a reservation's owner is asked next. */
    askAt(id: string, at: number): void {
      const hold = held.get(id);
      if (!hold) return;
      hold.askAt = at;
      sql.exec('UPDATE holds SET askAt = ? WHERE id = ?', at, id);
    },

    /** Micro-dollars held in a day or month, by its name. @param of `visitors`: only what visitors hold. */
    sum(period: string, of: 'all' | 'visitors' = 'all'): number {
      let sum = 0;
      for (const [day, micros] of sums) if (day.startsWith(period)) sum += micros[of];
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

const FREE = { cost: 0, pictures: 0 };

const byLease = (holds: Hold[]): Hold[] => holds.sort((a, b) => a.leaseUntil - b.leaseUntil);

/** The days on which a reservation may have ended that a message may still name. */
const daysOf = (now: number): string[] => [-2, -1, 0, 1].map((days) => dayOf(now + days * DAY_MS));
