/** Alarms about prices, models and sites, from the configuration and the day. Pure functions. */
import { type Catalog, offeredModels, type ProviderName } from '../catalog/model.ts';
import type { AlarmName } from '../desk-protocol.ts';
import { type BilledProvider, doubtfulPrices, tableInForce } from '../pricing/price-table.ts';
import { DAY_MS, dayOf, monthOf } from '../shared/utc.ts';
import type { RecordStatus } from '../sites/record-statuses.ts';
import type { Site } from '../sites/site.ts';
import type { AlarmSignal } from './signal.ts';

/** Days before a price ends on which its alarm rings. */
const SOON_DAYS = 14;

/** Names of all alarms that {@link watchedSignals} decides on. One without a signal is over. */
export const WATCHED_ALARMS = [
  ...(['price_stale', 'price_ends', 'model_ends'] as const),
  ...(['proof_none', 'config_broken'] as const),
] satisfies readonly AlarmName[];

/** What these alarms are about, as it is now. */
export interface Watched {
  catalog: Catalog;
  /** Without the demo. */
  providers: readonly BilledProvider[];
  sites: readonly RecordStatus[];
  demo: boolean;
}

/** @param today UTC, `YYYY-MM-DD`. */
export function watchedSignals({ catalog, providers, sites, demo }: Watched, today: string): AlarmSignal[] {
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

/** An alarm about a price, a model or a missing bot check rings once a month while its cause lasts. */
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
