/** The prices of a deployment as its owner reads and corrects them. */
import { type Catalog, type CatalogModel, offeredModels, type PriceTable, SIZES, type Size } from '../catalog/model.ts';
import type { DeskPrice } from '../desk-protocol.ts';
import { DAY_MS, dayOf } from '../shared/utc.ts';
import { type BilledProvider, lastTable, tableInForce, UNCONFIRMED_DAYS } from './price-table.ts';
import { pictureMicros } from './prices.ts';

/** A price that ends within so many days is worth a look. */
const ENDS_SOON_DAYS = 30;
/** A confirmed price is trusted for so long, as those of the catalog are (`catalog/seed-prices.ts`). */
const TRUSTED_DAYS = 183;

/** @param day UTC, `YYYY-MM-DD`. */
const daysLater = (day: string, days: number): string => dayOf(Date.parse(day) + days * DAY_MS);

/** The demo's play money is left out. @param today UTC day, `YYYY-MM-DD`. */
export const priceList = (catalog: Catalog, providers: readonly BilledProvider[], today: string): DeskPrice[] =>
  providers.flatMap((provider) =>
    offeredModels(catalog, today).flatMap((model) => priceOf(model, provider, today) ?? []),
  );

/** @returns undefined where the provider has no price of the model. */
export function priceOf(model: CatalogModel, { name, billing }: BilledProvider, today: string): DeskPrice | undefined {
  if (name === 'demo') return undefined;
  const inForce = tableInForce(model, name, billing, today);
  const table = inForce ?? lastTable(model, name, billing, today);
  if (!table) return undefined;
  const { source, since, confirmed = since, until } = table;
  return {
    ...{ provider: name, model: model.id, displayName: model.displayName },
    bySize: Object.fromEntries(
      model.sizes.flatMap((size) => {
        const micros = pictureMicros(table, model, size);
        return micros === undefined ? [] : [[size, micros]];
      }),
    ),
    figures: figuresOf(table),
    ...{ source, confirmed },
    ...(until !== undefined && { until }),
    state: inForce ? stateOf(confirmed, until, today) : 'ended',
  };
}

function stateOf(confirmed: string, until: string | undefined, today: string): DeskPrice['state'] {
  if (until !== undefined && until <= daysLater(today, ENDS_SOON_DAYS)) return 'ends';
  return confirmed < daysLater(today, -UNCONFIRMED_DAYS) ? 'stale' : 'fresh';
}

const FIGURES = ['perCall', 'inputPerMillion', 'textOutPerMillion', 'imageOutPerMillion', 'perSearch'] as const;
const EXTRAS = ['grounding', 'highThinking'] as const;

/** The money of a table by name. A picture's size is its own name. */
function figuresOf(table: PriceTable): Record<string, number> {
  if (table.kind === 'image') return { ...table.perImage, ...pick(table, EXTRAS) };
  return pick(table, FIGURES);
}

const pick = (table: object, names: readonly string[]): Record<string, number> =>
  Object.fromEntries(Object.entries(table).filter(([name]) => names.includes(name)));

/**
 * The tables of an offer with its price confirmed or corrected today. What held until yesterday stays as history.
 *
 * @param figures Those that differ, by the names of {@link priceOf}. Empty: the price is confirmed as it is.
 * @param today UTC day, `YYYY-MM-DD`.
 * @returns The name of a figure that the table does not have; undefined: there is no table to change.
 */
export function changedTables(
  model: CatalogModel,
  { name, billing }: BilledProvider,
  figures: Readonly<Record<string, number>>,
  today: string,
): PriceTable[] | { unknown: string; accepted: string[] } | undefined {
  const table = tableInForce(model, name, billing, today) ?? lastTable(model, name, billing, today);
  if (!table) return undefined;
  const accepted = Object.keys(figuresOf(table));
  const unknown = Object.keys(figures).find((figure) => !accepted.includes(figure));
  if (unknown !== undefined) return { unknown, accepted };
  const trust = { confirmed: today, until: daysLater(today, TRUSTED_DAYS) };
  const others = (model.offers[name]?.prices ?? []).filter((other) => other !== table);
  const isSame = Object.entries(figures).every(([figure, micros]) => figuresOf(table)[figure] === micros);
  const isEnded = table.until !== undefined && table.until < today;
  if (isSame && !isEnded) return [...others, { ...table, ...trust }];
  const changed = { ...withFigures(table, figures), since: today, ...trust };
  return table.since === today ? [...others, changed] : [...others, table, changed];
}

function withFigures(table: PriceTable, figures: Readonly<Record<string, number>>): PriceTable {
  if (table.kind !== 'image') return { ...table, ...figures };
  const sizes = Object.entries(figures).filter(([name]) => SIZES.includes(name as Size));
  return {
    ...table,
    perImage: { ...table.perImage, ...Object.fromEntries(sizes) },
    ...pick(figures, EXTRAS),
  };
}
