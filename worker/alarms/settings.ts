/** Alarms about prices, models and sites, from the configuration and the day. Pure functions. */
import { type Catalog, offeredModels, type ProviderName } from '../catalog/model.ts';
import type { AlarmName } from '../desk-protocol.ts';
import { periodOf } from '../ledger/periods.ts';
import { type BilledProvider, doubtfulPrices, tableInForce } from '../pricing/price-table.ts';
import { dayOf, hourOf } from '../shared/utc.ts';
import type { Site } from '../sites/site.ts';
import type { SiteStand } from '../sites/site-stands.ts';
import type { AlarmSignal } from './signal.ts';

const DAY_MS = 86_400_000;
/** Days before a price ends on which its alarm rings. */
const SOON_DAYS = 14;

/** Names of all alarms that {@link settingSignals} decides on. One without a signal is over. */
export const SETTING_ALARMS = [
  ...(['price_stale', 'price_ends', 'model_ends'] as const),
  ...(['proof_none', 'config_broken'] as const),
] satisfies readonly AlarmName[];

export interface Settings {
  catalog: Catalog;
  /** Without the demo. */
  providers: readonly BilledProvider[];
  sites: readonly SiteStand[];
  demo: boolean;
}

/** @param today UTC, `YYYY-MM-DD`. */
export function settingSignals({ catalog, providers, sites, demo }: Settings, today: string): AlarmSignal[] {
  const broken = sites.flatMap((each) => ('field' in each ? [each] : []));
  const known = sites.flatMap((each) => ('site' in each ? [each.site] : []));
  return [
    ...priceSignals(catalog, providers, today),
    ...(demo ? [] : modelSignals(catalog, known, today)),
    ...(demo ? [] : known.filter(({ proof }) => proof === 'none').map((site) => proofSignal(site, today))),
    ...broken.map(({ id, ...how }) => brokenSignal(id, how, today)),
  ];
}

const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/**
 * The period of an alarm about a price, a model or a missing bot check: while the cause lasts it rings once a month.
 */
const monthOf = (today: string): string => periodOf('month', today);

function priceSignals(catalog: Catalog, providers: readonly BilledProvider[], today: string): AlarmSignal[] {
  const doubtful = doubtfulPrices(catalog, providers, today).map(
    ({ model, provider, state, source, confirmed, until }) =>
      priceSignal(state === 'ended' ? 'price_ends' : 'price_stale', { provider, model }, today, {
        ...{ state, source, confirmed, days: daysBetween(confirmed, today) },
        ...(until !== undefined && { until }),
      }),
  );
  const ending = catalog.flatMap((model) =>
    providers.flatMap(({ name, billing }) => {
      const table = name === 'demo' ? undefined : tableInForce(model, name, billing, today);
      if (table?.until === undefined || daysBetween(today, table.until) > SOON_DAYS) return [];
      const next = dayOf(Date.parse(table.until) + DAY_MS);
      // Another table follows it.
      if (tableInForce(model, name, billing, next)) return [];
      const { source, until } = table;
      return [priceSignal('price_ends', { provider: name, model: model.id }, today, { state: 'ends', source, until })];
    }),
  );
  return [...doubtful, ...ending];
}

function priceSignal(
  name: 'price_stale' | 'price_ends',
  { provider, model }: { provider: ProviderName; model: string },
  today: string,
  facts: AlarmSignal['facts'],
): AlarmSignal {
  return { name, subject: `${provider} ${model}`, period: monthOf(today), facts: { provider, model, ...facts } };
}

function modelSignals(catalog: Catalog, sites: readonly Site[], today: string): AlarmSignal[] {
  return offeredModels(catalog, today).flatMap(({ id, end, successor }) => {
    const offering = sites.filter(({ models }) => models.includes(id)).length;
    if (end === undefined || offering === 0) return [];
    return [
      {
        ...({ name: 'model_ends', subject: id, period: monthOf(today) } as const),
        facts: { model: id, end, sites: offering, ...(successor !== undefined && { successor }) },
      },
    ];
  });
}

const proofSignal = ({ id, dayBudgetMicros }: Site, today: string): AlarmSignal => ({
  ...{ name: 'proof_none', site: id, period: monthOf(today) },
  facts: { capMicros: dayBudgetMicros },
});

/** The alarm closes this long after the last token that Turnstile did not judge. */
const SILENT_MS = 15 * 60_000;

/**
 * That Turnstile did not answer. Once an hour, so that another outage of the day rings too.
 *
 * @param now Unix milliseconds.
 */
export const silentSignal = (now: number): AlarmSignal => ({
  ...{ name: 'proof_down', period: hourOf(now) },
  facts: { since: now },
  closesAt: now + SILENT_MS,
});

/** How a site's record is broken. */
interface Broken {
  /** The one that breaks a rule. Its value is not told. */
  field: string;
  /** Whether the last good copy of the record is in force. Otherwise the site is closed. */
  isKept: boolean;
}

export const brokenSignal = (site: string, { field, isKept }: Broken, today: string): AlarmSignal => ({
  ...{ name: 'config_broken', site, period: today },
  facts: { field, state: isKept ? 'kept' : 'closed' },
});
