/** Prices as this deployment pays them: the catalog's tables, chosen by its providers and how they bill. */
import type { CatalogModel, PriceTable, ProviderName } from '../catalog/model.ts';
import type { GenerateRequest } from '../request/request.ts';
import { type BilledProvider, tableInForce } from './price-table.ts';
import { costMicros, isPlausible, NOTHING_USED, type Priced, type Usage, worstMicros } from './prices.ts';

/** What the price of an answer depends on. */
export interface Answered {
  priced: Priced;
  model: CatalogModel;
  usage: Usage | undefined;
  /** How many different pictures came, drafts not counted. */
  pictures: number;
}

export interface Pricing {
  /** The dearest a request can become, in micro-dollars; undefined where no price is known, and then it is refused. */
  worst(request: GenerateRequest, model: CatalogModel): number | undefined;
  /** What an answer cost, in micro-dollars; undefined where its usage is missing or makes no sense. */
  cost(provider: ProviderName, answer: Answered): number | undefined;
  /** The table a provider charges a model by. Without one it is not called. */
  table(model: CatalogModel, provider?: ProviderName): PriceTable | undefined;
}

/** @param now Unix milliseconds. */
export function createPricing(providers: readonly BilledProvider[], now: () => number): Pricing {
  const today = () => new Date(now()).toISOString().slice(0, 10);
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
      // Calls and pictures have their price whatever was counted.
      if (table.kind !== 'token') return costMicros(table, priced, NOTHING_USED);
      if (!usage || !isPlausible(usage, model, priced.size, pictures)) return undefined;
      return costMicros(table, priced, usage);
    },
  };
}
