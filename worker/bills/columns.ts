/** Finds the columns of a bill. Providers name them differently, and some put other lines before them. */
import { type DecimalSign, decimalSignOf, parseMicros } from './amount.ts';
import type { CsvRow } from './csv.ts';

/** Names of each column. Where a bill has several of them, the first counts. */
const NAMES = {
  provider: ['provider', 'vendor', 'supplier'],
  text: [
    ...['model', 'model name', 'sku description', 'sku', 'endpoint', 'endpoint id', 'app', 'description'],
    ...['item', 'line item', 'product', 'service description', 'service'],
  ],
  size: ['size', 'resolution', 'image size'],
  pictures: ['pictures', 'images', 'calls', 'requests', 'quantity', 'count', 'usage', 'usage amount', 'units'],
  unit: ['usage unit', 'unit'],
  amount: [
    ...['unrounded cost', 'unrounded subtotal', 'subtotal', 'net cost', 'cost', 'amount', 'total cost', 'total'],
    ...['spend', 'charge', 'charges', 'credits used'],
  ],
  currency: ['currency', 'currency code'],
  from: ['usage start date', 'start date', 'date', 'day', 'usage date', 'time', 'timestamp', 'created at'],
  to: ['usage end date', 'end date'],
} as const;

type Column = keyof typeof NAMES;

export interface Columns {
  /** Place of each column that the bill has. `text` and `amount` are always there. */
  at: Partial<Record<Column, number>>;
  /** As the bill's own header calls it. */
  names: Partial<Record<Column, string>>;
  /** The currency that the header or a line before it names, such as `EUR`. */
  currency?: string;
  /** The decimal sign of all numbers. */
  decimal: DecimalSign;
  /** Index of the header among the rows. */
  header: number;
}

/** Rows that a provider may put before the header. */
export const MAX_PREAMBLE = 30;

/**
 * @param separator Of the cells. Where it is a semicolon, the comma is the decimal sign.
 * @returns undefined where no row names both what was charged and how much.
 */
export function findColumns(rows: readonly CsvRow[], separator: string): Columns | undefined {
  let currency: string | undefined;
  for (const [header, { cells }] of rows.slice(0, MAX_PREAMBLE).entries()) {
    const titles = cells.map(titleOf);
    const columns = Object.entries(NAMES).flatMap(([column, names]) => {
      const name = names.find((each) => titles.includes(each));
      return name === undefined ? [] : [[column, name, titles.indexOf(name)] as const];
    });
    const at: Columns['at'] = Object.fromEntries(columns.map(([column, , place]) => [column, place]));
    const isHeader = at.text !== undefined && at.amount !== undefined && cells.every((cell) => !isAmount(cell));
    if (isHeader) {
      const ofHeader = currencyIn(cells[at.amount ?? 0] ?? '') ?? currency;
      const names = Object.fromEntries(columns.map(([column, name]) => [column, name]));
      const amounts = rows.slice(header + 1).map(({ cells: each }) => each[at.amount ?? 0] ?? '');
      const decimal = decimalSignOf(amounts) ?? (separator === ';' ? ',' : '.');
      return { at, names, header, decimal, ...(ofHeader !== undefined && { currency: ofHeader }) };
    }
    if (titles[0] === 'currency' && cells[1]) currency = cells[1].toUpperCase();
  }
  return undefined;
}

const isAmount = (cell: string): boolean => cell !== '' && parseMicros(cell) !== undefined;

/** `Cost ($)` and `cost_usd` are `cost`. */
const titleOf = (cell: string): string =>
  cell
    .toLowerCase()
    .replace(/\([^()]*\)/g, ' ')
    .replace(/[_\s]+/g, ' ')
    .replace(/ (usd|eur|gbp|cny)$/, '')
    .trim();

const SIGNS: Readonly<Record<string, string>> = { $: 'USD', '€': 'EUR', '£': 'GBP', '¥': 'CNY' };

/** The currency that a heading or an amount names, such as `Cost ($)`, `amount_eur` or `€5.36`. */
export function currencyIn(text: string): string | undefined {
  const sign = Object.keys(SIGNS).find((each) => text.includes(each));
  if (sign !== undefined) return SIGNS[sign];
  return (/(?:\(|_|\s)([A-Z]{3}|usd|eur|gbp|cny)\)?$/.exec(text) ?? /(USD|EUR|GBP|CNY)/.exec(text))?.[1]?.toUpperCase();
}
