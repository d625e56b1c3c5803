/** What a caller with so many dollars can be granted at all. */
import type { CatalogModel, Size } from '../catalog/model.ts';
import { pictureOf } from './prices.ts';
import type { Pricing } from './pricing.ts';

/**
 * The menu without what is refused every day, because the most that it can cost is more than the caller may spend in a
 * whole day: models, sizes and thinking levels. A model without a known price stays, and so does a menu of which
 * nothing would be left: its refusal says why.
 *
 * @param most Micro-dollars of a day.
 */
export function withinMeans(menu: readonly CatalogModel[], most: number, pricing: Pick<Pricing, 'worst'>) {
  const fits = (model: CatalogModel, size: Size | undefined, level?: string): boolean => {
    const request = { ...pictureOf(model, size), ...(level !== undefined && { thinkingLevel: level }) };
    return (pricing.worst(request, model) ?? 0) <= most;
  };
  const left = menu.flatMap((model) => {
    const sizes = model.sizes.filter((size) => fits(model, size));
    const [smallest] = sizes;
    if (smallest === undefined && model.sizes.length > 0) return [];
    const thinkingLevels = model.thinkingLevels.filter((level) => fits(model, smallest, level));
    return [{ ...model, sizes, thinkingLevels }];
  });
  return left.length > 0 ? left : menu;
}
