/**
 * The alarms of the deployment with everything that takes time: checks of keys, prices, models and sites, and messages
 * to the owner ({@link createWebhook}). The rows of alarms are those of {@link createAlarmBook}.
 */
import type { DeskAlarm, DeskAlarms, DeskWebhook } from '../desk-protocol.ts';
import type { KeyHealth } from '../providers/key-health.ts';
import { dayOf } from '../shared/utc.ts';
import { createAlarmBook } from './book.ts';
import { BUDGET_ALARMS, isOutgrown } from './budgets.ts';
import { WATCHED_ALARMS, type Watched, watchedSignals } from './catalog-and-sites.ts';
import { keySignals, type ProviderKeys } from './keys.ts';
import type { AlarmCause, AlarmSignal } from './signal.ts';
import { createWebhook, type WebhookOptions } from './webhook.ts';

/** Shortest time between two checks of prices, models, sites and keys, however often the desk asks. */
const REFRESH_MS = 60_000;

const KEY_ALARMS = ['key_refused', 'key_rests'] as const;

export interface AlarmServiceOptions extends Omit<WebhookOptions, 'findAlarm' | 'onProgress'> {
  /** What the configuration and the sites' records say. */
  readSources: () => Promise<AlarmSources>;
  /** The last report on each provider's key. */
  keyHealth: () => KeyHealth[];
}

interface AlarmSources extends Watched {
  providerKeys: readonly ProviderKeys[];
  /** The deployment's, in micro-dollars. */
  caps: { dayMicros: number; monthMicros: number };
}

export function createAlarmService(options: AlarmServiceOptions) {
  const { sql, readSources, keyHealth, now, log } = options;
  const book = createAlarmBook(sql);
  const webhook = createWebhook({ ...options, findAlarm: book.find, onProgress: book.tell });
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let refreshing: Promise<void> | undefined;

  /** @param ids Of alarms that ring for the first time in their period. */
  async function tell(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const { name, site } = book.find(id)!;
      log('alarm_rang', { name, ...(site !== undefined && { site }), alarm: true });
    }
    await webhook.queue(ids);
  }

  const settleKeys = (providerKeys: readonly ProviderKeys[]): string[] =>
    book.settle(KEY_ALARMS, keySignals(keyHealth(), providerKeys, now()), now());

  /** Closes alarms of budgets whose caps were raised. */
  function endOutgrown(sources: AlarmSources): void {
    for (const open of book.causes(BUDGET_ALARMS)) {
      const cap = capOf(sources, open.site, String(open.facts.period));
      if (cap !== undefined && isOutgrown(open, cap)) book.end(open, now());
    }
  }

  async function refresh(): Promise<void> {
    const sources = await readSources();
    endOutgrown(sources);
    const ids = book.settle(WATCHED_ALARMS, watchedSignals(sources, dayOf(now())), now());
    await tell([...ids, ...settleKeys(sources.providerKeys)]);
  }

  /** Checks keys, prices, models and sites, unless that was done a moment ago. Never rejects. */
  async function refreshIfStale(): Promise<void> {
    if (now() - refreshedAt < REFRESH_MS && now() >= refreshedAt) return refreshing;
    refreshedAt = now();
    refreshing = refresh().catch((error) => log('alarms_unlooked', { error: String(error) }));
    await refreshing;
  }

  return {
    /** Open alarms, the gravest first. */
    open: (): DeskAlarm[] => book.open(now()),

    refreshIfStale,

    /** Notes causes, and sends a message about each alarm that rings for the first time in its period. */
    async ring(signals: readonly AlarmSignal[]): Promise<void> {
      await tell(signals.flatMap((signal) => book.ring(signal, now()) ?? []));
    },

    /** Closes the alarm of a cause that is gone. Idempotent. */
    end(cause: AlarmCause): void {
      book.end(cause, now());
    },

    /** Closes an alarm until its period ends. @returns Whether it was open. */
    dismiss: (id: string): boolean => book.dismiss(id, now()),

    /** Decides on the keys anew, after a report on one of them. */
    keysChanged: (providerKeys: readonly ProviderKeys[]): Promise<void> => tell(settleKeys(providerKeys)),

    /** What the desk shows. @param origin Of the deployment, as its owner calls it; messages name it from then on. */
    async list(origin: string): Promise<DeskAlarms> {
      webhook.noteOrigin(origin);
      await refreshIfStale();
      return { open: book.open(now()), past: book.past(now()), webhook: webhook.shown() };
    },

    noteOrigin: webhook.noteOrigin,
    setWebhook: webhook.set,
    removeWebhook: webhook.remove,
    renewSecret: webhook.renewSecret,
    test: (origin: string): Promise<DeskWebhook['deliveries'][number] | undefined> => webhook.test(origin),

    /**
     * When the object is woken: sends what is due, and checks everything.
     *
     * @returns When the next message is due, if any.
     */
    async wake(): Promise<number | undefined> {
      await webhook.deliverDue();
      await refreshIfStale();
      book.forget(now());
      webhook.forget();
      return webhook.nextAt();
    },
  };
}

/** What {@link createAlarmService} returns. */
export type AlarmService = ReturnType<typeof createAlarmService>;

/** The cap in force of a site, or of the deployment. undefined: the site has no record that can be read. */
function capOf({ caps, sites }: AlarmSources, site: string | undefined, period: string): number | undefined {
  if (site === undefined) return period === 'day' ? caps.dayMicros : caps.monthMicros;
  const found = sites.flatMap((each) => ('site' in each && each.site.id === site ? [each.site] : []))[0];
  return found && (period === 'day' ? found.dayBudgetMicros : found.monthBudgetMicros);
}
