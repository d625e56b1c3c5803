/**
 * The logic of a `Ledger` on its SQLite rows. Every method is synchronous and atomic. Nothing awaits between reading
 * what is left and writing what is taken, so two callers never get the same money. Times are Unix milliseconds, and
 * callers pass them in.
 *
 * A reservation's row stays after the reservation has ended, so that repeated and late messages are recognized. A
 * repeated request gets the same answer. A release that overtakes its own reservation prevents it.
 */
import { judgeUses } from '../limits/exact-count.ts';
import type { WindowPolicy } from '../limits/policies.ts';
import type { Failure } from '../shared/failure.ts';
import { dayOf, judgeBudget, type Taken } from './budget.ts';
import { createLedgerDebts } from './debts.ts';
import type { Cap, Reservation, Settlement, Subject } from './reservation.ts';
import type { Sql } from './sql.ts';
import { createLedgerUsage, KEEP_DAYS } from './usage.ts';

/** Finished reservations are deleted this long after their lease: longer than any message takes. */
const KEEP_MS = 86_400_000;

/** A reservation whose lease has ended. `owner`: the `Generation` to ask, or null. */
export interface DueLease {
  id: string;
  owner: string | null;
}

interface Row {
  id: string;
  run: string;
  state: 'held' | 'settled' | 'released';
  micros: number;
  day: string;
  subject: Subject;
}

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS reservations (
    id TEXT PRIMARY KEY, run TEXT NOT NULL, state TEXT NOT NULL, micros INTEGER NOT NULL, day TEXT NOT NULL,
    owner TEXT, model TEXT NOT NULL, size TEXT NOT NULL, leaseUntil INTEGER NOT NULL, askAt INTEGER NOT NULL)`,
  'CREATE INDEX IF NOT EXISTS reservations_held ON reservations (state, day)',
  'CREATE INDEX IF NOT EXISTS reservations_due ON reservations (state, askAt)',
  'CREATE INDEX IF NOT EXISTS reservations_run ON reservations (run)',
  'CREATE TABLE IF NOT EXISTS uses (run TEXT NOT NULL, name TEXT NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL)',
  'CREATE INDEX IF NOT EXISTS uses_who ON uses (name, who, at)',
  'CREATE INDEX IF NOT EXISTS uses_run ON uses (run)',
  'CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)',
];

/** The ledger on an object's SQLite. Creates its tables when they are missing. */
export function createLedgerMachine(sql: Sql) {
  for (const statement of SCHEMA) sql.exec(statement);
  const usage = createLedgerUsage(sql);
  const debts = createLedgerDebts(sql, usage);

  function find(id: string): Row | undefined {
    const [row] = sql.exec('SELECT * FROM reservations WHERE id = ?', id).toArray();
    return row && ({ ...row, subject: { model: row.model, size: row.size } } as unknown as Row);
  }

  const setting = (name: string): string | undefined =>
    sql.exec('SELECT value FROM settings WHERE name = ?', name).toArray()[0]?.value as string | undefined;

  const isPaused = (): boolean => setting('paused') === '1';

  function heldIn(day: string, period: Cap['period']): number {
    const [row] =
      period === 'day'
        ? sql.exec("SELECT sum(micros) AS held FROM reservations WHERE state = 'held' AND day = ?", day).toArray()
        : sql
            .exec(
              "SELECT sum(micros) AS held FROM reservations WHERE state = 'held' AND day BETWEEN ? AND ?",
              `${day.slice(0, 7)}-01`,
              `${day.slice(0, 7)}-31`,
            )
            .toArray();
    return Number(row?.held ?? 0);
  }

  const takenOf = (period: Cap['period'], day: string): Taken => ({
    ...usage.totals(day, period),
    held: heldIn(day, period),
    owed: debts.owed(period, day),
  });

  function usesOf({ name, who, windowSeconds }: WindowPolicy, now: number): number[] {
    const since = now - windowSeconds * 1000;
    return sql
      .exec('SELECT at FROM uses WHERE name = ? AND who = ? AND at > ? ORDER BY at', name, who, since)
      .toArray()
      .map(({ at }) => Number(at));
  }

  function judgeCounts(policies: readonly WindowPolicy[], now: number): Failure | undefined {
    for (const policy of policies) {
      const full = judgeUses(policy, usesOf(policy, now), now);
      if (full) return { reason: policy.reason, limit: policy.limit, ...full };
    }
    return undefined;
  }

  /** A later attempt of a run is for the same picture, which was counted with the first. Only attempts count again. */
  const policiesFor = ({ policies, replaces }: Reservation): readonly WindowPolicy[] =>
    replaces === undefined ? policies : policies.filter(({ perAttempt }) => perAttempt);

  /** Attempts have a run name of their own, so that `free` does not give them back with the run's pictures. */
  function noteUses(policies: readonly WindowPolicy[], run: string, now: number): void {
    for (const { name, who, perAttempt } of policies) {
      sql.exec('INSERT INTO uses VALUES (?, ?, ?, ?)', perAttempt ? `attempts of ${run}` : run, name, who, now);
    }
  }

  function judge(reservation: Reservation, now: number): Failure | undefined {
    if (isPaused()) return { reason: 'SITE_PAUSED' };
    const full = judgeCounts(policiesFor(reservation), now);
    if (full) return full;
    const day = dayOf(now);
    for (const cap of reservation.caps) debts.note(cap, day);
    return judgeBudget(
      reservation.micros,
      reservation.caps.map((cap) => ({ ...cap, taken: takenOf(cap.period, day) })),
      now,
    );
  }

  function write(reservation: Reservation, state: Row['state'], now: number): void {
    const leaseUntil = now + reservation.leaseMs;
    sql.exec(
      'INSERT INTO reservations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ...[reservation.id, reservation.run, state, reservation.micros, dayOf(now), reservation.owner ?? null],
      ...[reservation.subject.model, reservation.subject.size, leaseUntil, leaseUntil],
    );
  }

  /** An attempt that was settled in full at the end of its lease may have been a picture, so it counts as one. */
  const hasSettled = (run: string): boolean =>
    sql.exec("SELECT 1 FROM reservations WHERE run = ? AND state = 'settled' LIMIT 1", run).toArray().length > 0;

  /**
   * Frees the money of an attempt that did not run. The run's uses are given back too, unless another attempt follows.
   */
  function free(id: string, run: string, isReplaced: boolean): void {
    sql.exec("UPDATE reservations SET state = 'released' WHERE id = ? AND state = 'held'", id);
    if (isReplaced || hasSettled(run)) return;
    sql.exec('DELETE FROM uses WHERE run = ?', run);
  }

  /** Records the cost. Idempotent: the first settlement counts. @returns The overrun, in micro-dollars. */
  const settle = (id: string, settlement: Settlement, now: number): number =>
    sql.atomically(() => {
      const known = find(id);
      if (known?.state !== 'held') return 0;
      sql.exec("UPDATE reservations SET state = 'settled' WHERE id = ?", id);
      const micros = Math.min(settlement.micros, known.micros);
      const overrun = settlement.micros - micros;
      usage.note({ day: known.day, subject: known.subject, micros, overrun, settlement, run: known.run }, now);
      debts.changed(known.day);
      return overrun;
    });

  return {
    usage,
    isPaused,

    setPaused(paused: boolean): void {
      sql.exec('INSERT OR REPLACE INTO settings VALUES (?, ?)', 'paused', paused ? '1' : '0');
    },

    /** Holds money. Idempotent by id. @returns Why not; undefined when the money is held. */
    reserve: (reservation: Reservation, now: number): Failure | undefined =>
      sql.atomically(() => {
        const known = find(reservation.id);
        // The reservation was released or settled before this message came, so its sender has given up.
        if (known) return known.state === 'held' ? undefined : OVERTAKEN;
        if (reservation.replaces !== undefined) free(reservation.replaces, reservation.run, true);
        const refused = judge(reservation, now);
        if (refused) {
          if (reservation.replaces !== undefined) free(reservation.replaces, reservation.run, false);
          return refused;
        }
        write(reservation, 'held', now);
        noteUses(policiesFor(reservation), reservation.run, now);
        return undefined;
      }),

    /** Counts an attempt of a free call. Not idempotent. @returns Why it may not be made. */
    attempt: (policies: readonly WindowPolicy[], now: number): Failure | undefined =>
      sql.atomically(() => {
        const full = judgeCounts(policies, now);
        if (!full) noteUses(policies, 'none', now);
        return full;
      }),

    /** Checks that the money of an id is still held and paid work is not paused. @returns Why not. */
    confirm(id: string): Failure | undefined {
      if (find(id)?.state !== 'held') return OVERTAKEN;
      return isPaused() ? { reason: 'SITE_PAUSED' } : undefined;
    },

    /**
     * Frees the money of an attempt that provably did not run. Idempotent. An unknown id can never be reserved later.
     */
    release: (id: string, now: number): void =>
      sql.atomically(() => {
        const known = find(id);
        if (known) {
          if (known.state === 'held') free(id, known.run, false);
          return;
        }
        const [run = id] = id.split(':');
        const nothing = { id, run, micros: 0, leaseMs: 0, subject: NO_SUBJECT, caps: [], policies: [] } as const;
        write(nothing, 'released', now);
      }),

    settle,

    /** Leases that have ended, at most 100. Their money stays held until their outcome is known. */
    due: (now: number): DueLease[] =>
      sql
        .exec("SELECT id, owner FROM reservations WHERE state = 'held' AND askAt <= ? LIMIT 100", now)
        .toArray() as unknown as DueLease[],

    /** Sets the time at which a lease is due again. */
    askAgainAt(id: string, at: number): void {
      sql.exec('UPDATE reservations SET askAt = ? WHERE id = ?', at, id);
    },

    /** Settles a lease with an unknown outcome as spent in full. Idempotent. */
    settleInFull(id: string, now: number): void {
      const known = find(id);
      if (known) settle(id, { micros: known.micros, provider: 'unknown', outcome: 'unknown' }, now);
    },

    /** When the next lease is due; undefined when no money is held. */
    nextDue: (): number | undefined => {
      const [row] = sql.exec("SELECT min(askAt) AS at FROM reservations WHERE state = 'held'").toArray();
      return row?.at === null || row?.at === undefined ? undefined : Number(row.at);
    },

    /** What the period of a UTC day has taken so far. */
    taken: takenOf,

    /** Reservations that hold money, by the end of their lease; at most 1,000. */
    open: (): { id: string; micros: number; leaseUntil: number }[] =>
      sql
        .exec("SELECT id, micros, leaseUntil FROM reservations WHERE state = 'held' ORDER BY leaseUntil LIMIT 1000")
        .toArray() as unknown as { id: string; micros: number; leaseUntil: number }[],

    /** Deletes rows that are past their retention. */
    forget(now: number): void {
      sql.exec("DELETE FROM reservations WHERE state <> 'held' AND leaseUntil < ?", now - KEEP_MS);
      sql.exec('DELETE FROM uses WHERE at < ?', now - 2 * KEEP_MS);
      debts.forget(dayOf(now - KEEP_DAYS * KEEP_MS));
      usage.forget(now);
    },
  };
}

/** What {@link createLedgerMachine} returns. */
export type LedgerMachine = ReturnType<typeof createLedgerMachine>;

const NO_SUBJECT = { model: '', size: '1K' } as const;

/** Only a run that was already given up gets this failure. */
const OVERTAKEN: Failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'the reservation was undone' };
