/** What a site's money comes to in pictures, and which cap is reached first. */
import type { DeskChoices, DeskModel } from '../../../worker/desk-protocol.ts';
import { formatMoney, formatNumber, UNKNOWN } from '../parts/format.ts';
import { MONEY } from '../words/sites.ts';
import { picturesFor } from './affordable.ts';
import { amountsOf, type SiteRecord } from './record.ts';

const MICROS = 1_000_000;
/** Google's first tier of billing ends here, in dollars a month (https://ai.google.dev/gemini-api/docs/billing). */
const FIRST_TIER_USD = 250;

/** Of one picture, to a tenth of a cent. */
export const formatPrice = (micros: number | undefined): string =>
  micros === undefined ? UNKNOWN : `$${(micros / MICROS).toFixed(3)}`;

const SIZES = ['512', '1K', '2K', '4K'];

/** The models that visitors may choose. */
export const modelsOf = ({ models }: SiteRecord, choices: DeskChoices): DeskModel[] =>
  models ? models.flatMap((id) => choices.models.find((model) => model.id === id) ?? []) : choices.models;

export const defaultModelOf = (record: SiteRecord, choices: DeskChoices): DeskModel | undefined => {
  const offered = modelsOf(record, choices);
  return offered.find(({ id }) => id === record.defaultModel) ?? offered[0];
};

/** The sizes of a model that the site allows, smallest first. */
export const sizesOf = ({ sizes = SIZES }: SiteRecord, model: DeskModel | undefined): string[] =>
  (model?.sizes ?? []).filter((size) => sizes.includes(size));

/** The size that is drawn where a visitor chooses none. */
const usualSize = (record: SiteRecord, model: DeskModel): string | undefined => {
  const sizes = sizesOf(record, model);
  return sizes.includes('1K') ? '1K' : sizes[0];
};

interface Price {
  size: string;
  micros: number;
  /** What the picture holds before it is drawn. */
  held: number | undefined;
}

const priceOf = (record: SiteRecord, model: DeskModel): Price | undefined => {
  const size = usualSize(record, model);
  const micros = size === undefined ? undefined : model.priceMicros[size];
  return size === undefined || !micros ? undefined : { size, micros, held: model.heldMicros[size] };
};

/** How many pictures a day's money is, and what stops one visitor first. */
export function picturesSentence(record: SiteRecord, choices: DeskChoices): string {
  const model = defaultModelOf(record, choices);
  const price = model && priceOf(record, model);
  const { day, visitor, range } = amountsOf(record);
  if (!model || !price) return MONEY.noPrice;
  const dearest = modelsOf(record, choices)
    .flatMap((each) => {
      const known = priceOf(record, each);
      return known && each.id !== model.id ? [{ name: each.displayName, ...known }] : [];
    })
    .toSorted((a, b) => b.micros - a.micros)[0];
  const affordable = (usd: number, { micros, held }: Pick<Price, 'micros' | 'held'>): number =>
    picturesFor(usd * MICROS, micros, held);
  const dear =
    dearest && dearest.micros > price.micros
      ? MONEY.orDearest(formatNumber(affordable(day, dearest)), dearest.name)
      : '';
  const perDay = record.limits?.visitorPerDay ?? 20;
  const ofVisitor = Math.min(visitor, range, day);
  const most = affordable(ofVisitor, price);
  const stops =
    most < perDay
      ? MONEY.visitorByMoney(formatNumber(most), formatMoney(ofVisitor * MICROS))
      : MONEY.visitorByCount(formatNumber(perDay));
  return `${MONEY.pictures(formatMoney(day * MICROS), formatNumber(affordable(day, price)), price.size)}${dear}. ${MONEY.range(
    formatMoney(Math.min(range, day) * MICROS),
  )} ${stops}`;
}

/** What an owner should know of the caps, the nearest first. */
export function moneyWarnings(record: SiteRecord, choices: DeskChoices, isDemo: boolean): string[] {
  const { day, month } = amountsOf(record);
  const warnings: string[] = [];
  const money = (usd: number): string => formatMoney(Math.round(usd * MICROS));
  if (day * MICROS > choices.deploymentDayMicros) {
    warnings.push(MONEY.overDeployment(formatMoney(choices.deploymentDayMicros), money(day)));
  }
  if (day * 30 > month) {
    const full = Math.floor(month / day);
    warnings.push(
      full < 1
        ? MONEY.oneDay(money(day), money(month))
        : MONEY.month(money(day), money(day * 30), money(month), ordinal(full)),
    );
  }
  if (month > FIRST_TIER_USD && !isDemo) warnings.push(MONEY.tier(money(FIRST_TIER_USD)));
  return warnings;
}

const ordinal = (count: number): string => {
  const last = count > 10 && count < 14 ? 0 : count % 10;
  return `${count}${['th', 'st', 'nd', 'rd'][last] ?? 'th'}`;
};
