/**
 * The book of alarms: rows of the deployment's ledger, which alone keeps it. An alarm rings once in its period: it
 * opens and a message is sent. Where its cause comes back in the same period, it opens again without a message. An open
 * alarm is closed in one of three ways: it ends with its cause, it expires at its time, or the owner dismisses it. Every
 * method is one synchronous step; times are Unix milliseconds.
 */
import type { AlarmName, DeskAlarm } from '../desk-protocol.ts';
import type { Sql } from '../ledger/sql.ts';
import { DAY_MS } from '../shared/utc.ts';
import { type AlarmCause, type AlarmFacts, type AlarmSignal, idOf } from './signal.ts';
import { GRAVITY, textOf } from './words.ts';

/** For so long the desk shows closed alarms, and so many of them. */
const KEPT_MS = 30 * DAY_MS;
const MAX_PAST = 200;
/**
 * Open alarms of one name. A flood of causes, such as reports of pictures, must not fill the ledger or hide other
 * alarms.
 */
const MAX_OPEN = 500;

/** An open alarm with what it is about. */
export interface OpenAlarm extends AlarmCause {
  id: string;
  facts: AlarmFacts;
}

/**
 * `name` and `facts`, as JSON, are those of {@link AlarmSignal}, `told` of {@link DeskAlarm}. `isPutAway`: the owner
 * has dismissed it.
 */
const TABLE = `CREATE TABLE IF NOT EXISTS alarms (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, site TEXT, subject TEXT, at INTEGER NOT NULL, closedAt INTEGER,
  closesAt INTEGER, facts TEXT NOT NULL, told TEXT,
  isPutAway INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID`;

