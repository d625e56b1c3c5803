/** The current configuration: the variables, with catalog and menus read from the catalog's source at each access. */

import { offeredModels } from '../catalog/model.ts';
import type { CatalogSource } from '../catalog/source.ts';
import { dayOf } from '../shared/utc.ts';
import type { Site } from '../sites/site.ts';
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

/**
 * A site never offers a retired model, nor one that draws no size of the site. A site that offers the whole catalog in
 * its order also offers models added later.
 */
function createLiveSite({ site, catalog }: Config, source: Pick<CatalogSource, 'catalog'>, now: () => number): Site {
  const offersAll = catalog.every(({ id }, at) => site.models[at] === id);
  const offered = (): string[] => {
    const ids = offeredModels(source.catalog, dayOf(now()))
      .filter((model) => model.sizes.some((size) => site.sizes.includes(size)))
      .map(({ id }) => id);
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
