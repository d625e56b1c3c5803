/**
 * The alarms of the deployment with everything that takes time: messages to the owner's webhook, which outlive a
 * restart, and looks at keys, prices, models and sites. The rows are those of {@link createAlarmBook}.
 */
import type { DeskAlarm, DeskAlarms, DeskWebhook } from '../desk-protocol.ts';
import type { Sql } from '../ledger/sql.ts';
import type { KeyHealth } from '../providers/key-health.ts';
import type { Log } from '../shared/log.ts';
import { dayOf } from '../shared/utc.ts';
import { createAlarmBook } from './book.ts';
import { BUDGET_ALARMS, isOutgrown } from './budgets.ts';
import { bodyOf, isTaken, type Message, nextTry, type Outcome, type SendOptions, send } from './delivery.ts';
import { type KeyedProvider, keySignals } from './keys.ts';
import { SETTING_ALARMS, type Settings, settingSignals } from './settings.ts';
import type { AlarmCause, AlarmSignal } from './signal.ts';
import { shownAddress } from './webhook-address.ts';

/** Shortest time between two looks at prices, models, sites and keys, however often the desk asks. */
const LOOK_MS = 60_000;
/** Messages of one name that wait to be sent. Further alarms are in the book without a message. */
const MAX_WAITING = 100;
/** Messages that are sent side by side. */
const AT_ONCE = 10;
const SHOWN_DELIVERIES = 5;
const KEPT_DELIVERIES_MS = 30 * 86_400_000;

export interface AlarmServiceOptions extends SendOptions {
  sql: Sql;
  /** The webhook of the variables. It counts before the one that was set on the desk. */
  variable: () => string | undefined;
  /** What the configuration and the sites' records say. */
  readSettings: () => Promise<Settings & { keyed: readonly KeyedProvider[]; caps: DeploymentCaps }>;
  /** The last report on each provider's key. */
  keyHealth: () => KeyHealth[];
  /** Random bytes. */
  random: (bytes: Uint8Array) => Uint8Array;
  /** Sets when the object is woken. Of several times the earliest counts. */
  wakeAt: (at: number) => Promise<void>;
  log: Log;
}

/** Micro-dollars. */
interface DeploymentCaps {
  dayMicros: number;
  monthMicros: number;
}

/** Messages to the webhook. `status`: null where nothing answered. `nextAt`: null where it was sent or given up. */
const TABLE = `CREATE TABLE IF NOT EXISTS deliveries (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL, status INTEGER, ms INTEGER NOT NULL,
  tries INTEGER NOT NULL, nextAt INTEGER) WITHOUT ROWID`;