/** Makes its table: only the deployment's ledger has it. */
export function createAlarmBook(sql: Sql) {
  sql.exec(TABLE);
  const rowsOf = (query: string, ...bindings: (string | number | null)[]): Record<string, unknown>[] =>
    sql.exec(`SELECT * FROM alarms WHERE ${query}`, ...bindings).toArray();
  const openOf = ({ name, site, subject }: AlarmCause): Record<string, unknown>[] =>
    rowsOf('closedAt IS NULL AND name = ? AND site IS ? AND subject IS ?', name, site ?? null, subject ?? null);

  function closeRow(id: string, at: number): void {
    sql.exec('UPDATE alarms SET closedAt = ? WHERE id = ? AND closedAt IS NULL', at, id);
  }

  /** Closes alarms whose time is over. */
  function expire(now: number): void {
    sql.exec('UPDATE alarms SET closedAt = closesAt WHERE closedAt IS NULL AND closesAt <= ?', now);
  }

  /** The facts with their sums added up. `since` stays what the first signal said. */
  function mergedFacts(facts: AlarmFacts, { adds = {} }: AlarmSignal, before: AlarmFacts = {}): AlarmFacts {
    const since = facts.since !== undefined && before.since !== undefined ? { since: before.since } : {};
    const sums = Object.entries(adds).map(([name, by]) => [name, Number(before[name] ?? 0) + by]);
    return { ...facts, ...since, ...Object.fromEntries(sums) };
  }

  function end(cause: AlarmCause, now: number): void {
    for (const { id } of openOf(cause)) closeRow(String(id), now);
  }

  /**
   * Opens an alarm, or brings the facts of an open one up to date.
   *
   * @returns Its id where it rings for the first time in its period.
   */
  function ring(signal: AlarmSignal, now: number): string | undefined {
    const { name, site, subject, facts, closesAt, steps = [] } = signal;
    expire(now);
    const higher = steps.slice(0, steps.indexOf(name)).map((step) => idOf({ ...signal, name: step }));
    if (higher.some((step) => rowsOf('id = ? AND (closedAt IS NULL OR isPutAway)', step).length > 0)) return undefined;
    for (const step of steps) if (step !== name) end({ ...signal, name: step }, now);
    const id = idOf(signal);
    const [known] = [...openOf(signal), ...rowsOf('id = ?', id)];
    if (known) {
      if (known.isPutAway) return undefined;
      const { since, ...sums } = JSON.parse(String(known.facts)) as AlarmFacts;
      const before = known.closedAt === null && since !== undefined ? { ...sums, since } : sums;
      const merged = JSON.stringify(mergedFacts(facts, signal, before));
      const change = 'UPDATE alarms SET facts = ?, closesAt = ?, closedAt = NULL WHERE id = ?';
      sql.exec(change, merged, closesAt ?? null, String(known.id));
      return undefined;
    }
    if (rowsOf('closedAt IS NULL AND name = ?', name).length >= MAX_OPEN) return undefined;
    sql.exec(
      'INSERT INTO alarms (id, name, site, subject, at, closesAt, facts) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[id, name, site ?? null, subject ?? null, now, closesAt ?? null, JSON.stringify(mergedFacts(facts, signal))],
    );
    return id;
  }

  return {
    ring,
    end,

    /**
     * Makes the open alarms of some names those of these signals: rings the new ones, and closes all others.
     *
     * @param names Names of all alarms that `signals` decides on.
     * @returns Ids of those that ring for the first time.
     */
    settle(names: readonly AlarmName[], signals: readonly AlarmSignal[], now: number): string[] {
      const causes = new Set(signals.map(causeKey));
      const marks = names.map(() => '?').join(', ');
      for (const row of rowsOf(`closedAt IS NULL AND name IN (${marks})`, ...names)) {
        if (!causes.has(causeKey(causeOf(row)))) closeRow(String(row.id), now);
      }
      return signals.flatMap((signal) => ring(signal, now) ?? []);
    },

    /**
     * Closes an alarm because the owner dismisses it: it stays closed until its period ends.
     *
     * @returns Whether it was open.
     */
    dismiss(id: string, now: number): boolean {
      expire(now);
      const isOpen = rowsOf('id = ? AND closedAt IS NULL', id).length > 0;
      closeRow(id, now);
      if (isOpen) sql.exec('UPDATE alarms SET isPutAway = 1 WHERE id = ?', id);
      return isOpen;
    },

    /** Open alarms, the gravest first. */
    open(now: number): DeskAlarm[] {
      expire(now);
      return rowsOf('closedAt IS NULL')
        .map(toAlarm)
        .toSorted((a, b) => GRAVITY.indexOf(a.name) - GRAVITY.indexOf(b.name) || a.at - b.at);
    },

    /** Open alarms of some names, with their causes. */
    causes: (names: readonly AlarmName[]): OpenAlarm[] =>
      rowsOf(`closedAt IS NULL AND name IN (${names.map(() => '?').join(', ')})`, ...names).map((row) => ({
        ...causeOf(row),
        id: String(row.id),
        facts: JSON.parse(String(row.facts)) as AlarmFacts,
      })),

    /** Closed alarms of the last 30 days, newest first. */
    past: (now: number): DeskAlarm[] =>
      rowsOf('closedAt IS NOT NULL AND at >= ? ORDER BY at DESC LIMIT ?', now - KEPT_MS, MAX_PAST).map(toAlarm),

    find: (id: string): DeskAlarm | undefined => rowsOf('id = ?', id).map(toAlarm)[0],

    /** Notes how far the message of an alarm has come. */
    tell(id: string, told: NonNullable<DeskAlarm['told']>): void {
      sql.exec('UPDATE alarms SET told = ? WHERE id = ?', told, id);
    },

    /** Deletes closed alarms past their time. Some ring once a month, so they are kept for longer than that. */
    forget(now: number): void {
      sql.exec('DELETE FROM alarms WHERE closedAt IS NOT NULL AND at < ?', now - 2 * KEPT_MS);
    },
  };
}

const causeKey = ({ name, site, subject }: AlarmCause): string => JSON.stringify([name, site ?? null, subject ?? null]);

const causeOf = ({ name, site, subject }: Record<string, unknown>): AlarmCause => ({
  name: name as AlarmName,
  ...(site !== null && { site: String(site) }),
  ...(subject !== null && { subject: String(subject) }),
});

function toAlarm(row: Record<string, unknown>): DeskAlarm {
  const { id, at, closedAt, told } = row;
  const { name, site } = causeOf(row);
  const facts = JSON.parse(String(row.facts)) as AlarmFacts;
  return {
    ...{ id: String(id), name, at: Number(at) },
    ...(closedAt !== null && { closedAt: Number(closedAt) }),
    ...(site !== undefined && { site }),
    text: textOf({ name, facts, ...(site !== undefined && { site }) }),
    facts,
    ...(told !== null && { told: told as NonNullable<DeskAlarm['told']> }),
  };
}
