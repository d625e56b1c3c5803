/**
 * The ledger's month beside the bills of its providers: every difference, to the micro-dollar, and why it may be there.
 */
import type { BillDifference, DeskBillRow } from '../desk-protocol.ts';
import type { MonthRow } from '../ledger/usage.ts';
import type { BillSum } from './read-bill.ts';

/** One provider's bill of the month. */
export interface MonthBill {
  provider: string;
  sums: readonly BillSum[];
}

/** A row of the answer without its model's name. */
export type ComparedRow = Omit<DeskBillRow, 'displayName'>;

const HALF_CENT = 5_000;

/** Part by which the prices of two pictures of one model and size may differ, because of their tokens. */
const BY_TOKENS = 0.1;

/**
 * One row for each provider, model and size that the ledger or a bill has. Where a bill does not tell the sizes of a
 * model, they are one row. A provider's rows without a line on its bill were charged nothing.
 *
 * @param rows Of one month. Several of the same provider, model and size are added up.
 * @param next The month after it, in the same form.
 */
export function compareBills(
  rows: readonly MonthRow[],
  next: readonly MonthRow[],
  bills: readonly MonthBill[],
): ComparedRow[] {
  const sums = bills.flatMap(({ provider, sums }) => sums.map((sum) => ({ provider, ...sum })));
  const unsized = new Set(sums.filter(({ size }) => size === '').map(({ provider, model }) => `${provider} ${model}`));
  const nameOf = ({ provider, model, size }: Pick<DeskBillRow, 'provider' | 'model' | 'size'>): string =>
    JSON.stringify([provider, model, unsized.has(`${provider} ${model}`) ? '' : size]);
  const pairs = new Map<string, Pair>();
  const pairOf = (row: Pick<DeskBillRow, 'provider' | 'model' | 'size'>): Pair => {
    const name = nameOf(row);
    const pair = pairs.get(name) ?? { ledger: { ...NOTHING }, prices: [], after: 0 };
    pairs.set(name, pair);
    return pair;
  };
  for (const row of rows) {
    const { ledger, prices } = pairOf(row);
    for (const figure of FIGURES) ledger[figure] += row[figure];
    if (row.pictures > 0) prices.push(priceOf(row));
  }
  for (const sum of sums) {
    const pair = pairOf(sum);
    const { micros = 0, centLines = 0, pictures } = pair.bill ?? {};
    const counted = sum.pictures === undefined ? pictures : (pictures ?? 0) + sum.pictures;
    pair.bill = {
      ...{ micros: micros + sum.micros, centLines: centLines + sum.centLines },
      ...(counted !== undefined && { pictures: counted }),
    };
  }
  for (const row of next) if (pairs.has(nameOf(row))) pairOf(row).after += row.firstHours;
  const unclaimedOf = ({ provider, model, size }: Pick<DeskBillRow, 'provider' | 'model' | 'size'>): Doubt =>
    rows
      .filter((row) => row.provider === UNKNOWN && provider !== UNKNOWN && row.model === model)
      .filter((row) => size === '' || row.size === size)
      .reduce(addDoubt, NO_DOUBT);
  const billed = new Set(bills.map(({ provider }) => provider));
  return [...pairs]
    .map(([name, { ledger, bill, prices, after }]): ComparedRow => {
      const [provider = '', model = '', size = ''] = JSON.parse(name) as string[];
      const charged = bill ?? (billed.has(provider) ? { micros: 0, pictures: 0, centLines: 0 } : undefined);
      const spread = prices.length > 0 ? Math.max(...prices) - Math.min(...prices) : 0;
      const why =
        charged && whyOf(ledger, charged, { after, spread, unclaimed: unclaimedOf({ provider, model, size }) });
      return {
        ...{ provider, model, size, ledgerPictures: ledger.pictures, ledgerMicros: ledger.micros },
        ...(charged && { billMicros: charged.micros }),
        ...(charged?.pictures !== undefined && { billPictures: charged.pictures }),
        ...(why !== undefined && { why }),
        ...{ unknown: ledger.unknown, unknownMicros: ledger.unknownMicros },
      };
    })
    .sort(
      (a, b) =>
        a.provider.localeCompare(b.provider) || b.ledgerMicros - a.ledgerMicros || a.model.localeCompare(b.model),
    );
}

/** The provider of calls that were cut off and may have gone to any of several providers (`ledger/reservation.ts`). */
const UNKNOWN = 'unknown';

const FIGURES = ['pictures', 'micros', 'declined', 'unknown', 'unknownMicros', 'firstHours'] as const;
type LedgerSum = Pick<MonthRow, (typeof FIGURES)[number]>;
const NOTHING: LedgerSum = { pictures: 0, micros: 0, declined: 0, unknown: 0, unknownMicros: 0, firstHours: 0 };
type Charged = Pick<BillSum, 'micros' | 'pictures' | 'centLines'>;

type Doubt = Pick<MonthRow, 'unknown' | 'unknownMicros'>;
const NO_DOUBT: Doubt = { unknown: 0, unknownMicros: 0 };
const addDoubt = (a: Doubt, b: Doubt): Doubt => ({
  unknown: a.unknown + b.unknown,
  unknownMicros: a.unknownMicros + b.unknownMicros,
});

interface Pair {
  ledger: LedgerSum;
  bill?: Charged;
  /** Micro-dollars of a picture, for each row with pictures. */
  prices: number[];
  after: number;
}

/** What else a difference may come from. */
export interface Around {
  /** Pictures of the first hours of the month after, which the bill may have in this month. */
  after: number;
  /** Micro-dollars between the dearest and the cheapest picture that are added up here. */
  spread: number;
  /** Calls of unknown outcome whose provider is unknown too. The ledger's sum is without them. */
  unclaimed: Doubt;
}

/** What a picture came to, without calls of unknown outcome. */
const priceOf = ({ pictures, micros, unknownMicros }: LedgerSum): number =>
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
