/** The ledger's month beside the bills of its providers: every difference to the micro-dollar. Pure functions. */
import type { DeskBillRow } from '../desk-protocol.ts';
import type { MonthRow } from '../ledger/usage.ts';
import { addDoubt, type Charged, type Doubt, type LedgerSum, NO_DOUBT, priceOf, whyOf } from './difference.ts';
import type { BillSum } from './read-bill.ts';

/** One provider's bill of the month. */
export interface MonthBill {
  provider: string;
  sums: readonly BillSum[];
}

/** A row of the answer without its model's name. */
export type ComparedRow = Omit<DeskBillRow, 'displayName'>;

/** What a row is about. `size` is empty where the provider's bill does not tell the sizes of the model. */
type Item = Pick<DeskBillRow, 'provider' | 'model' | 'size'>;

/** What the ledger and a bill have of the same item. Money is micro-dollars. */
interface Pair {
  item: Item;
  ledger: LedgerSum;
  bill?: Charged;
  /** Prices of a picture, one for each row of the ledger with pictures. */
  prices: number[];
  /** Pictures of the first hours of the month after. */
  after: number;
}

/** The provider of calls that were cut off and may have gone to any of several providers (`ledger/reservation.ts`). */
const UNKNOWN = 'unknown';

const FIGURES = ['pictures', 'micros', 'declined', 'unknown', 'unknownMicros', 'firstHours'] as const;
const NOTHING: LedgerSum = { pictures: 0, micros: 0, declined: 0, unknown: 0, unknownMicros: 0, firstHours: 0 };
const NOT_CHARGED: Charged = { micros: 0, pictures: 0, centLines: 0 };

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
  const billed = new Set(bills.map(({ provider }) => provider));
  return pairUp(rows, next, bills)
    .map((pair) => {
      const charged = pair.bill ?? (billed.has(pair.item.provider) ? NOT_CHARGED : undefined);
      return toRow(pair, charged, unclaimedOf(rows, pair.item));
    })
    .sort(
      (a, b) =>
        a.provider.localeCompare(b.provider) || b.ledgerMicros - a.ledgerMicros || a.model.localeCompare(b.model),
    );
}

function pairUp(rows: readonly MonthRow[], next: readonly MonthRow[], bills: readonly MonthBill[]): Pair[] {
  const sums = bills.flatMap(({ provider, sums }) => sums.map((sum) => ({ provider, ...sum })));
  const unsized = new Set(sums.filter(({ size }) => size === '').map(({ provider, model }) => `${provider} ${model}`));
  const pairs = new Map<string, Pair>();
  const itemOf = ({ provider, model, size }: Item): Item => ({
    ...{ provider, model },
    size: unsized.has(`${provider} ${model}`) ? '' : size,
  });
  const nameOf = (row: Item): string => JSON.stringify(itemOf(row));
  function pairOf(row: Item): Pair {
    const pair = pairs.get(nameOf(row)) ?? { item: itemOf(row), ledger: { ...NOTHING }, prices: [], after: 0 };
    pairs.set(nameOf(row), pair);
    return pair;
  }
  for (const row of rows) {
    const { ledger, prices } = pairOf(row);
    for (const figure of FIGURES) ledger[figure] += row[figure];
    if (row.pictures > 0) prices.push(priceOf(row));
  }
  for (const sum of sums) {
    const pair = pairOf(sum);
    pair.bill = addCharged(pair.bill, sum);
  }
  for (const row of next) if (pairs.has(nameOf(row))) pairOf(row).after += row.firstHours;
  return [...pairs.values()];
}

/** Adds a line of a bill. Pictures are counted where at least one line counts them. */
function addCharged({ micros, centLines, pictures }: Charged = { micros: 0, centLines: 0 }, line: Charged): Charged {
  const counted = line.pictures === undefined ? pictures : (pictures ?? 0) + line.pictures;
  return {
    ...{ micros: micros + line.micros, centLines: centLines + line.centLines },
    ...(counted !== undefined && { pictures: counted }),
  };
}

/** Calls of unknown outcome of the item's model and size whose provider is unknown too. */
const unclaimedOf = (rows: readonly MonthRow[], { provider, model, size }: Item): Doubt =>
  rows
    .filter((row) => row.provider === UNKNOWN && provider !== UNKNOWN && row.model === model)
    .filter((row) => size === '' || row.size === size)
    .reduce(addDoubt, NO_DOUBT);

function toRow({ item, ledger, prices, after }: Pair, charged: Charged | undefined, unclaimed: Doubt): ComparedRow {
  const spread = prices.length > 0 ? Math.max(...prices) - Math.min(...prices) : 0;
  const why = charged && whyOf(ledger, charged, { after, spread, unclaimed });
  return {
    ...{ ...item, ledgerPictures: ledger.pictures, ledgerMicros: ledger.micros },
    ...(charged && { billMicros: charged.micros }),
    ...(charged?.pictures !== undefined && { billPictures: charged.pictures }),
    ...(why !== undefined && { why }),
    ...{ unknown: ledger.unknown, unknownMicros: ledger.unknownMicros },
  };
}
