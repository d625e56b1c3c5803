import { menuOf } from '../catalog/menu.ts';
import type { Config } from '../config/config.ts';
import { pictureMicros, pictureOf } from '../pricing/prices.ts';
import type { Pricing } from '../pricing/pricing.ts';
import type { Site } from '../sites/site.ts';

export interface VisitorDayOptions {
  config: Pick<Config, 'catalog'>;
  pricing: Pick<Pricing, 'table' | 'worst'>;
}

/**
 * How many pictures a visitor may make in a UTC day, by number and by dollars, whichever ends first. Dollars are counted
 * in pictures of the site's default model at 1K, or at its smallest size: cheaper ones may be more, dearer ones fewer. What
 * other visitors spend of the same budgets is not known here.
 */
export function visitorDayOf(site: Site, { config, pricing }: VisitorDayOptions): number {
  const model = menuOf(config.catalog, site).find(({ id }) => id === site.defaultModel);
  const size = model?.sizes.find((each) => each === '1K') ?? model?.sizes[0];
  const table = model && pricing.table(model);
  const price = table && size && pictureMicros(table, model, size);
  const held = model && pricing.worst(pictureOf(model, size), model);
  if (!price || held === undefined) return site.visitorPerDay;
  const micros = Math.min(
    site.visitorDayMicros,
    site.networkDayMicros,
    Math.floor(Math.min(site.dayBudgetMicros, site.monthBudgetMicros) * (1 - site.keptForClients)),
  );
  return Math.min(site.visitorPerDay, picturesFor(micros, price, held));
}

/** The most that a picture can cost is held before it is drawn, so the last one needs more room than its price. */
const picturesFor = (micros: number, price: number, held: number): number =>
  micros < held ? 0 : Math.floor((micros - held) / price) + 1;

/**
 * Pictures that a visitor has left of their day.
 *
 * @param day As {@link visitorDayOf} gives it.
 * @param remaining What is left of the number of pictures alone.
 */
export const leftOf = (day: number, { visitorPerDay }: Pick<Site, 'visitorPerDay'>, remaining: number): number =>
  Math.max(0, day - (visitorPerDay - remaining));
