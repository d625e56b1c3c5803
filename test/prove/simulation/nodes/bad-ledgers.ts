/**
 * Three ledgers that are known to be bad, as gateways have them. The checker proves something only if it fails them.
 */
import { dayOf } from '../../../../worker/ledger/budget.ts';
import type { Reservation, Settlement } from '../../../../worker/ledger/reservation.ts';
import type { Failure } from '../../../../worker/shared/failure.ts';
import type { InvariantName } from '../invariants/checker.ts';
import { type LedgerNode, type LedgerRoom, type MakeLedger, makeLedger } from './ledger-node.ts';

export interface BadLedger {
  name: string;
  /** The rule that it breaks. */
  rule: InvariantName;
  make: MakeLedger;
}

const NOT_FITTING: Failure = { reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: 60 };

/** A counter in KV: it reads, then writes, so that one of two concurrent writes is lost. */
const makeReadThenWrite: MakeLedger = (room) => {
  const rows = createRows(room);
  return rows.ledger(async (asked) => {
    const day = dayOf(room.now());
    const before = rows.counter(day);
    await room.wait(5);
    if (!fits(before + asked.micros, asked)) return NOT_FITTING;
    await room.wait(5);
    rows.setCounter(day, before + asked.micros);
    rows.hold(asked);
    return undefined;
  });
};

/** An object with an `await` between reading the balance and writing the reservation. */
const makeAwaiting: MakeLedger = (room) => {
  const rows = createRows(room);
  return rows.ledger(async (asked) => {
    const taken = rows.taken(dayOf(room.now()));
    await room.wait(5);
    if (!fits(taken + asked.micros, asked)) return NOT_FITTING;
    rows.hold(asked);
    return undefined;
  });
};

/** The real ledger without the end of leases: a crash leaves its money held for ever. */
const makeForgetful: MakeLedger = (room) => ({ ...makeLedger(room), alarm: async () => undefined });

export const BAD_LEDGERS: readonly BadLedger[] = [
  { name: 'reads a counter and then writes it', rule: 'neverOverACap', make: makeReadThenWrite },
  { name: 'awaits between read and write', rule: 'neverOverACap', make: makeAwaiting },
  { name: 'forgets its leases', rule: 'booksAgree', make: makeForgetful },
];

const fits = (micros: number, { caps }: Reservation): boolean => caps.every((cap) => micros <= cap.micros);

/** Creates the rows that the recorder reads. */
function createRows({ sql, now }: LedgerRoom) {
  sql.exec('CREATE TABLE IF NOT EXISTS reservations (id TEXT PRIMARY KEY, state TEXT, micros INTEGER, day TEXT)');
  sql.exec('CREATE TABLE IF NOT EXISTS days (day TEXT PRIMARY KEY, settled INTEGER, overrun INTEGER)');
  sql.exec('CREATE TABLE IF NOT EXISTS counters (day TEXT PRIMARY KEY, micros INTEGER)');
  const sum = (query: string, day: string): number => Number(sql.exec(query, day).toArray()[0]?.sum ?? 0);
  const find = (id: string) => sql.exec('SELECT state, micros, day FROM reservations WHERE id = ?', id).toArray()[0];

  function hold({ id, micros }: Reservation): void {
    sql.atomically(() => {
      sql.exec("INSERT OR IGNORE INTO reservations VALUES (?, 'held', ?, ?)", id, micros, dayOf(now()));
    });
  }

  function release(id: string): void {
    sql.atomically(() => {
      sql.exec("UPDATE reservations SET state = 'released' WHERE id = ? AND state = 'held'", id);
    });
  }

  function settle(id: string, settlement: Settlement): void {
    sql.atomically(() => {
      const row = find(id);
      if (row?.state !== 'held') return;
      const micros = Math.min(settlement.micros, Number(row.micros));
      sql.exec("UPDATE reservations SET state = 'settled' WHERE id = ?", id);
      sql.exec(
        `INSERT INTO days VALUES (?, ?, ?) ON CONFLICT (day)
          DO UPDATE SET settled = settled + excluded.settled, overrun = overrun + excluded.overrun`,
        ...[String(row.day), micros, settlement.micros - micros],
      );
    });
  }

  return {
    hold,
    counter: (day: string) => sum('SELECT micros AS sum FROM counters WHERE day = ?', day),
    setCounter: (day: string, micros: number) => sql.exec('INSERT OR REPLACE INTO counters VALUES (?, ?)', day, micros),
    taken: (day: string) =>
      sum("SELECT sum(micros) AS sum FROM reservations WHERE day = ? AND state <> 'released'", day),
    ledger(reserve: LedgerNode['reserve']): LedgerNode {
      const confirm = (): undefined => undefined;
      return { reserve, confirm, release, settle, setPaused: () => undefined, alarm: async () => undefined };
    },
  };
}
