/**
 * Ledgers that are known to be bad, as gateways have them, and escrow schemes that are. The checker proves something
 * only if it fails them.
 */

import { createLender } from '../../../../worker/ledger/lender.ts';
import type { BorrowerReport, LoanAnswer } from '../../../../worker/ledger/loan.ts';
import type { Reservation, Settlement } from '../../../../worker/ledger/reservation.ts';
import { DEPLOYMENT } from '../../../../worker/ledger/rpc.ts';
import { openTables } from '../../../../worker/ledger/schema.ts';
import type { Failure } from '../../../../worker/shared/failure.ts';
import { dayOf } from '../../../../worker/shared/utc.ts';
import type { InvariantName } from '../invariants/checker.ts';
import { type LedgerNode, type LedgerRoom, type MakeLedger, makeLedger } from './ledger-node.ts';

export interface BadLedger {
  name: string;
  /** The rule that it breaks. */
  rule: InvariantName;
  make: MakeLedger;
  /** A world that finds it. Where that one no longer does, another is looked for. */
  world?: number;
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

/** The real ledger without its alarm, and without questions: a crash leaves its money held for ever. */
const makeForgetful: MakeLedger = (room) => {
  const running = Object.create(room, { ask: { value: async () => ({ state: 'running', isRecorded: false }) } });
  return { ...makeLedger(running), alarm: async () => undefined };
};

/** A lender that tells a grant and counts it a moment later. */
const makeLateLender: MakeLedger = (room) => {
  const ledger = makeLedger(room);
  const { sql, now } = room;
  return {
    ...ledger,
    async draw(site, draw) {
      const lender = createLender(sql);
      let answer: LoanAnswer | undefined;
      try {
        sql.atomically(() => {
          ({ answer } = lender.serve(site, draw, now()));
          throw UNCOUNTED;
        });
      } catch (error) {
        if (error !== UNCOUNTED) throw error;
      }
      void room.wait(50).then(() => ledger.draw(site, draw));
      return answer!;
    },
  };
};

const UNCOUNTED = new Error('the grant is not counted yet');

/** A lender that adds what a site says that it gives back, to what it has read in an earlier message. */
const makeAddingLender: MakeLedger = (room) => {
  const heard = new Map<string, number>();
  function added(site: string, report: BorrowerReport): BorrowerReport {
    const slices = Object.entries(report.slices).map(([account, slice]) => {
      const name = `${site} ${account}`;
      heard.set(name, (heard.get(name) ?? 0) + slice.back);
      return [account, { ...slice, back: heard.get(name)! }] as const;
    });
    return { ...report, slices: Object.fromEntries(slices) };
  }
  const borrower: LedgerRoom['borrower'] = (site) => {
    const real = room.borrower(site);
    return { ...real, recall: async (notice) => added(site, await real.recall(notice)) };
  };
  const ledger = makeLedger(Object.create(room, { borrower: { value: borrower } }));
  return { ...ledger, draw: (site, draw) => ledger.draw(site, { ...draw, report: added(site, draw.report) }) };
};

/** A lender whose loans are only in memory. */
const makeForgettingLender: MakeLedger = (room) => {
  const ledger = makeLedger(room);
  if (room.name === DEPLOYMENT) room.sql.exec('DELETE FROM loans');
  return ledger;
};

export const BAD_LEDGERS: readonly BadLedger[] = [
  { name: 'reads a counter and then writes it', rule: 'neverOverACap', make: makeReadThenWrite },
  { name: 'awaits between read and write', rule: 'neverOverACap', make: makeAwaiting },
  { name: 'forgets its leases', rule: 'booksAgree', make: makeForgetful },
  { name: 'counts a slice after it has told of it', rule: 'neverOverACap', world: 10, make: makeLateLender },
  { name: 'counts a slice as given back twice', rule: 'neverOverACap', world: 10, make: makeAddingLender },
  { name: 'forgets in a crash what it has lent', rule: 'neverOverACap', world: 53, make: makeForgettingLender },
];

const fits = (micros: number, { caps }: Reservation): boolean => caps.every((cap) => micros <= cap.micros);

/** A ledger on the rows that the recorder reads, without any loans. */
function createRows(room: LedgerRoom) {
  const { sql, now } = room;
  openTables(sql);
  sql.exec('CREATE TABLE IF NOT EXISTS counters (day TEXT PRIMARY KEY, micros INTEGER)');
  const sum = (query: string, day: string): number => Number(sql.exec(query, day).toArray()[0]?.sum ?? 0);
  const find = (id: string) => sql.exec('SELECT micros, day FROM holds WHERE id = ?', id).toArray()[0];

  function hold({ id, run, micros }: Reservation): void {
    sql.atomically(() => {
      if (sql.exec('SELECT 1 FROM ended WHERE id = ?', id).toArray().length > 0) return;
      const day = dayOf(now());
      sql.exec(
        `INSERT OR IGNORE INTO holds (id, run, micros, day, model, size, counters, leaseUntil, askAt)
          VALUES (?, ?, ?, ?, '', '', '[]', 0, 0)`,
        ...[id, run, micros, day],
      );
    });
  }

  function end(id: string, state: string): void {
    sql.exec('DELETE FROM holds WHERE id = ?', id);
    sql.exec('INSERT OR IGNORE INTO ended (day, id, state) VALUES (?, ?, ?)', dayOf(now()), id, state);
  }

  function settle(id: string, settlement: Settlement): void {
    sql.atomically(() => {
      const row = find(id);
      if (!row) return;
      end(id, 'settled');
      const micros = Math.min(settlement.micros, Number(row.micros));
      sql.exec(
        `INSERT INTO usage (day, model, size, provider, pictures, costMicros, overrunMicros)
          VALUES (?, '', '', '', 1, ?, ?) ON CONFLICT (day, model, size, provider)
          DO UPDATE SET costMicros = costMicros + excluded.costMicros,
            overrunMicros = overrunMicros + excluded.overrunMicros`,
        ...[String(row.day), micros, settlement.micros - micros],
      );
    });
  }

  return {
    hold,
    counter: (day: string) => sum('SELECT micros AS sum FROM counters WHERE day = ?', day),
    setCounter: (day: string, micros: number) => sql.exec('INSERT OR REPLACE INTO counters VALUES (?, ?)', day, micros),
    taken: (day: string) =>
      sum('SELECT sum(micros) AS sum FROM holds WHERE day = ?', day) +
      sum('SELECT sum(costMicros) AS sum FROM usage WHERE day = ?', day),
    ledger: (reserve: LedgerNode['reserve']): LedgerNode => ({
      ...makeLedger(room),
      ...{ reserve, settle, confirm: () => undefined, alarm: async () => undefined, inspect: () => [] },
      release: (id) => sql.atomically(() => end(id, 'released')),
    }),
  };
}
