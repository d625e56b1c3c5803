/** Makes the tables of models and prices from the catalog. */
import type { CatalogModel, ProviderName } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { type Billing, tableInForce } from '../../worker/pricing/price-table.ts';
import { pictureMicros } from '../../worker/pricing/prices.ts';

const list = (values: readonly string[]): string => (values.length > 0 ? values.join(', ') : '–');
const code = (value: string): string => `\`${value}\``;

const FEWEST_RATIOS = Math.min(...SEED_CATALOG.map(({ aspectRatios }) => aspectRatios.length));

function modelRow(model: CatalogModel): string[] {
  const names = [code(model.id), ...(model.aliases ?? []).map((alias) => `*${alias}*`)];
  const thinking = model.thinkingLevels.map((level) => (level === model.defaultThinkingLevel ? `**${level}**` : level));
  return [
    names.join('<br>'),
    model.displayName,
    list(model.sizes),
    model.aspectRatios.length === FEWEST_RATIOS ? `${FEWEST_RATIOS}` : `${model.aspectRatios.length}, panoramas too`,
    list(thinking),
    list(model.grounding),
    model.successor === undefined ? '–' : `deprecated: ${code(model.successor)}`,
  ];
}

export const renderModels = (): string =>
  render(
    ['Model', 'Name', 'Sizes', 'Ratios', 'Thinking (default bold)', 'Searches', 'Successor'],
    SEED_CATALOG.map(modelRow),
  );

/** The day of the last price check. The tables show the prices of that day, so they do not depend on today. */
const DAY = SEED_CATALOG.flatMap(({ offers }) => Object.values(offers).flatMap(({ prices }) => prices))
  .map(({ confirmed, since }) => confirmed ?? since)
  .toSorted()
  .at(-1) as string;

const BILLS: readonly [title: string, provider: ProviderName, billing: Billing][] = [
  ['Google', 'google', 'per-token'],
  ['APIYI by the call', 'apiyi', 'per-call'],
  ['APIYI by tokens', 'apiyi', 'per-token'],
  ['fal', 'fal', 'per-token'],
];

const dollars = (micros: number): string => `$${Number((micros / 1e6).toFixed(4))}`;

/** One price if all sizes cost the same. */
function priceCell(model: CatalogModel, provider: ProviderName, billing: Billing): string {
  const table = tableInForce(model, provider, billing, DAY);
  const prices = model.sizes.flatMap((size) => {
    const micros = table && pictureMicros(table, model, size);
    return micros === undefined ? [] : [{ size, price: dollars(micros) }];
  });
  const different = new Set(prices.map(({ price }) => price));
  if (different.size <= 1) return prices[0]?.price ?? '–';
  return prices.map(({ size, price }) => `${size} ${price}`).join('<br>');
}

export const renderPrices = (): string =>
  [
    `A picture alone, without prompt, words and thoughts, as the catalog had it on ${DAY}:`,
    render(
      ['Model', ...BILLS.map(([title]) => title)],
      SEED_CATALOG.map((model) => [
        model.displayName,
        ...BILLS.map(([, provider, billing]) => priceCell(model, provider, billing)),
      ]),
    ),
  ].join('\n\n');

const render = (head: readonly string[], rows: readonly string[][]): string =>
  [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...rows.map((row) => `| ${row.join(' | ')} |`)].join(
    '\n',
  );
