/**
 * Mutants of the protocol, each with one defect. A mutant that no world kills would show a missing rule, or a line that
 * is not needed.
 */
import type { RunRecord } from '../../../worker/generation/run-record.ts';
import type { Reservation } from '../../../worker/ledger/reservation.ts';
import type { MoneyRpc } from '../../../worker/ledger/rpc.ts';
import type { InvariantName } from './invariants/checker.ts';
import { type LedgerRoom, makeLedger } from './nodes/ledger-node.ts';
import type { Parts } from './world.ts';

export interface Mutant {
  name: string;
  /** The rule that finds the defect. */
  rule: InvariantName;
  parts: Parts;
}

const attemptOf = (id: string): number => Number(id.split(':')[1]);

/** Changes the messages to one ledger or both. */
const ports = (change: (port: MoneyRpc) => Partial<MoneyRpc>, only?: 'site' | 'deployment'): Parts => ({
  changeRpc: (port, ledger) => (only && ledger !== only ? port : { ...port, ...change(port) }),
});

/** Changes records on their way to the rows. */
const records = (change: (next: RunRecord) => RunRecord): Parts => ({
  changeRows: (rows) => ({ ...rows, write: (next) => rows.write(change(next)) }),
});

const ledgers = (change: (room: LedgerRoom) => Partial<ReturnType<typeof makeLedger>>): Parts => ({
  changeLedger: (ledger, room) => ({ ...ledger, ...change(room) }),
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

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'dispatches before the second ledger has answered',
    rule: 'dispatchedWithMoney',
    parts: ports(
      (port) => ({
        async reserve(asked) {
          void port.reserve(asked).catch(() => undefined);
          return undefined;
        },
      }),
      'deployment',
    ),
  },
  {
    name: 'does not undo at the first ledger what the second refuses',
    rule: 'endedHoldsNothing',
    parts: ports(() => ({ release: async () => undefined }), 'site'),
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
    parts: {
      changeLedger: (ledger, { sql }) => ({
        ...ledger,
        settle(id, settlement) {
          sql.exec("UPDATE reservations SET state = 'held' WHERE id = ? AND state = 'settled'", id);
          return ledger.settle(id, settlement);
        },
      }),
    },
  },
  {
    name: 'says that money is free and does not forbid the call',
    rule: 'noRefunds',
    parts: {
      changeGeneration: (generation) => ({
        ...generation,
        async outcome(id) {
          const record = generation.rows.read();
          const isWaiting = record?.state === 'reserving' || record?.state === 'reserved';
          return isWaiting ? { state: 'free' } : generation.outcome(id);
        },
      }),
    },
  },
  {
    name: 'does not free the attempt before',
    rule: 'endedHoldsNothing',
    parts: ports((port) => ({
      reserve({ replaces: _, ...asked }: Reservation) {
        return port.reserve(asked);
      },
    })),
  },
  {
    name: 'ignores holds',
    rule: 'neverOverACap',
    parts: queries((query) => query.replace(/sum\(micros\) AS held/, '0 AS held')),
  },
  {
    name: 'counts what calls cost over their holds apart',
    rule: 'neverOverACap',
    parts: queries((query) => query.replace(/sum\(overrun\) AS overrun/, '0 AS overrun')),
  },
  {
    name: 'forgives at midnight what a day could not pay',
    rule: 'overrunsAreCarried',
    parts: queries((query) => query.replace(/cap, owed FROM periods/, 'cap, 0 AS owed FROM periods')),
  },
  {
    name: 'writes that it goes up after it has gone up',
    rule: 'noRefunds',
    parts: {
      changeRows(rows) {
        let unwritten: RunRecord | undefined;
        return {
          ...rows,
          read: () => unwritten ?? rows.read(),
          write(next) {
            unwritten = next.state === 'dispatched' ? next : undefined;
            if (!unwritten) rows.write(next);
          },
        };
      },
    },
  },
  {
    name: 'frees a lease that has ended without asking',
    rule: 'noRefunds',
    parts: {
      changeLedger: (ledger, room) => ({
        ...ledger,
        async alarm() {
          const due = "SELECT id FROM reservations WHERE state = 'held' AND leaseUntil <= ?";
          for (const { id } of room.sql.exec(due, room.now()).toArray()) await ledger.release(String(id));
          await ledger.alarm();
        },
      }),
    },
  },
  {
    name: 'takes an owner who does not answer for one who has nothing to say',
    rule: 'noRefunds',
    parts: {
      ledger: (room) =>
        makeLedger(withAsk(room, async (owner, id) => room.ask(owner, id).catch(() => ({ state: 'free' })))),
    },
  },
  {
    name: 'forgets what was undone before it came',
    rule: 'oneLife',
    parts: {
      changeLedger: (ledger, { sql }) => ({
        ...ledger,
        release(id) {
          const isKnown = sql.exec('SELECT 1 FROM reservations WHERE id = ?', id).toArray().length > 0;
          return isKnown ? ledger.release(id) : undefined;
        },
      }),
    },
  },
  {
    name: 'is content when one ledger has heard of the end',
    rule: 'endedHoldsNothing',
    parts: ports(
      (port) => ({ settle: (id, settlement) => port.settle(id, settlement).catch(() => undefined) }),
      'deployment',
    ),
  },
  {
    name: 'settles over the reservation',
    rule: 'neverOverACap',
    parts: {
      changeLedger: (ledger, { sql }) => ({
        ...ledger,
        settle(id, settlement) {
          sql.exec(
            "UPDATE reservations SET micros = max(micros, ?) WHERE id = ? AND state = 'held'",
            settlement.micros,
            id,
          );
          return ledger.settle(id, settlement);
        },
      }),
    },
  },
  {
    name: 'does not ask again before it goes up late',
    rule: 'pauseStops',
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
    parts: ledgers((room) => ({ reserve: (asked) => makeLedger(room).reserve({ ...asked, policies: [] }) })),
  },
  {
    name: 'does not try again to settle',
    rule: 'everybodyIsAnswered',
    parts: { changeGeneration: (generation) => ({ ...generation, alarm: async () => undefined }) },
  },
];

const withAsk = (room: LedgerRoom, ask: LedgerRoom['ask']): LedgerRoom => Object.create(room, { ask: { value: ask } });
