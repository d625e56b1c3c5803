/** What a site's money comes to in pictures, and which cap is reached first. */
import type { DeskChoices, DeskModel } from '../../../worker/desk-protocol.ts';
import { formatDollars, formatMoney, formatNumber, microsOf } from '../parts/format.ts';
import { MONEY } from '../words/sites.ts';
import { FIRST_TIER_USD, picturesFor } from './affordable.ts';
import { amountsOf, type SiteRecord } from './record.ts';

/** All sizes that models draw, smallest first. */
export const SIZES = ['512', '1K', '2K', '4K'];

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

/** The one of these sizes that is drawn where a visitor chooses none. */
export const usualSize = (sizes: readonly string[]): string | undefined => (sizes.includes('1K') ? '1K' : sizes[0]);

interface Price {
  size: string;
  micros: number;
  /** What the picture holds before it is drawn. */
  held: number | undefined;
}

const priceOf = (record: SiteRecord, model: DeskModel): Price | undefined => {
  const size = usualSize(sizesOf(record, model));
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
    picturesFor(microsOf(usd), micros, held);
  const dear =
    dearest && dearest.micros > price.micros
      ? MONEY.orDearest(formatNumber(affordable(day, dearest)), dearest.name)
      : '';
  const perDay = record.limits?.visitorPerDay ?? 20;
  const ofVisitor = Math.min(visitor, range, day);
  const most = affordable(ofVisitor, price);
  const stops =
    most < perDay
      ? MONEY.visitorByMoney(formatNumber(most), formatDollars(ofVisitor))
      : MONEY.visitorByCount(formatNumber(perDay));
  return `${MONEY.pictures(formatDollars(day), formatNumber(affordable(day, price)), price.size)}${dear}. ${MONEY.range(
    formatDollars(Math.min(range, day)),
  )} ${stops}`;
}

/** What an owner should know of the caps, the nearest first. */
export function moneyWarnings(record: SiteRecord, choices: DeskChoices, isDemo: boolean): string[] {
  const { day, month } = amountsOf(record);
  const warnings: string[] = [];
  if (microsOf(day) > choices.deploymentDayMicros) {
    warnings.push(MONEY.overDeployment(formatMoney(choices.deploymentDayMicros), formatDollars(day)));
  }
  if (day * 30 > month) {
    const full = Math.floor(month / day);
    warnings.push(
      full < 1
        ? MONEY.oneDay(formatDollars(day), formatDollars(month))
        : MONEY.month(formatDollars(day), formatDollars(day * 30), formatDollars(month), ordinal(full)),
    );
  }
  if (month > FIRST_TIER_USD && !isDemo) warnings.push(MONEY.tier(formatDollars(FIRST_TIER_USD)));
  return warnings;
}

const ordinal = (count: number): string => {
  const last = count > 10 && count < 14 ? 0 : count % 10;
  return `${count}${['th', 'st', 'nd', 'rd'][last] ?? 'th'}`;
};
