/**
 * Reads a provider's bill: a CSV that the owner has pasted. Its text is data and is never interpreted as anything else.
 */
import { type Catalog, KEYED_PROVIDERS, type KeyedProvider } from '../catalog/model.ts';
import type { DeskBillLeftOut, DeskBillRead } from '../desk-protocol.ts';
import { dayOf, monthOf } from '../shared/utc.ts';
import { type DecimalSign, parseCount, parseMicros } from './amount.ts';
import { type Columns, currencyIn, findColumns, MAX_PREAMBLE } from './columns.ts';
import { type CsvRow, MAX_CELL, MAX_CELLS, parseCsv, separatorOf } from './csv.ts';
import { createModelFinder, sizeIn } from './models.ts';

/** What one provider charges for one model and size. */
export interface BillSum {
  model: string;
  /** Empty: the bill does not say. */
  size: string;
  /** Absent: the bill counts something else, such as tokens. */
  pictures?: number;
  /** Micro-dollars. */
  micros: number;
  lines: number;
  /** Number of lines whose amount is in whole cents, which may be rounded. */
  centLines: number;
}

/** The bill of one provider for one month. */
export interface ReadBill extends DeskBillRead {
  provider: KeyedProvider;
  sums: BillSum[];
}

export interface BillProblem {
  line: number;
  text: string;
  rule: string;
}

export interface BillOptions {
  catalog: Catalog;
  /** `YYYY-MM`. Lines of other months are left out. */
  month: string;
  /** Whose bill it is, where the lines do not say so. */
  provider?: KeyedProvider;
  /** Dollars for one unit of the bill's currency. Not needed for dollars. */
  usdPerUnit?: number;
}

const MAX_LEFT_OUT = 100;
const MAX_PROBLEMS = 20;
const MAX_TEXT = 120;
const MAX_BILL_LINES = 20_000;

/** Millionths. */
const CENT = 10_000;

const TOTAL = /^(sub|grand )?(total|sum)\b/i;

/** @returns One bill for each provider in it, and the lines that could not be read. */
export function readBill(csv: string, options: BillOptions): { bills: ReadBill[]; problems: BillProblem[] } {
  const rows = parseCsv(csv, MAX_PREAMBLE + MAX_BILL_LINES + 1);
  const broken = rows.find(({ isBroken, isTooLarge }) => isBroken || isTooLarge);
  if (broken) {
    const rule = broken.isBroken
      ? 'must close each quote that it opens, or lines after it are taken for one cell'
      : `must have at most ${MAX_CELLS} cells of at most ${MAX_CELL} characters each`;
    return { bills: [], problems: [{ line: broken.line, text: textOf(broken.cells.join(', ')), rule }] };
  }
  const columns = findColumns(rows, separatorOf(csv));
  if (!columns) {
    const [first] = rows;
    const rule = 'must be a heading that names what was charged (model, SKU, description) and how much (amount, cost)';
    return { bills: [], problems: [{ line: first?.line ?? 1, text: textOf(first?.cells.join(', ') ?? ''), rule }] };
  }
  const problems: BillProblem[] = [];
  const bills = new Map<KeyedProvider, ReadBill>();
  const findModel = createModelFinder(options.catalog);
  for (const row of rows.slice(columns.header + 1, columns.header + 1 + MAX_BILL_LINES)) {
    const read = readLine(row, columns, options, findModel);
    if (read === undefined) continue;
    const rule = 'rule' in read ? read.rule : add(bills, read, options);
    if (rule !== undefined) problems.push({ line: row.line, text: textOf(row.cells.join(', ')), rule });
  }
  if (rows.length - columns.header - 1 > MAX_BILL_LINES) {
    const rule = `must be the last: a bill has at most ${MAX_BILL_LINES} lines. Group it by SKU or by day`;
    problems.push({ line: MAX_BILL_LINES, text: '', rule });
  }
  return { bills: [...bills.values()], problems: problems.slice(0, MAX_PROBLEMS) };
}

interface BillLine {
  line: number;
  text: string;
  provider: KeyedProvider;
  currency: string;
  /** Millionths of the bill's currency. */
  units: number;
  days: string[];
  model?: string;
  size: string;
  pictures?: number;
}

/** Reads a line of a bill. @returns undefined for a line that only sums up others; `rule`: what it breaks. */
function readLine(
  { line, cells }: CsvRow,
  { at, names, decimal, currency }: Columns,
  options: BillOptions,
  findModel: (text: string) => string | undefined,
): BillLine | { rule: string } | undefined {
  const cellOf = (column: keyof Columns['at']): string => cells[at[column] ?? -1] ?? '';
  const text = cellOf('text');
  if (TOTAL.test(cells.find((cell) => cell !== '') ?? '') || TOTAL.test(text)) return undefined;
  const amount = cellOf('amount');
  if (amount === '') return { rule: 'has no amount' };
  const units = parseMicros(amount, decimal);
  if (units === undefined) return { rule: 'has an amount that is not a number' };
  const given = cellOf('currency').toUpperCase() || currency;
  const written = currencyIn(amount);
  if (given !== undefined && written !== undefined && !isOf(amount, written, given))
    return { rule: `has an amount in ${written}, though its line or its heading says ${given}` };
  const dates = [cellOf('from'), cellOf('to')].filter((cell) => cell !== '');
  const days = dates.flatMap((cell) => dayIn(cell) ?? []);
  if (days.length < dates.length) return { rule: 'has a date that cannot be read: write it as 2026-11-29' };
  const named = cellOf('provider').toLowerCase();
  const provider = named === '' ? options.provider : KEYED_PROVIDERS.find((each) => named.includes(each));
  if (!provider) return { rule: `must name its provider, one of ${KEYED_PROVIDERS.join(', ')}` };
  const model = findModel(text);
  const sized = cellOf('size');
  const size = sizeIn(sized === '' ? text : sized);
  if (model !== undefined && sized !== '' && size === undefined)
    return { rule: 'must have a size of 512, 1K, 2K or 4K' };
  const pictures = picturesIn(cellOf('pictures'), {
    name: names.pictures,
    decimal,
    about: `${text} ${cellOf('unit')}`,
  });
  if (model !== undefined && pictures === null) return { rule: 'must have a whole number of pictures' };
  return {
    ...{ line, text: textOf(text), provider, units, size: size ?? '' },
    ...{ currency: given ?? written ?? 'USD', days },
    ...(model !== undefined && { model }),
    ...(typeof pictures === 'number' && { pictures }),
  };
}

