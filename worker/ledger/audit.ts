/**
 * Who changed what, in the deployment's ledger. Entries name sites, clients, pictures and fields, with
 * the values of amounts and choices before and after. No key, no prompt, no address of a visitor.
 */

import type { Log } from '../shared/log.ts';
import { DAY_MS } from '../shared/utc.ts';
import type { ChangedValue } from '../sites/changed-values.ts';
import type { Sql } from './sql.ts';

/** What an owner can change. */
type ChangeKind =
  | 'logged_in'
  | 'logged_out'
  /** Wrong admin tokens of one UTC day, as one entry with their `count`. */
  | 'log_ins_failed'
  | 'site_made'
  | 'site_saved'
  | 'site_deleted'
  | 'tickets_ended'
  | 'paused'
  | 'resumed'
  | 'client_made'
  | 'client_revoked'
  | 'key_checked'
  | 'price_confirmed'
  | 'price_corrected'
  | 'bill_added'
  | 'bill_deleted'
  | 'template_picture_saved'
  | 'template_picture_deleted'
  | 'picture_drawn'
  | 'picture_deleted'
  | 'reports_closed'
  | 'prefix_blocked'
  | 'prefix_unblocked'
  | 'alarm_closed'
  | 'webhook_saved'
  | 'webhook_removed'
  | 'webhook_secret_made';

export interface Change {
  what: ChangeKind;
  /** `token`, or `access:` and an e-mail address. Empty for failed log-ins. */
  who: string;
  /** Absent: it concerns the deployment. */
  site?: string;
  /** What was changed, such as a client's name or the id of a picture. */
  target?: string;
  /** Names of the fields that changed. */
  fields?: string[];
  /** Of some of them the values before and after. */
  values?: Record<string, ChangedValue>;
}

/** A change as the trail tells it. `id` grows with time. `at`: Unix milliseconds. */
export interface AuditEntry extends Change {
  id: number;
  at: number;
  count: number;
}

const KEPT_MS = 396 * DAY_MS;
const MAX_ENTRIES = 10_000;
/** Old entries are looked for with the first change of an object's life and with every 100th. */
const CHANGES_BETWEEN_PRUNINGS = 100;

/** Ids are milliseconds with three more digits, so that they are in the order of time. 0 of a day are its failures. */
const IDS_PER_MS = 1000;

/** Only the deployment's ledger has this table, so it is made with the first change. */
const TABLE = `CREATE TABLE IF NOT EXISTS changes (
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, what TEXT NOT NULL, who TEXT NOT NULL, site TEXT, target TEXT,
  fields TEXT, count INTEGER NOT NULL)`;

export function createAudit(sql: Sql) {
  let changes = 0;

  function prune(now: number): void {
    if (changes === 0) sql.exec(TABLE);
    if (changes++ % CHANGES_BETWEEN_PRUNINGS > 0) return;
    sql.exec('DELETE FROM changes WHERE id < ?', (now - KEPT_MS) * IDS_PER_MS);
    sql.exec('DELETE FROM changes WHERE id <= (SELECT id FROM changes ORDER BY id DESC LIMIT 1 OFFSET ?)', MAX_ENTRIES);
  }

  return {
    /** @param now Unix milliseconds. */
    note({ what, who, site, target, fields, values }: Change, now: number): void {
      prune(now);
      const last = Number(sql.exec('SELECT max(id) AS id FROM changes').toArray()[0]?.id ?? 0);
      const id = Math.max(now * IDS_PER_MS + 1, last + 1);
      sql.exec(
        'INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, 1)',
        ...[id, now, what, who, site ?? null, target ?? null, fields ? JSON.stringify(rowOf(fields, values)) : null],
      );
    },

    /** Counts a wrong admin token. @param now Unix milliseconds. */
    noteFailedLogIn(now: number): void {
      prune(now);
      const what: ChangeKind = 'log_ins_failed';
      sql.exec(
        `INSERT INTO changes VALUES (?, ?, ?, '', NULL, NULL, NULL, 1)
          ON CONFLICT (id) DO UPDATE SET count = count + 1, at = excluded.at`,
        ...[(now - (now % DAY_MS)) * IDS_PER_MS, now, what],
      );
    },

    /** The newest entries first. @param before Only entries with a lower id. */
    list(before: number, limit: number): AuditEntry[] {
      if (changes === 0) sql.exec(TABLE);
      return sql
        .exec('SELECT * FROM changes WHERE id < ? ORDER BY id DESC LIMIT ?', before, limit)
        .toArray()
        .map(({ id, at, what, who, site, target, fields, count }) => ({
          ...{ id: Number(id), at: Number(at), what: what as ChangeKind, who: String(who), count: Number(count) },
          ...(site !== null && { site: String(site) }),
          ...(target !== null && { target: String(target) }),
          ...(fields !== null && fieldsOf(JSON.parse(String(fields)))),
        }));
    },
  };
}

/** A field by its name, with its values where they are told. */
type FieldRow = string | [name: string, ...values: ChangedValue];

const rowOf = (fields: readonly string[], values: Change['values'] = {}): FieldRow[] =>
  fields.map((name) => {
    const pair = values[name];
    return pair ? [name, ...pair] : name;
  });

function fieldsOf(row: readonly FieldRow[]): Pick<Change, 'fields' | 'values'> {
  const told = row.flatMap((each) => (typeof each === 'string' ? [] : [[each[0], [each[1], each[2]]] as const]));
  return {
    fields: row.map((each) => (typeof each === 'string' ? each : each[0])),
    ...(told.length > 0 && { values: Object.fromEntries(told) as Record<string, ChangedValue> }),
  };
}

/** What {@link createAudit} returns. */
export type Audit = ReturnType<typeof createAudit>;

/**
 * Notes changes after they were made. It never rejects: a change that cannot be noted was made all the same, and is
 * then in the log.
 */
export const createAuditNotes =
  (note: (change: Change) => Promise<void>, log: Log) =>
  async (change: Change): Promise<void> => {
    try {
      await note(change);
    } catch (error) {
      const { fields = [], values: _, ...rest } = change;
      log('change_unrecorded', { ...rest, fields: fields.join(' '), error: String(error) });
    }
  };
