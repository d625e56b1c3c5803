/** The ledger's month beside the bills of its providers: every difference, to the micro-dollar, and why it may be there. */
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

/** A line of a bill is rounded to cents, so each may be off by half of one. */
const ROUNDING_MICROS = 5_000;

/**
 * One row for each provider, model and size that the ledger or a bill has. Where a bill does not tell the sizes of a
 * model, they are one row. A provider's rows without a line on its bill were charged nothing.
 *
 * @param rows Of one month. Several of the same provider, model and size are added up.
 * @param next The first days of the month after it, in the same form.
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
    const pair = pairs.get(name) ?? { ledger: { ...NOTHING }, after: 0 };
    pairs.set(name, pair);
    return pair;
  };
  for (const row of rows) {
    const { ledger } = pairOf(row);
    for (const figure of FIGURES) ledger[figure] += row[figure];
  }
  for (const sum of sums) {
    const pair = pairOf(sum);
    const { micros = 0, lines = 0, pictures } = pair.bill ?? {};
    const counted = sum.pictures === undefined ? pictures : (pictures ?? 0) + sum.pictures;
    pair.bill = {
      ...{ micros: micros + sum.micros, lines: lines + sum.lines },
      ...(counted !== undefined && { pictures: counted }),
    };
  }
  for (const row of next) if (pairs.has(nameOf(row))) pairOf(row).after += row.firstDay;
  const billed = new Set(bills.map(({ provider }) => provider));
  return [...pairs]
    .map(([name, { ledger, bill, after }]): ComparedRow => {
      const [provider = '', model = '', size = ''] = JSON.parse(name) as string[];
      const charged = bill ?? (billed.has(provider) ? { micros: 0, pictures: 0, lines: 0 } : undefined);
      const why = charged && whyOf(ledger, charged, after);
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

const FIGURES = ['pictures', 'micros', 'declined', 'unknown', 'unknownMicros', 'firstDay'] as const;
type LedgerSum = Pick<MonthRow, (typeof FIGURES)[number]>;
const NOTHING: LedgerSum = { pictures: 0, micros: 0, declined: 0, unknown: 0, unknownMicros: 0, firstDay: 0 };
type Charged = Pick<BillSum, 'micros' | 'pictures' | 'lines'>;

interface Pair {
  ledger: LedgerSum;
  bill?: Charged;
  /** Pictures of the first day of the month after. */
  after: number;
}

/**
 * The likeliest reason for a difference. A harmless one comes first where it explains all of it, so that what is left
 * deserves a look.
 *
 * @param after Pictures of the first day of the month after, which the bill may have in this month.
 * @returns undefined where the bill agrees to the cent.
 */
export function whyOf(ledger: LedgerSum, bill: Charged, after: number): BillDifference | undefined {
  const difference = bill.micros - ledger.micros;
  const isSameMoney = Math.abs(difference) <= ROUNDING_MICROS * Math.max(1, bill.lines);
  const price = ledger.pictures > 0 ? (ledger.micros - ledger.unknownMicros) / ledger.pictures : 0;
  const more = bill.pictures === undefined ? undefined : bill.pictures - ledger.pictures;
  if (more === undefined ? isSameMoney : more === 0 && isSameMoney) return undefined;
  if (more !== undefined && more > 0) {
    if (more <= ledger.unknown) return 'unknown_charged';
    return more <= after ? 'day_boundary' : 'more_pictures';
  }
  if (difference < 0) {
    const missing = -difference - ROUNDING_MICROS * Math.max(1, bill.lines);
    // Where the bill counts pictures and they are as many, no other day's are missing.
    const isWhole = more === undefined || more === 0;
    if (isWhole && missing <= ledger.unknownMicros && ledger.unknown > 0) return 'unknown_not_charged';
    if (isWhole && missing <= ledger.declined * price) return 'error_not_charged';
    if (more !== 0 && missing <= ledger.firstDay * price + ledger.unknownMicros) return 'day_boundary';
  }
  if (more !== undefined) return more < 0 ? 'fewer_pictures' : 'price_differs';
  if (difference > 0 && ledger.pictures === 0) return 'more_pictures';
  if (difference > 0 && difference <= after * price) return 'day_boundary';
  // The bill counts tokens: a difference of whole pictures is one of pictures, any other one of prices.
  const pictures = price > 0 ? Math.abs(difference) / price : 0;
  const isWholePictures = pictures > 0.9 && Math.abs(pictures - Math.round(pictures)) < 0.05 && pictures < 20;
  if (isWholePictures) return difference > 0 ? 'more_pictures' : 'fewer_pictures';
  return 'price_differs';
}
