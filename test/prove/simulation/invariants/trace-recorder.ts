/**
 * Reads a ledger's rows after every step and notes the changes. It uses the rows and not the answers, so that it also
 * sees changes that the ledger does not report.
 */
import type { Reservation } from '../../../../worker/ledger/reservation.ts';
import type { Sql } from '../../../../worker/ledger/sql.ts';
import type { Room } from '../nodes/node.ts';
import type { Counted, LedgerName } from './trace.ts';

interface Row {
  state: string;
  micros: number;
  day: string;
}

interface Seen {
  rows: Map<string, Row>;
  settled: number;
  overrun: number;
}

export interface TraceRecorder {
  /** A reservation is requested now, at the ledger's own time; notes what it counts on. */
  asked(reservation: Reservation, at: number): void;
  /** An id is settled now; its row may not show that. */
  settling(id: string): void;
  /** After a crash: drops what was not safe. */
  recall(sql: Sql): void;
  onStep(sql: Sql, note: Room['note']): void;
}

export function createTraceRecorder(ledger: LedgerName): TraceRecorder {
  let seen: Seen = { rows: new Map(), settled: 0, overrun: 0 };
  let settling = 'nobody';
  const counted = new Map<string, Counted>();

  const countedOf = (id: string): { counted?: Counted } => {
    const found = counted.get(id);
    return found ? { counted: found } : {};
  };

  return {
    asked({ id, replaces, policies }, at) {
      if (replaces === undefined) counted.set(id, { at, policies });
    },
    settling(id) {
      settling = id;
    },
    recall(sql) {
      seen = read(sql);
    },
    onStep(sql, note) {
      const now = read(sql);
      const [micros, overrun] = [now.settled - seen.settled, now.overrun - seen.overrun];
      for (const id of seen.rows.keys()) if (!now.rows.has(id)) note({ type: 'forgotten', ledger, id });
      const changed = [...now.rows].filter(([id, { state }]) => seen.rows.get(id)?.state !== state);
      // Note released money first: the same step may reserve it again.
      for (const [id, { state }] of changed) {
        if (state === 'released') note({ type: seen.rows.has(id) ? 'released' : 'undone', ledger, id });
      }
      for (const [id, row] of changed) {
        const { state, day } = row;
        if (state === 'held') note({ type: 'held', ledger, id, day, micros: row.micros, ...countedOf(id) });
        if (state === 'settled') note({ type: 'settled', ledger, id, day, micros, overrun });
      }
      if (micros + overrun !== 0 && !changed.some(([, { state }]) => state === 'settled')) {
        note({ type: 'settled', ledger, id: settling, day: now.rows.get(settling)?.day ?? '', micros, overrun });
      }
      seen = now;
    },
  };
}

function read(sql: Sql): Seen {
  // A crash may have undone the creation of the tables.
  if (sql.exec(HAS_TABLES).toArray().length === 0) return { rows: new Map(), settled: 0, overrun: 0 };
  const rows = sql.exec('SELECT id, state, micros, day FROM reservations').toArray();
  const [sums] = sql.exec('SELECT sum(settled) AS settled, sum(overrun) AS overrun FROM days').toArray();
  return {
    rows: new Map(rows.map(({ id, state, micros, day }) => [String(id), { state, micros, day } as Row])),
    settled: Number(sums?.settled ?? 0),
    overrun: Number(sums?.overrun ?? 0),
  };
}

const HAS_TABLES = "SELECT 1 FROM sqlite_master WHERE name = 'reservations'";