/** Signs that several currencies share. */
const SHARED = { $: /D$/, '¥': /^(?:CNY|RMB|JPY)$/ };

/** Whether an amount may be one of the currency that its line gives. @param written What the amount itself says. */
const isOf = (amount: string, written: string, given: string): boolean =>
  written === given ||
  Object.entries(SHARED).some(([sign, currencies]) => amount.includes(sign) && currencies.test(given));

/** Units other than pictures. Whole words only: `charge` contains `char`. */
const OTHER_UNIT =
  /(?<![a-z])(?:tokens?|char(?:acter)?s?|[a-z]*bytes?|seconds?|hours?|search(?:es)?|quer(?:y|ies))(?![a-z])/i;

/** @returns null: it should be a number of pictures and is none; undefined: the bill counts something else. */
function picturesIn(
  cell: string,
  { name, decimal, about }: { name: string | undefined; decimal: DecimalSign; about: string },
): number | null | undefined {
  if (name === undefined || cell === '') return undefined;
  if (OTHER_UNIT.test(about)) return undefined;
  const pictures = parseCount(cell, decimal);
  if (pictures !== undefined) return pictures;
  return ['pictures', 'images'].includes(name) ? null : undefined;
}

/** The day that a cell begins with, such as `2026-11-29` or `2026/11/29 14:00`, or that of a Unix time in UTC. */
function dayIn(cell: string): string | undefined {
  if (/^\d{10}(?:\d{3})?$/.test(cell)) return dayOf(Number(cell.padEnd(13, '0')));
  const [, year, month = '', day = '1'] = /^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?!\d)/.exec(cell) ?? [];
  const written = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return year === undefined || Number.isNaN(Date.parse(written)) ? undefined : written;
}

/** @returns The rule that the line breaks; undefined once it is in its bill. */
function add(
  bills: Map<KeyedProvider, ReadBill>,
  line: BillLine,
  { month, usdPerUnit }: BillOptions,
): string | undefined {
  const { provider, currency, units, model, size, pictures } = line;
  const foreign = [...bills.values()].find(
    (each) => ![each.currency, currency].includes('USD') && each.currency !== currency,
  );
  if (foreign && !bills.has(provider))
    return `must be in ${foreign.currency} or USD: one rate is for all lines. Add what is in ${currency} by itself`;
  const rate = currency === 'USD' ? 1 : usdPerUnit;
  const bill = bills.get(provider) ?? {
    ...{ provider, currency, lines: 0, micros: 0, sums: [], leftOut: [], leftOutMicros: 0, leftOutLines: 0 },
    ...(rate !== undefined && { usdPerUnit: rate }),
  };
  bills.set(provider, bill);
  if (currency !== bill.currency) return `must be in ${bill.currency}, as the lines before it`;
  const micros = Math.round(units * (rate ?? 0));
  const isOther = line.days.length > 0 && line.days.every((day) => monthOf(day) !== month);
  if (model === undefined || isOther) {
    leaveOut(bill, line, micros, model === undefined ? 'not_pictures' : 'other_month');
    return undefined;
  }
  bill.lines += 1;
  bill.micros += micros;
  const days = [...line.days, ...(bill.from ? [bill.from] : []), ...(bill.to ? [bill.to] : [])].sort();
  if (days.length > 0) Object.assign(bill, { from: days[0], to: days.at(-1) });
  const centLines = units % CENT === 0 ? 1 : 0;
  const known = bill.sums.find((sum) => sum.model === model && sum.size === size);
  if (!known) {
    bill.sums.push({ model, size, micros, lines: 1, centLines, ...(pictures !== undefined && { pictures }) });
    return undefined;
  }
  known.lines += 1;
  known.centLines += centLines;
  known.micros += micros;
  // Google has a line each for a model's prompts, texts and pictures, and only some count pictures.
  if (pictures !== undefined) known.pictures = (known.pictures ?? 0) + pictures;
  return undefined;
}

function leaveOut(bill: ReadBill, { line, text }: BillLine, micros: number, because: DeskBillLeftOut['because']): void {
  bill.leftOutMicros += micros;
  bill.leftOutLines += 1;
  if (bill.leftOut.length < MAX_LEFT_OUT) bill.leftOut.push({ line, text, micros, because });
}

const textOf = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text);
