/**
 * Mutants of the protocol, each with one defect. A mutant that no world kills would show a missing rule, or a line that
 * is not needed.
 */
import type { RunRecord } from '../../../worker/generation/run-record.ts';
import type { Draw, LoanAnswer } from '../../../worker/ledger/loan.ts';
import type { Reservation } from '../../../worker/ledger/reservation.ts';
import type { MoneyRpc } from '../../../worker/ledger/rpc.ts';
import type { Sql } from '../../../worker/ledger/sql.ts';
import type { InvariantName } from './invariants/checker.ts';
import { withRows } from './nodes/generation-node.ts';
import { type LedgerNode, type LedgerRoom, makeLedger } from './nodes/ledger-node.ts';
import type { Parts } from './world.ts';

export interface Mutant {
  name: string;
  /** The rule that finds the defect. */
  rule: InvariantName;
  parts: Parts;
  /** A world that finds it. Where that one no longer does, another is looked for. */
  world?: number;
}

const attemptOf = (id: string): number => Number(id.split(':')[1]);

/** Changes the messages about money to the ledgers of sites. */
const ports = (change: (port: MoneyRpc) => Partial<MoneyRpc>): Parts => ({
  changeRpc: (port) => ({ ...port, ...change(port) }),
});

/** Changes records on their way to the rows. */
const records = (change: (next: RunRecord) => RunRecord): Parts => ({
  changeRows: (rows) => withRows(rows, { write: (next) => rows.write(change(next)) }),
});

/** Changes what a ledger does. */
const ledgers = (change: (ledger: LedgerNode, room: LedgerRoom) => Partial<LedgerNode>): Parts => ({
  changeLedger: (ledger, room) => ({ ...ledger, ...change(ledger, room) }),
});

/** A ledger with changed queries. */
const queries = (change: (query: string) => string): Parts => ({
  ledger: (room) => {
    const { sql } = room;
    const changed = {
      ...sql,
      exec: (query: string, ...rest: (string | number | null)[]) => sql.exec(change(query), ...rest),
    };
    return makeLedger(Object.create(room, { sql: { value: changed } }));
  },
});

/** A ledger that reads a sum as part of each cap. */
const higherCaps = (sum: string): Parts =>
  ledgers((ledger, { sql }) => ({
    reserve(asked) {
      const more = Number(sql.exec(sum).toArray()[0]?.sum ?? 0);
      return ledger.reserve({ ...asked, caps: asked.caps.map((cap) => ({ ...cap, micros: cap.micros + more })) });
    },
  }));

const withAsk = (room: LedgerRoom, ask: LedgerRoom['ask']): LedgerRoom => Object.create(room, { ask: { value: ask } });

/** A message that calls money back, as a site hears it that does not hear what was spent elsewhere. */
const withoutDue = (notice: LoanAnswer): LoanAnswer => ({
  ...notice,
  loans: Object.fromEntries(
    Object.entries(notice.loans).map(([account, loan]) => [
      account,
      loan.isDue ? { ...loan, isDue: false, target: 0 } : loan,
    ]),
  ),
});

const withoutShortage = (draw: Draw): Draw => ({
  ...draw,
  report: {
    ...draw.report,
    slices: Object.fromEntries(
      Object.entries(draw.report.slices).map(([account, slice]) => [account, { ...slice, short: 0 }]),
    ),
  },
});

