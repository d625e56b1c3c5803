/** Tells the owner, in the log and once for each, of prices that have not been confirmed for long or have ended. */
import type { ProviderConfig } from './config.ts';
import { dayOf } from './domain/budget.ts';
import type { Catalog } from './domain/catalog.ts';
import { doubtfulPrices } from './domain/price-table.ts';
import type { Log } from './log.ts';

/** @param now Unix milliseconds. */
export function createPriceWatch(providers: readonly ProviderConfig[], now: () => number, log: Log) {
  const told = new Set<string>();
  return (catalog: Catalog): void => {
    for (const price of doubtfulPrices(catalog, providers, dayOf(now()))) {
      const name = JSON.stringify(price);
      if (!told.has(name)) log('price_doubtful', { ...price, alarm: true });
      told.add(name);
    }
  };
}
