/**
 * The owner's webhook: its URL and secret, and the messages to it, which wait in rows and so outlive a restart.
 * They are sent when the object is woken. Times are Unix milliseconds.
 */
import type { AlarmName, DeskAlarm, DeskWebhook } from '../desk-protocol.ts';
import type { Sql } from '../ledger/sql.ts';
import type { Log } from '../shared/log.ts';
import { DAY_MS } from '../shared/utc.ts';
import { bodyOf, isTaken, type Message, nextTry, type Outcome, type SendOptions, send } from './delivery.ts';
import { shownUrl } from './webhook-url.ts';

/** Messages of one name that wait to be sent. Further alarms are in the book without a message. */
const MAX_WAITING = 100;
/** Messages that are sent side by side. */
const AT_ONCE = 10;
/** Deliveries that the desk shows. */
const SHOWN = 5;
const KEPT_MS = 30 * DAY_MS;

export interface WebhookOptions extends SendOptions {
  sql: Sql;
  /** The URL of the variables. It counts before the one that was set on the desk. */
  variable: () => string | undefined;
  /** The alarm of a message, by its id. */
  findAlarm: (id: string) => DeskAlarm | undefined;
  /** Told how far the message of an alarm has come. */
  onProgress: (id: string, told: NonNullable<DeskAlarm['told']>) => void;
  /** Fills bytes with random ones and returns them. */
  random: (bytes: Uint8Array) => Uint8Array;
  /** Sets when the object is woken. Of several times the earliest counts. */
  wakeAt: (at: number) => Promise<void>;
  log: Log;
}

/** How one message went. `tries`: with the last one. */
type Delivery = DeskWebhook['deliveries'][number];

/** Messages. `status`: null where nothing answered. `nextAt`: null where it was sent or given up. */
const TABLE = `CREATE TABLE IF NOT EXISTS deliveries (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL, status INTEGER, ms INTEGER NOT NULL,
  tries INTEGER NOT NULL, nextAt INTEGER) WITHOUT ROWID`;

