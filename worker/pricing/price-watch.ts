/** Logs, once for each price, that it was not confirmed recently or has ended. */
import type { Catalog } from '../catalog/model.ts';
import type { Log } from '../shared/log.ts';
import { dayOf } from '../shared/utc.ts';
import { type BilledProvider, doubtfulPrices } from './price-table.ts';

/** @param now Unix milliseconds. */
export function createPriceWatch(providers: readonly BilledProvider[], now: () => number, log: Log) {
  const told = new Set<string>();
  return (catalog: Catalog): void => {
    for (const price of doubtfulPrices(catalog, providers, dayOf(now()))) {
      const name = JSON.stringify(price);
      if (!told.has(name)) log('price_doubtful', { ...price, alarm: true });
      told.add(name);
    }
  };
}
