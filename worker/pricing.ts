/** Prices as this deployment pays them: the catalog's tables, chosen by its providers and how they bill. */
import type { ProviderConfig } from './config.ts';
import type { CatalogModel, PriceTable, ProviderName } from './domain/catalog.ts';
import { costMicros, tableInForce, type Usage, worstMicros } from './domain/prices.ts';
import type { GenerateRequest } from './domain/request.ts';

export interface Pricing {
  /** The dearest a request can become, in micro-dollars; undefined where a price is not known. */
  worst(request: GenerateRequest, model: CatalogModel): number | undefined;
  /** What an answer cost, in micro-dollars. Without usage the worst price stands in. */
  cost(provider: ProviderName, request: GenerateRequest, model: CatalogModel, usage: Usage | undefined): number;
  /** The table that the first provider of a model charges by. */
  table(model: CatalogModel): PriceTable | undefined;
}

/** @param now Unix milliseconds. */
export function createPricing(providers: readonly ProviderConfig[], now: () => number): Pricing {
  const today = () => new Date(now()).toISOString().slice(0, 10);
  const tableOf = (model: CatalogModel, { name, billing }: ProviderConfig) => tableInForce(model, name, billing, today());
  const serving = (model: CatalogModel) => providers.filter(({ name }) => model.offers[name] !== undefined);

  const pricing: Pricing = {
    worst(request, model) {
      const tables = serving(model).map((provider) => tableOf(model, provider));
      const worst = worstMicros(request, model, tables);
      return worst.ok ? worst.value : undefined;
    },
    cost(name, request, model, usage) {
      const provider = providers.find((candidate) => candidate.name === name);
      const table = provider && tableOf(model, provider);
      const settled = table && usage && costMicros(table, request, usage);
      return settled ?? pricing.worst(request, model) ?? 0;
    },
    table(model) {
      const [first] = serving(model);
      return first && tableOf(model, first);
    },
  };
  return pricing;
}
