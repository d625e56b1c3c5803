/** The configuration of this moment: what the variables say, with the catalog and the menus as the catalog's source has them. */
import type { Site } from '../auth/site.ts';
import { offeredModels } from '../catalog/model.ts';
import type { CatalogSource } from '../catalog/source.ts';
import { dayOf } from '../ledger/budget.ts';
import type { Config } from './config.ts';

/** @param now Unix milliseconds. */
export const createLiveConfig = (
  config: Config,
  source: Pick<CatalogSource, 'catalog'>,
  now: () => number,
): Config => ({
  ...config,
  get catalog() {
    return source.catalog;
  },
  site: createLiveSite(config, source, now),
});

/** A site never offers a retired model. One that offers the whole catalog also offers what is added to it. */
function createLiveSite({ site, catalog }: Config, source: Pick<CatalogSource, 'catalog'>, now: () => number): Site {
  const offersAll = catalog.every(({ id }) => site.models.includes(id));
  const offered = (): string[] => {
    const ids = offeredModels(source.catalog, dayOf(now())).map(({ id }) => id);
    return offersAll ? ids : site.models.filter((id) => ids.includes(id));
  };
  return {
    ...site,
    get models() {
      return offered();
    },
    get defaultModel() {
      const ids = offered();
      return ids.includes(site.defaultModel) ? site.defaultModel : (ids[0] ?? site.defaultModel);
    },
  };
}
