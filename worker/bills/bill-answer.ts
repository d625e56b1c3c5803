/** A month's bills as the owner reads them, and as a table. */
import type { KeyedProvider, ProviderName } from '../catalog/model.ts';
import type { DeskBill } from '../desk-protocol.ts';
import type { MonthRow } from '../ledger/usage.ts';
import type { Table } from '../shared/csv.ts';
import { dayOf, monthOf } from '../shared/utc.ts';
import { type ComparedRow, compareBills } from './compare.ts';
import type { KeptBill } from './kept-bill.ts';

export interface BillSources {
  demo: boolean;
  /** Of all months and all sites. */
  rows: readonly MonthRow[];
  bills: readonly KeptBill[];
  providers: readonly KeyedProvider[];
  /** Sites whose ledger did not answer. */
  unread: string[];
  /** What a model is called, by its id. */
  nameOf: (model: string) => string;
}

/** A deployment in demo mode shows its play money. Any other shows only real money. */
const isShown = (provider: string, demo: boolean): boolean => (provider === ('demo' satisfies ProviderName)) === demo;

export function billOf(month: string, { demo, rows: all, bills, providers, unread, nameOf }: BillSources): DeskBill {
  const shown = all.filter(({ provider }) => isShown(provider, demo));
  const compare = (of: string): Compared => {
    const rows = compareBills(
      shown.filter((row) => row.month === of),
      shown.filter((row) => row.month === monthAfter(of)),
      bills.filter((bill) => bill.month === of),
    );
    const billed = rows.filter(({ billMicros }) => billMicros !== undefined);
    return {
      rows,
      ledgerMicros: sumOf(rows, ({ ledgerMicros }) => ledgerMicros),
      ...(bills.some((bill) => bill.month === of) && {
        compared: {
          ledgerMicros: sumOf(billed, ({ ledgerMicros }) => ledgerMicros),
          billMicros: sumOf(billed, ({ billMicros = 0 }) => billMicros),
        },
      }),
    };
  };
  const months = [...new Set([...shown, ...bills].map((each) => each.month))].sort().reverse();
  const { rows, ...sums } = compare(month);
  return {
    ...{ month, demo, ...sums, unread },
    rows: rows.map((row) => ({ ...row, displayName: nameOf(row.model) })),
    ledgerPictures: sumOf(rows, ({ ledgerPictures }) => ledgerPictures),
    bills: bills.filter((bill) => bill.month === month).map(({ month: _, sums: __, ...bill }) => bill),
    providers: demo ? [] : [...providers],
    months: months.map((each) => {
      const { rows: _, ...of } = compare(each);
      return { month: each, ...of };
    }),
  };
}

type Compared = Pick<DeskBill, 'ledgerMicros' | 'compared'> & { rows: ComparedRow[] };

const sumOf = <T>(list: readonly T[], figure: (each: T) => number): number =>
  list.reduce((sum, each) => sum + figure(each), 0);

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return monthOf(dayOf(Date.UTC(year, number, 1)));
}

const HEADER = [
  ...['month', 'provider', 'model', 'size', 'pictures', 'ledger_micros', 'bill_micros', 'difference_micros', 'why'],
];

/** Money is integer micro-dollars. Without a bill its cells are empty. */
export const billTable = ({ month, rows }: DeskBill): Table => [
  HEADER,
  rows.map(({ provider, model, size, ledgerPictures, ledgerMicros, billMicros, why }) => [
    ...[month, provider, model, size, ledgerPictures, ledgerMicros, billMicros],
    ...[billMicros === undefined ? undefined : billMicros - ledgerMicros, why],
  ]),
];