const hasRow = (sql: Sql, query: string, id: string): boolean => sql.exec(query, id).toArray().length > 0;

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'dispatches before the ledger has answered',
    rule: 'dispatchedWithMoney',
    parts: ports((port) => ({
      async reserve(asked) {
        void port.reserve(asked).catch(() => undefined);
        return undefined;
      },
    })),
  },
  {
    name: 'gives back what may have run',
    rule: 'noRefunds',
    parts: records((next) => {
      if (next.outcome !== 'unknown') return next;
      const { settlement: _, ...rest } = next;
      return { ...rest, outcome: 'none' };
    }),
  },
  {
    name: 'settles as often as it is told to',
    rule: 'oneLife',
    parts: ledgers((ledger, { sql }) => ({
      settle(id, settlement) {
        if (!hasRow(sql, "SELECT 1 FROM ended WHERE id = ? AND state = 'settled'", id)) {
          return ledger.settle(id, settlement);
        }
        return sql.atomically(() => sql.exec('UPDATE usage SET costMicros = costMicros + ?', settlement.micros));
      },
    })),
  },
  {
    name: 'says that money is free while its call is under way',
    rule: 'noRefunds',
    world: 5,
    parts: {
      changeGeneration: (generation) => ({
        ...generation,
        async outcome(id) {
          const outcome = await generation.outcome(id);
          return outcome.state === 'running' ? { state: 'free' } : outcome;
        },
      }),
    },
  },
  {
    name: 'does not free the attempt before',
    rule: 'endedHoldsNothing',
    world: 7,
    parts: ports((port) => ({
      reserve({ replaces: _, ...asked }: Reservation) {
        return port.reserve(asked);
      },
    })),
  },
  {
    name: 'ignores holds',
    rule: 'neverOverACap',
    parts: higherCaps('SELECT sum(micros) AS sum FROM holds'),
  },
  {
    name: 'counts what calls cost over their holds apart',
    rule: 'neverOverACap',
    parts: higherCaps('SELECT sum(overrunMicros) AS sum FROM usage'),
  },
  {
    name: 'forgives at midnight what a day could not pay',
    rule: 'overrunsAreCarried',
    world: 37,
    parts: queries((query) => query.replace(/cap, owed FROM periods/, 'cap, 0 AS owed FROM periods')),
  },
  {
    name: 'writes that it goes up after it has gone up',
    rule: 'noRefunds',
    parts: {
      changeRows(rows) {
        let unwritten: RunRecord | undefined;
        return withRows(rows, {
          read: () => unwritten ?? rows.read(),
          write(next) {
            unwritten = next.state === 'dispatched' ? next : undefined;
            if (!unwritten) rows.write(next);
          },
        });
      },
    },
  },
  {
    name: 'frees old money without asking',
    rule: 'noRefunds',
    world: 67,
    parts: ledgers((ledger, { sql, now }) => ({
      async reserve(asked) {
        const due = sql.exec('SELECT id FROM holds WHERE askAt <= ?', now()).toArray();
        for (const { id } of due) await ledger.release(String(id));
        return ledger.reserve(asked);
      },
    })),
  },
  {
    name: 'never asks an owner',
    rule: 'booksAgree',
    parts: { ledger: (room) => makeLedger(withAsk(room, async () => ({ state: 'running', isRecorded: false }))) },
  },
  {
    name: 'takes an owner who does not answer for one who has nothing to say',
    rule: 'noRefunds',
    world: 116,
    parts: {
      ledger: (room) =>
        makeLedger(withAsk(room, async (owner, id) => room.ask(owner, id).catch(() => ({ state: 'free' })))),
    },
  },
  {
    name: 'forgets what was undone before it came',
    rule: 'oneLife',
    world: 8,
    parts: ledgers((ledger, { sql }) => ({
      release: (id) => (hasRow(sql, 'SELECT 1 FROM holds WHERE id = ?', id) ? ledger.release(id) : undefined),
    })),
  },
  {
    name: 'takes an end for told that the ledger may not have heard',
    rule: 'endedHoldsNothing',
    world: 10,
    parts: ports((port) => ({ settle: (id, settlement) => port.settle(id, settlement).catch(() => undefined) })),
  },
  {
    name: 'settles over the reservation',
    rule: 'neverOverACap',
    world: 7,
    parts: ledgers((ledger, { sql }) => ({
      settle: (id, settlement) =>
        sql.atomically(() => {
          void ledger.settle(id, settlement);
          sql.exec('UPDATE usage SET costMicros = costMicros + overrunMicros, overrunMicros = 0');
        }),
    })),
  },
  {
    name: 'does not ask again before it goes up late',
    rule: 'pauseStops',
    world: 98,
    parts: ports(() => ({ confirm: async () => undefined })),
  },
  {
    name: 'makes another attempt with the money of the first',
    rule: 'dispatchedWithMoney',
    parts: ports((port) => ({
      reserve: async (asked) => (attemptOf(asked.id) > 1 ? undefined : port.reserve(asked)),
    })),
  },
  {
    name: 'counts no visitors',
    rule: 'neverOverACount',
    world: 9,
    parts: ledgers((ledger) => ({ reserve: (asked) => ledger.reserve({ ...asked, policies: [] }) })),
  },
  {
    name: 'counts no purse',
    rule: 'neverOverAPurse',
    world: 23,
    parts: ledgers((ledger) => ({ reserve: (asked) => ledger.reserve({ ...asked, purses: [] }) })),
  },
  {
    name: 'forgets in a crash what purses have spent',
    rule: 'neverOverAPurse',
    world: 109,
    parts: queries((query) => query.replace('AND purses IS NOT NULL', 'AND id IS NULL')),
  },
  {
    name: 'forgets in a crash what visitors have spent',
    rule: 'neverOverAPurse',
    world: 57,
    parts: queries((query) => query.replace('sum(visitorMicros)', '0')),
  },
  {
    name: 'lends what is kept for another site',
    rule: 'sharesAreKept',
    world: 40,
    parts: queries((query) => query.replace('FROM borrowers WHERE part > 0', 'FROM borrowers WHERE part > 1')),
  },
  {
    name: 'does not try again to settle',
    rule: 'everybodyIsAnswered',
    world: 6,
    parts: { changeGeneration: (generation) => ({ ...generation, alarm: async () => undefined }) },
  },
  {
    name: 'gives back money that is held',
    rule: 'loansAgree',
    parts: ledgers((ledger) => ({
      async recall(notice) {
        const report = await ledger.recall(notice);
        const slices = Object.entries(report.slices).map(([account, slice]) => {
          const back = Math.max(slice.back, notice.loans[account]?.target ?? 0);
          return [account, { ...slice, back }] as const;
        });
        return { ...report, slices: Object.fromEntries(slices) };
      },
    })),
  },
  {
    name: 'says that a pause is in force before all have heard it',
    rule: 'pauseStops',
    world: 58,
    parts: ledgers((ledger) => ({
      async setPaused(paused) {
        void ledger.setPaused(paused);
        return { unheard: [] };
      },
    })),
  },
  {
    name: 'goes on alone when another site comes',
    rule: 'neverOverACap',
    world: 13,
    parts: ledgers((ledger, { sql }) => ({
      async recall(notice) {
        const query = "SELECT 1 FROM settings WHERE name = ? AND value ->> '$.standing' = 'alone'";
        if (!hasRow(sql, query, 'deployment')) return ledger.recall(notice);
        return { standing: 'sharing', slices: {}, owed: { day: 0, month: 0 } };
      },
    })),
  },
  {
    name: 'uses money that an overrun has spent elsewhere',
    rule: 'neverOverACap',
    world: 299,
    parts: ledgers((ledger) => ({ recall: (notice) => ledger.recall(withoutDue(notice)) })),
  },
  {
    name: 'does not hear of an overrun elsewhere',
    rule: 'neverOverACap',
    world: 173,
    parts: ledgers((ledger) => ({ draw: (site, draw) => ledger.draw(site, withoutShortage(draw)) })),
  },
];