/** Makes its table: only the deployment's ledger has it. */
export function createWebhook(options: WebhookOptions) {
  const { sql, variable, findAlarm, onProgress, random, wakeAt, now, log } = options;
  sql.exec(TABLE);

  const setting = (name: string): string | undefined =>
    sql.exec('SELECT value FROM settings WHERE name = ?', name).toArray()[0]?.value as string | undefined;
  const keepSetting = (name: string, value: string): void => {
    sql.exec('INSERT OR REPLACE INTO settings VALUES (?, ?)', name, value);
  };

  const urlNow = (): string | undefined => variable() ?? setting('webhook');

  function makeSecret(): string {
    const secret = `whsec_${random(new Uint8Array(32)).toHex()}`;
    keepSetting('webhookSecret', secret);
    return secret;
  }

  const sendMessage = (message: Message, url: string): Promise<Outcome> => {
    const secret = setting('webhookSecret') ?? makeSecret();
    return send({ url, secret, body: bodyOf(message, setting('origin')) }, options);
  };

  const isFull = (name: AlarmName): boolean =>
    sql.exec('SELECT id FROM deliveries WHERE nextAt IS NOT NULL AND name = ?', name).toArray().length >= MAX_WAITING;

  async function deliver({ id, tries: before }: { id: string; tries: number }): Promise<void> {
    const alarm = findAlarm(id);
    const url = urlNow();
    if (!alarm || url === undefined) {
      sql.exec('UPDATE deliveries SET nextAt = NULL WHERE id = ?', id);
      return;
    }
    const tries = before + 1;
    const { status, ms } = await sendMessage(alarm, url);
    const taken = isTaken(status);
    const nextAt = taken ? undefined : nextTry(tries, now());
    sql.exec(
      'UPDATE deliveries SET at = ?, status = ?, ms = ?, tries = ?, nextAt = ? WHERE id = ?',
      ...[now(), status, ms, tries, nextAt ?? null, id],
    );
    onProgress(id, taken ? 'sent' : nextAt === undefined ? 'failed' : 'waiting');
    if (!taken) log('webhook_failed', { name: alarm.name, status: status ?? 0, ms, tries });
  }

  const deliveries = (): Delivery[] =>
    sql
      .exec('SELECT name, at, status, ms, tries FROM deliveries WHERE tries > 0 ORDER BY at DESC LIMIT ?', SHOWN)
      .toArray()
      .map(({ name, at, status, ms, tries }) => ({
        ...{ name: name as Delivery['name'], at: Number(at) },
        ...{ status: status === null ? null : Number(status), ms: Number(ms), tries: Number(tries) },
      }));

  return {
    /** Queues messages about alarms. Does nothing without a webhook. @param ids Of alarms in the book. */
    async queue(ids: readonly string[]): Promise<void> {
      if (ids.length === 0 || urlNow() === undefined) return;
      for (const id of ids) {
        const { name } = findAlarm(id)!;
        if (isFull(name)) continue;
        sql.exec('INSERT OR IGNORE INTO deliveries VALUES (?, ?, ?, NULL, 0, 0, ?)', id, name, now(), now());
        onProgress(id, 'waiting');
      }
      await wakeAt(now());
    },

    /** Sends what is due. */
    async deliverDue(): Promise<void> {
      const due = sql
        .exec('SELECT id, tries FROM deliveries WHERE nextAt <= ? ORDER BY nextAt LIMIT ?', now(), AT_ONCE)
        .toArray()
        .map(({ id, tries }) => ({ id: String(id), tries: Number(tries) }));
      await Promise.all(due.map(deliver));
    },

    /** When the next message is due; undefined: none waits. */
    nextAt(): number | undefined {
      const at = sql.exec('SELECT min(nextAt) AS at FROM deliveries').toArray()[0]?.at;
      return at === null || at === undefined ? undefined : Number(at);
    },

    /** What the desk shows. null: there is no webhook. */
    shown(): DeskWebhook | null {
      const url = urlNow();
      if (url === undefined) return null;
      const source = variable() === undefined ? 'desk' : 'variable';
      return { address: shownUrl(url), source, deliveries: deliveries() };
    },

    /** Notes the deployment's origin, as its owner calls it. Messages name it from then on. */
    noteOrigin(origin: string): void {
      if (setting('origin') !== origin) keepSetting('origin', origin);
    },

    /** Sets the URL of the desk. @returns The secret that signs, which is not told again. */
    set(url: string): string {
      keepSetting('webhook', url);
      return makeSecret();
    },

    /** Removes the URL of the desk. What waits is not sent. @returns Whether there was one. */
    remove(): boolean {
      const had = setting('webhook') !== undefined;
      sql.exec("DELETE FROM settings WHERE name = 'webhook'");
      if (variable() !== undefined) return had;
      for (const { id } of sql.exec('SELECT id FROM deliveries WHERE nextAt IS NOT NULL').toArray()) {
        onProgress(String(id), 'failed');
      }
      sql.exec('UPDATE deliveries SET nextAt = NULL');
      return had;
    },

    /** Replaces the secret. @returns The new one; undefined without a webhook. */
    renewSecret: (): string | undefined => (urlNow() === undefined ? undefined : makeSecret()),

    /**
     * Sends a test once and waits for the answer.
     *
     * @param origin Of the deployment.
     * @returns undefined without a webhook.
     */
    async test(origin: string): Promise<Delivery | undefined> {
      const url = urlNow();
      if (url === undefined) return undefined;
      keepSetting('origin', origin);
      const at = now();
      const id = `test:${random(new Uint8Array(8)).toHex()}`;
      const text = `This is a test from ${new URL(origin).host}. Nothing happened.`;
      const { status, ms } = await sendMessage({ id, name: 'test', at, text, facts: {} }, url);
      sql.exec('INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, 1, NULL)', ...[id, 'test', at, status, ms]);
      return { at, name: 'test', status, ms, tries: 1 };
    },

    /** Deletes messages past their retention. */
    forget(): void {
      sql.exec('DELETE FROM deliveries WHERE nextAt IS NULL AND at < ?', now() - KEPT_MS);
    },
  };
}
