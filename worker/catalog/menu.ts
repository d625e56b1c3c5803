/** The catalog as one site offers it. */
import type { Site } from '../sites/site.ts';
import type { Catalog, CatalogModel } from './model.ts';

/** The model with the sizes that the site allows. */
export const inSizesOf = (site: Pick<Site, 'sizes'>, model: CatalogModel): CatalogModel => ({
  ...model,
  sizes: model.sizes.filter((size) => site.sizes.includes(size)),
});

/** The site's models in the order of its menu, with nothing that the site refuses. */
export const menuOf = (catalog: Catalog, site: Site): CatalogModel[] =>
  site.models.flatMap((id) => {
    const model = catalog.find((each) => each.id === id);
    return model ? [{ ...inSizesOf(site, model), grounding: site.grounding ? model.grounding : [] }] : [];
  });
