/** Which price holds on a day, and how far it can be trusted. Tables that have ended stay in the catalog as history. */
import type { Catalog, CatalogModel, PriceTable, ProviderName, Source } from '../catalog/model.ts';
import { DAY_MS, dayOf } from '../shared/utc.ts';

/** How the owner's key is charged. fal charges by the picture in either case. */
export type Billing = 'per-call' | 'per-token';

/** A provider of this deployment, and how it bills. */
export interface BilledProvider {
  name: ProviderName;
  billing: Billing;
}

/** After so many days without a comparison with its source, a price causes a warning. */
export const UNCONFIRMED_DAYS = 60;

/**
 * The newest of the tables that hold on a day, by which a provider charges the owner's key.
 *
 * @param today UTC day, `YYYY-MM-DD`.
 * @returns Undefined if the provider does not have the model, names no price for this billing, or its price has ended.
 */
export function tableInForce(
  model: CatalogModel,
  provider: ProviderName,
  billing: Billing,
  today: string,
): PriceTable | undefined {
  return tablesOf(model, provider, billing)
    .filter(({ since, until = today }) => since <= today && today <= until)
    .reduce<PriceTable | undefined>((best, table) => (best && best.since >= table.since ? best : table), undefined);
}

/** A price that its owner should look at. */
export interface DoubtfulPrice extends Pick<Source, 'source' | 'until'> {
  model: string;
  provider: ProviderName;
  /** `unconfirmed`: trusted, but not compared for {@link UNCONFIRMED_DAYS}. `ended`: unknown, so calls are refused. */
  state: 'unconfirmed' | 'ended';
  confirmed: string;
}

/**
 * The prices of a deployment that were not confirmed recently, or that have ended without a replacement.
 *
 * @param providers Those of this deployment. The demo's play money is left out.
 */
export function doubtfulPrices(catalog: Catalog, providers: readonly BilledProvider[], today: string): DoubtfulPrice[] {
  const oldest = dayOf(Date.parse(today) - UNCONFIRMED_DAYS * DAY_MS);
  return catalog.flatMap((model) =>
    providers.flatMap(({ name, billing }): DoubtfulPrice[] => {
      if (name === 'demo') return [];
      const inForce = tableInForce(model, name, billing, today);
      const table = inForce ?? lastTable(model, name, billing, today);
      if (!table) return [];
      const { source, since, confirmed = since, until } = table;
      if (inForce && confirmed >= oldest) return [];
      const state = inForce ? 'unconfirmed' : 'ended';
      return [{ model: model.id, provider: name, state, source, confirmed, ...(until !== undefined && { until }) }];
    }),
  );
}

function tablesOf(model: CatalogModel, provider: ProviderName, billing: Billing): PriceTable[] {
  const kind = billing === 'per-call' ? 'call' : 'token';
  return (model.offers[provider]?.prices ?? []).filter((table) => table.kind === kind || table.kind === 'image');
}

/** The newest table that has begun, also where it has ended. */
export const lastTable = (
  model: CatalogModel,
  provider: ProviderName,
  billing: Billing,
  today: string,
): PriceTable | undefined =>
  tablesOf(model, provider, billing)
    .filter(({ since }) => since <= today)
    .toSorted((a, b) => a.since.localeCompare(b.since))
    .at(-1);
