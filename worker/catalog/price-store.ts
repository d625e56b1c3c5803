/**
 * Writes prices into the owner's changes to the catalog, KV's `catalog`, where changes by hand are as well. Two changes
 * at once may lose one of them, which the owner then sees in the list.
 */
import { parseJsonObject } from '../shared/json.ts';
import type { Catalog, PriceTable, ProviderName } from './model.ts';
import { applyCatalogOverrides } from './overrides.ts';

export interface PriceStoreOptions {
  /** The catalog of this version and its variable, to which the changes apply. */
  base: Catalog;
  read: () => Promise<string | null>;
  write: (changes: string) => Promise<void>;
  /** Puts changes that were written in force in this isolate. */
  adopt: (changes: string) => void;
}

/** @returns A writer, which returns why it did not write. */
export const createPriceStore =
  ({ base, read, write, adopt }: PriceStoreOptions) =>
  async (model: string, provider: ProviderName, prices: readonly PriceTable[]): Promise<string | undefined> => {
    const written = await read();
    const changes = (written?.trim() ? parseJsonObject(written) : {}) as Record<string, unknown> | undefined;
    if (!changes) return 'the changes that KV holds under `catalog` are not a JSON object: mend them first';
    const change = objectOf(changes[model]);
    const offers = objectOf(change.offers);
    const offer = { ...objectOf(offers[provider]), prices };
    const text = JSON.stringify({ ...changes, [model]: { ...change, offers: { ...offers, [provider]: offer } } });
    const outcome = applyCatalogOverrides(base, text);
    if ('problem' in outcome) return outcome.problem;
    await write(text);
    adopt(text);
    return undefined;
  };

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
