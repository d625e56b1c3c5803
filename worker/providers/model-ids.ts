/**
 * What a provider calls a model today. Google retires preview ids when a model becomes final, resellers the other way
 * round; so an id that is answered with 404 is tried under the model's other names, which are the same model at the
 * same price. A successor is another model at another price, and never takes its place silently.
 */
import type { CatalogModel, ProviderName } from '../catalog/model.ts';

/** Then the catalog's own id is tried first again. */
export const REMEMBERED_MS = 3_600_000;

/** The ids of a model at a provider: the catalog's first, then those that differ by no more than an ending. */
export function modelIdsOf({ id, aliases, offers }: CatalogModel, provider: ProviderName): string[] {
  const wireId = offers[provider]!.wireId;
  const stem = wireId.replace(/-preview$/, '');
  const others = [id, ...aliases].filter((name) => name === stem || name.startsWith(`${stem}-`));
  return [...new Set([wireId, ...others])];
}

export interface ModelIds {
  /** The model as this provider is to be asked for it. */
  withCurrentId(model: CatalogModel, provider: ProviderName): CatalogModel;
  /** Notes that an id is gone. @returns The id to try instead, where there is one. */
  retire(model: CatalogModel, provider: ProviderName, wireId: string): string | undefined;
}

/** @param now Unix milliseconds. */
export function createModelIds(now: () => number): ModelIds {
  const known = new Map<string, { wireId: string; until: number }>();
  const nameOf = (model: CatalogModel, provider: ProviderName) => `${provider}/${model.id}`;

  function current(model: CatalogModel, provider: ProviderName): string {
    const found = known.get(nameOf(model, provider));
    return found && found.until > now() ? found.wireId : model.offers[provider]!.wireId;
  }

  return {
    withCurrentId(model, provider) {
      const offer = model.offers[provider]!;
      const wireId = current(model, provider);
      return wireId === offer.wireId
        ? model
        : { ...model, offers: { ...model.offers, [provider]: { ...offer, wireId } } };
    },
    retire(model, provider, wireId) {
      const usual = current(model, provider);
      // Somebody else has found out meanwhile.
      if (usual !== wireId) return usual;
      const ids = modelIdsOf(model, provider);
      const next = ids[ids.indexOf(wireId) + 1];
      if (next === undefined) known.delete(nameOf(model, provider));
      else known.set(nameOf(model, provider), { wireId: next, until: now() + REMEMBERED_MS });
      return next;
    },
  };
}
