/**
 * The id by which a provider knows a model today. Google retires preview ids when a model becomes final; resellers may
 * do the reverse. So after a 404 the model's other names are tried: the same model at the same price. A successor is
 * another model at another price, and never replaces a model silently.
 */
import type { CatalogModel, ProviderName } from '../catalog/model.ts';
import { HOUR_MS } from '../shared/utc.ts';

/** After this time the catalog's own id is tried first again. */
export const REMEMBERED_MS = HOUR_MS;

/** The ids of a model at a provider: the catalog's first, then those that differ only in an ending. */
export function modelIdsOf({ id, aliases, offers }: CatalogModel, provider: ProviderName): string[] {
  const wireId = offers[provider]!.wireId;
  const stem = wireId.replace(/-preview$/, '');
  const others = [id, ...aliases].filter((name) => name === stem || name.startsWith(`${stem}-`));
  return [...new Set([wireId, ...others])];
}

export interface ModelIds {
  /** The model with the id to send to this provider. */
  withCurrentId(model: CatalogModel, provider: ProviderName): CatalogModel;
  /** Notes that an id got a 404. @returns The id to try instead, if there is one. */
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
      // Another request has found the new id meanwhile.
      if (usual !== wireId) return usual;
      const ids = modelIdsOf(model, provider);
      const next = ids[ids.indexOf(wireId) + 1];
      if (next === undefined) known.delete(nameOf(model, provider));
      else known.set(nameOf(model, provider), { wireId: next, until: now() + REMEMBERED_MS });
      return next;
    },
  };
}
