/** Why a bill differs from the ledger: the likeliest reason, by what may explain it. Pure functions. */
import type { BillDifference } from '../desk-protocol.ts';
import type { MonthRow } from '../ledger/usage.ts';
import type { BillSum } from './read-bill.ts';

const HALF_CENT = 5_000;

/** Part by which the prices of two pictures of one model and size may differ, because of their tokens. */
const BY_TOKENS = 0.1;

/** What the ledger has of a provider, model and size. Money is micro-dollars. */
export type LedgerSum = Pick<MonthRow, 'pictures' | 'micros' | 'declined' | 'unknown' | 'unknownMicros' | 'firstHours'>;

/** What the bill has of it. */
export type Charged = Pick<BillSum, 'micros' | 'pictures' | 'centLines'>;

/** Calls of unknown outcome, and what they count as in the ledger. */
export type Doubt = Pick<MonthRow, 'unknown' | 'unknownMicros'>;

export const NO_DOUBT: Doubt = { unknown: 0, unknownMicros: 0 };

export const addDoubt = (a: Doubt, b: Doubt): Doubt => ({
  unknown: a.unknown + b.unknown,
  unknownMicros: a.unknownMicros + b.unknownMicros,
});

/** What else a difference may come from. */
export interface Around {
  /** Pictures of the first hours of the month after, which the bill may have in this month. */
  after: number;
  /** Micro-dollars between the dearest and the cheapest picture that are added up here. */
  spread: number;
  /** Calls of unknown outcome whose provider is unknown too. The ledger's sum is without them. */
  unclaimed: Doubt;
}

/** Micro-dollars of a picture in the ledger, without calls of unknown outcome. 0: there is no picture. */
export const priceOf = ({ pictures, micros, unknownMicros }: LedgerSum): number =>
  pictures > 0 ? (micros - unknownMicros) / pictures : 0;

/** The most that refusals can have cost: a picture's price each, or the whole sum where no picture was made. */
const refusedOf = (ledger: LedgerSum): number =>
  ledger.declined * (ledger.pictures > 0 ? priceOf(ledger) : ledger.micros - ledger.unknownMicros);

/** Each line in whole cents may be off by half of one, and of many most cancel out. */
const roundingOf = (centLines: number): number =>
  HALF_CENT * Math.max(1, Math.min(centLines, 2 * Math.sqrt(centLines)));

/**
 * The likeliest reason for a difference. A harmless one only where it explains all pictures and all money of it, so
 * that what is left deserves a look.
 *
 * @returns undefined where the bill agrees to the cent.
 */
export function whyOf(ledger: LedgerSum, bill: Charged, around: Around): BillDifference | undefined {
  const difference = bill.micros - ledger.micros;
  const rounding = roundingOf(bill.centLines);
  const more = bill.pictures === undefined ? undefined : bill.pictures - ledger.pictures;
  if (!more && Math.abs(difference) <= rounding) return undefined;
  return more === undefined
    ? whyOfMoney(ledger, difference, rounding, around)
    : whyOfPictures(ledger, { micros: bill.micros, more }, rounding, around);
}

/** @param bill `more`: how many more pictures than the ledger's. */
function whyOfPictures(
  ledger: LedgerSum,
  bill: { micros: number; more: number },
  rounding: number,
  { after, spread, unclaimed }: Around,
): BillDifference {
  const { more } = bill;
  const doubt = addDoubt(ledger, unclaimed);
  if (more > doubt.unknown + after) return 'more_pictures';
  const price = priceOf(ledger);
  // Over what as many pictures cost in the ledger, where no call of unknown outcome costs more than a picture.
  const over = bill.micros - (ledger.micros - ledger.unknownMicros) - more * price;
  const give = rounding + Math.abs(more) * (price * BY_TOKENS + spread);
  const held = more > 0 ? Math.max(0, doubt.unknownMicros - more * price) : 0;
  if (over > give + held) return 'price_differs';
  if (-more > ledger.firstHours) return 'fewer_pictures';
  if (over < -give - refusedOf(ledger)) return 'price_differs';
  if (more !== 0) return more > 0 && more <= doubt.unknown ? 'unknown_charged' : 'day_boundary';
  return over < -rounding ? 'error_not_charged' : 'unknown_not_charged';
}

/** For a bill that counts no pictures. */
function whyOfMoney(
  ledger: LedgerSum,
  difference: number,
  rounding: number,
  { after, unclaimed }: Around,
): BillDifference {
  const price = priceOf(ledger);
  const apart = Math.abs(difference) - rounding;
  if (difference < 0) {
    if (apart <= ledger.unknownMicros && ledger.unknown > 0) return 'unknown_not_charged';
    if (apart <= refusedOf(ledger)) return 'error_not_charged';
    if (apart <= ledger.firstHours * price + ledger.unknownMicros) return 'day_boundary';
  } else {
    if (unclaimed.unknown > 0 && apart <= unclaimed.unknownMicros) return 'unknown_charged';
    if (ledger.pictures === 0) return 'more_pictures';
    if (apart <= after * price) return 'day_boundary';
  }
  // A difference of whole pictures is one of pictures, any other one of prices.
  const pictures = price > 0 ? Math.abs(difference) / price : 0;
  const isWhole = pictures > 0.9 && Math.abs(pictures - Math.round(pictures)) < 0.05 && pictures < 20;
  if (isWhole) return difference > 0 ? 'more_pictures' : 'fewer_pictures';
  return 'price_differs';
}