export function createAlarmService(options: AlarmServiceOptions) {
  const { sql, variable, readSettings, keyHealth, random, wakeAt, now, log } = options;
  sql.exec(TABLE);
  const book = createAlarmBook(sql);
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  const setting = (name: string): string | undefined =>
    sql.exec('SELECT value FROM settings WHERE name = ?', name).toArray()[0]?.value as string | undefined;
  const keepSetting = (name: string, value: string | undefined): void => {
    if (value === undefined) sql.exec('DELETE FROM settings WHERE name = ?', name);
    else sql.exec('INSERT OR REPLACE INTO settings VALUES (?, ?)', name, value);
  };

  const addressNow = (): string | undefined => variable() ?? setting('webhook');

  function makeSecret(): string {
    const secret = `whsec_${random(new Uint8Array(32)).toHex()}`;
    keepSetting('webhookSecret', secret);
    return secret;
  }
  const secretNow = (): string => setting('webhookSecret') ?? makeSecret();

  /** Queues messages about alarms that ring. They are sent when the object is woken, which a restart does not lose. */
  async function tell(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const { name, site } = book.find(id)!;
      log('alarm_rang', { name, ...(site !== undefined && { site }), alarm: true });
    }
    if (ids.length === 0 || addressNow() === undefined) return;
    for (const id of ids) {
      const { name } = book.find(id)!;
      const waiting = sql
        .exec('SELECT id FROM deliveries WHERE nextAt IS NOT NULL AND name = ?', name)
        .toArray().length;
      if (waiting >= MAX_WAITING) continue;
      sql.exec('INSERT OR IGNORE INTO deliveries VALUES (?, ?, ?, NULL, 0, 0, ?)', id, name, now(), now());
      book.tell(id, 'waiting');
    }
    await wakeAt(now());
  }

  const sendMessage = (message: Message, address: string): Promise<Outcome> =>
    send({ address, secret: secretNow(), body: bodyOf(message, setting('origin')) }, options);

  function noteTry(id: string, { status, ms }: Outcome, tries: number, nextAt: number | undefined): void {
    sql.exec(
      'UPDATE deliveries SET at = ?, status = ?, ms = ?, tries = ?, nextAt = ? WHERE id = ?',
      ...[now(), status, ms, tries, nextAt ?? null, id],
    );
  }

  async function deliver({ id, tries: before }: { id: string; tries: number }): Promise<void> {
    const alarm = book.find(id);
    const address = addressNow();
    if (!alarm || address === undefined) {
      sql.exec('UPDATE deliveries SET nextAt = NULL WHERE id = ?', id);
      return;
    }
    const tries = before + 1;
    const outcome = await sendMessage(alarm, address);
    const taken = isTaken(outcome.status);
    const again = taken ? undefined : nextTry(tries, now());
    noteTry(id, outcome, tries, again);
    book.tell(id, taken ? 'sent' : again === undefined ? 'failed' : 'waiting');
    if (!taken) log('webhook_failed', { name: alarm.name, status: outcome.status ?? 0, ms: outcome.ms, tries });
  }

  async function deliverDue(): Promise<void> {
    const due = sql
      .exec('SELECT id, tries FROM deliveries WHERE nextAt <= ? ORDER BY nextAt LIMIT ?', now(), AT_ONCE)
      .toArray()
      .map(({ id, tries }) => ({ id: String(id), tries: Number(tries) }));
    await Promise.all(due.map(deliver));
  }

  function nextDelivery(): number | undefined {
    const at = sql.exec('SELECT min(nextAt) AS at FROM deliveries').toArray()[0]?.at;
    return at === null || at === undefined ? undefined : Number(at);
  }

  async function look(): Promise<void> {
    const settings = await readSettings();
    const { keyed, caps, sites } = settings;
    const capOf = (site: string | undefined, period: string): number | undefined => {
      if (site === undefined) return period === 'day' ? caps.dayMicros : caps.monthMicros;
      const found = sites.flatMap((each) => ('site' in each && each.site.id === site ? [each.site] : []))[0];
      return found && (period === 'day' ? found.dayBudgetMicros : found.monthBudgetMicros);
    };
    for (const open of book.causes(BUDGET_ALARMS)) {
      const cap = capOf(open.site, String(open.facts.period));
      if (cap !== undefined && isOutgrown(open, cap)) book.end(open, now());
    }
    const ids = [
      ...book.settle(SETTING_ALARMS, settingSignals(settings, dayOf(now())), now()),
      ...book.settle(['key_refused', 'key_rests'], keySignals(keyHealth(), keyed, now()), now()),
    ];
    await tell(ids);
  }

  /** Looks at keys, prices, models and sites, unless that was done a moment ago. Never rejects. */
  async function lookSoon(): Promise<void> {
    if (now() - lookedAt < LOOK_MS && now() >= lookedAt) return looking;
    lookedAt = now();
    looking = look().catch((error) => log('alarms_unlooked', { error: String(error) }));
    await looking;
  }

  const deliveries = (): DeskWebhook['deliveries'] =>
    sql
      .exec(
        'SELECT name, at, status, ms, tries FROM deliveries WHERE tries > 0 ORDER BY at DESC LIMIT ?',
        SHOWN_DELIVERIES,
      )
      .toArray()
      .map(({ name, at, status, ms, tries }) => ({
        ...{ name: name as DeskWebhook['deliveries'][number]['name'], at: Number(at) },
        ...{ status: status === null ? null : Number(status), ms: Number(ms), tries: Number(tries) },
      }));

  function webhook(): DeskWebhook | null {
    const address = addressNow();
    if (address === undefined) return null;
    const source = variable() === undefined ? 'desk' : 'variable';
    return { address: shownAddress(address), source, deliveries: deliveries() };
  }

  return {
    /** Open alarms, the gravest first. */
    open: (): DeskAlarm[] => book.open(now()),

    lookSoon,

    async ring(signals: readonly AlarmSignal[]): Promise<void> {
      await tell(signals.flatMap((signal) => book.ring(signal, now()) ?? []));
    },

    end(cause: AlarmCause): void {
      book.end(cause, now());
    },

    close: (id: string): boolean => book.close(id, now()),

    /** Decides on the keys anew, after a report on one of them. */
    async keysChanged(keyed: readonly KeyedProvider[]): Promise<void> {
      await tell(book.settle(['key_refused', 'key_rests'], keySignals(keyHealth(), keyed, now()), now()));
    },

    /** What the desk shows. @param origin Of the deployment, as its owner calls it; messages name it from then on. */
    async list(origin: string): Promise<DeskAlarms> {
      if (setting('origin') !== origin) keepSetting('origin', origin);
      await lookSoon();
      return { open: book.open(now()), past: book.past(now()), webhook: webhook() };
    },

    /** Sets the webhook of the desk. @returns The secret that signs, which is not told again. */
    setWebhook(address: string): string {
      keepSetting('webhook', address);
      return makeSecret();
    },

    /** Removes the webhook of the desk. What waits is not sent. @returns Whether there was one. */
    removeWebhook(): boolean {
      const had = setting('webhook') !== undefined;
      keepSetting('webhook', undefined);
      if (variable() !== undefined) return had;
      for (const { id } of sql.exec('SELECT id FROM deliveries WHERE nextAt IS NOT NULL').toArray()) {
        book.tell(String(id), 'failed');
      }
      sql.exec('UPDATE deliveries SET nextAt = NULL');
      return had;
    },

    /** Replaces the secret. @returns The new one; undefined without a webhook. */
    renewSecret: (): string | undefined => (addressNow() === undefined ? undefined : makeSecret()),

    /** Sends a test once. @returns undefined without a webhook. */
    async test(origin: string): Promise<DeskWebhook['deliveries'][number] | undefined> {
      const address = addressNow();
      if (address === undefined) return undefined;
      keepSetting('origin', origin);
      const at = now();
      const id = `test:${random(new Uint8Array(8)).toHex()}`;
      const text = `This is a test from ${new URL(origin).host}. Nothing happened.`;
      const outcome = await sendMessage({ id, name: 'test', at, text, facts: {} }, address);
      sql.exec(
        'INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, 1, NULL)',
        ...[id, 'test', at, outcome.status, outcome.ms],
      );
      return { at, name: 'test', ...outcome, tries: 1 };
    },

    /**
     * When the object is woken: sends what is due, and looks at everything.
     *
     * @returns When the next message is due, if any.
     */
    async wake(): Promise<number | undefined> {
      await deliverDue();
      await lookSoon();
      book.forget(now());
      sql.exec('DELETE FROM deliveries WHERE nextAt IS NULL AND at < ?', now() - KEPT_DELIVERIES_MS);
      return nextDelivery();
    },
  };
}

/** What {@link createAlarmService} returns. */
export type AlarmService = ReturnType<typeof createAlarmService>;
