/** Which price holds on a day, and how far it can be believed. Tables that have ended stay in the catalog as history. */
import type { Catalog, CatalogModel, PriceTable, ProviderName, Source } from '../catalog/model.ts';

/** How the owner's key is charged. fal charges by the picture in either case. */
export type Billing = 'per-call' | 'per-token';

/** A provider of this deployment, and how it bills. */
export interface BilledProvider {
  name: ProviderName;
  billing: Billing;
}

/** A price that has not been compared with its source for so many days is worth a warning. */
const UNCONFIRMED_DAYS = 60;

const DAY_MS = 86_400_000;

/**
 * The table by which a provider charges the owner's key on a day: of those that hold then, the newest.
 *
 * @param today UTC day, `YYYY-MM-DD`.
 * @returns Nothing where the provider has not the model, names no price for this billing, or its price has ended.
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
  /** `unconfirmed`: believed, but not compared for {@link UNCONFIRMED_DAYS}. `ended`: unknown, so nothing is drawn by it. */
  state: 'unconfirmed' | 'ended';
  confirmed: string;
}

/**
 * The prices of a deployment that have not been confirmed for long, or have ended without another in their place.
 *
 * @param providers Those that are asked. Play money is left out.
 */
export function doubtfulPrices(catalog: Catalog, providers: readonly BilledProvider[], today: string): DoubtfulPrice[] {
  const oldest = new Date(Date.parse(today) - UNCONFIRMED_DAYS * DAY_MS).toISOString().slice(0, 10);
  return catalog.flatMap((model) =>
    providers.flatMap(({ name, billing }): DoubtfulPrice[] => {
      if (name === 'demo') return [];
      const inForce = tableInForce(model, name, billing, today);
      const table = inForce ?? lastOf(tablesOf(model, name, billing).filter(({ since }) => since <= today));
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

const lastOf = (tables: readonly PriceTable[]): PriceTable | undefined =>
  tables.toSorted((a, b) => a.since.localeCompare(b.since)).at(-1);
