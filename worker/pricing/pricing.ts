/** The prices that this deployment pays: the catalog's tables, chosen by its providers and their billing. */
import type { CatalogModel, PriceTable, ProviderName } from '../catalog/model.ts';
import type { GenerateRequest } from '../request/request.ts';
import { dayOf } from '../shared/utc.ts';
import { type BilledProvider, tableInForce } from './price-table.ts';
import { costMicros, isPlausible, NOTHING_USED, type Priced, type Usage, worstMicros } from './prices.ts';

/** What the price of an answer depends on. */
export interface Answered {
  priced: Priced;
  model: CatalogModel;
  usage: Usage | undefined;
  /** Number of different pictures in the answer, without drafts. */
  pictures: number;
}

export interface Pricing {
  /** The most a request can cost, in micro-dollars; undefined if no price is known, and the request is then refused. */
  worst(request: GenerateRequest, model: CatalogModel): number | undefined;
  /** What an answer cost, in micro-dollars; undefined if its usage is missing or not plausible. */
  cost(provider: ProviderName, answer: Answered): number | undefined;
  /** The table by which a provider charges a model. Without a table the provider is not called. */
  table(model: CatalogModel, provider?: ProviderName): PriceTable | undefined;
}

/** @param now Unix milliseconds. */
export function createPricing(providers: readonly BilledProvider[], now: () => number): Pricing {
  const today = () => dayOf(now());
  const tables = (model: CatalogModel, only?: ProviderName): PriceTable[] =>
    providers
      .filter(({ name }) => only === undefined || name === only)
      .map(({ name, billing }) => tableInForce(model, name, billing, today()))
      .filter((table) => table !== undefined);

  function worst(request: GenerateRequest, model: CatalogModel): number | undefined {
    const price = worstMicros(request, model, tables(model));
    return price.ok ? price.value : undefined;
  }

  return {
    worst,
    table: (model, provider) => tables(model, provider)[0],
    cost(provider, { priced, model, usage, pictures }) {
      const [table] = tables(model, provider);
      if (!table) return undefined;
      // The price of a call or picture does not depend on token counts.
      if (table.kind !== 'token') return costMicros(table, priced, NOTHING_USED);
      if (!usage || !isPlausible(usage, model, priced.size, pictures)) return undefined;
      return costMicros(table, priced, usage);
    },
  };
}
