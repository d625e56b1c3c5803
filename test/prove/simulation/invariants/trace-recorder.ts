/**
 * Reads a ledger's rows after every step and notes the changes. It uses the rows and not the answers, so that it also
 * sees changes that the ledger does not report.
 */
import type { Reservation } from '../../../../worker/ledger/reservation.ts';
import type { Sql } from '../../../../worker/ledger/sql.ts';
import type { Purse } from '../../../../worker/limits/purses.ts';
import type { Room } from '../nodes/node.ts';
import type { Counted, LedgerName } from './trace.ts';

interface Row {
  state: string;
  /** Absent in the row of an ended reservation. */
  held?: { micros: number; day: string };
}

interface Seen {
  rows: Map<string, Row>;
  settled: number;
  overrun: number;
  /** Lent, by account and site. */
  lent: Map<string, number>;
  /** Parts kept of the deployment's caps, by site. */
  parts: Map<string, number>;
  isPaused: boolean;
}

const NOTHING: Seen = { rows: new Map(), settled: 0, overrun: 0, lent: new Map(), parts: new Map(), isPaused: false };

export interface TraceRecorder {
  /** A reservation is requested; notes what it counts on. It may be granted later. */
  asked(reservation: Reservation): void;
  /** An id is settled now; its row may not show that. */
  settling(id: string): void;
  /** After a crash: drops what was not safe. */
  recall(sql: Sql): void;
  /** @param at The ledger's own time. */
  onStep(sql: Sql, note: Room['note'], at: number): void;
}

export function createTraceRecorder(ledger: LedgerName): TraceRecorder {
  let seen = NOTHING;
  let changes = 0;
  let settling = 'nobody';
  const policiesOf = new Map<string, Counted['policies']>();
  const pursesOf = new Map<string, readonly Purse[]>();
  const days = new Map<string, string>();

  const countedOf = (id: string, at: number): { counted?: Counted } => {
    const policies = policiesOf.get(id);
    return policies ? { counted: { at, policies } } : {};
  };

  return {
    asked({ id, replaces, policies, purses }) {
      pursesOf.set(id, purses);
      if (replaces === undefined) policiesOf.set(id, policies);
    },
    settling(id) {
      settling = id;
    },
    recall(sql) {
      seen = read(sql);
      changes = changesOf(sql);
    },
    onStep(sql, note, at) {
      const count = changesOf(sql);
      if (count === changes) return;
      changes = count;
      const now = read(sql);
      const [micros, overrun] = [now.settled - seen.settled, now.overrun - seen.overrun];
      if (now.isPaused !== seen.isPaused) note({ type: 'paused', ledger, paused: now.isPaused });
      for (const [site, part] of now.parts) {
        if (part !== (seen.parts.get(site) ?? 0)) note({ type: 'kept', site, part });
      }
      for (const [name, sum] of now.lent) {
        const [account = '', site = ''] = name.split(' ');
        const more = sum - (seen.lent.get(name) ?? 0);
        if (more > 0) note({ type: 'lent', site, account, micros: more });
      }
      for (const id of seen.rows.keys()) if (!now.rows.has(id)) note({ type: 'forgotten', ledger, id });
      const changed = [...now.rows].filter(([id, { state }]) => seen.rows.get(id)?.state !== state);
      // Note released money first: the same step may reserve it again.
      for (const [id, { state }] of changed) {
        if (state === 'released') note({ type: seen.rows.has(id) ? 'released' : 'undone', ledger, id });
      }
      for (const [id, { state, held }] of changed) {
        if (held) {
          days.set(id, held.day);
          note({ type: 'held', ledger, id, ...held, ...countedOf(id, at), purses: pursesOf.get(id) ?? [] });
        }
        if (state === 'settled') note({ type: 'settled', ledger, id, day: days.get(id) ?? '', micros, overrun });
      }
      if (micros + overrun !== 0 && !changed.some(([, { state }]) => state === 'settled')) {
        note({ type: 'settled', ledger, id: settling, day: days.get(settling) ?? '', micros, overrun });
      }
      seen = now;
    },
  };
}

/** Number of rows changed so far. */
export const changesOf = (sql: Sql): number => Number(sql.exec('SELECT total_changes() AS n').toArray()[0]?.n);

function read(sql: Sql): Seen {
  // A crash may have undone the creation of the tables.
  if (sql.exec(HAS_TABLES).toArray().length === 0) return NOTHING;
  const held = sql.exec('SELECT id, micros, day FROM holds').toArray();
  const ended = sql.exec('SELECT id, state FROM ended').toArray();
  const [sums] = sql.exec('SELECT sum(costMicros) AS settled, sum(overrunMicros) AS overrun FROM usage').toArray();
  const lent = sql.exec("SELECT account || ' ' || borrower AS name, lent FROM loans").toArray();
  // A site that is alone has not heard of the shares of others yet, and until it has, nothing is lent.
  const isOneAlone = sql.exec('SELECT 1 FROM borrowers WHERE isAlone = 1').toArray().length > 0;
  const parts = isOneAlone ? [] : sql.exec('SELECT name, part FROM borrowers').toArray();
  return {
    parts: new Map(parts.map(({ name, part }) => [String(name), Number(part)])),
    rows: new Map([
      ...ended.map(({ id, state }) => [String(id), { state: String(state) }] as const),
      ...held.map(({ id, ...rest }) => [String(id), { state: 'held', held: rest as Row['held'] } as Row] as const),
    ]),
    settled: Number(sums?.settled ?? 0),
    overrun: Number(sums?.overrun ?? 0),
    lent: new Map(lent.map((row) => [String(row.name), Number(row.lent)])),
    isPaused: sql.exec(IS_PAUSED).toArray().length > 0,
  };
}

const HAS_TABLES = "SELECT 1 FROM sqlite_master WHERE name = 'holds'";
const IS_PAUSED = `SELECT 1 FROM settings
  WHERE (name = 'paused' AND value = '1') OR (name = 'deployment' AND value ->> '$.pause.isPaused' = 1)`;
