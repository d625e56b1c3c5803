/** What the page Bills says of a month, made of its figures. */
import type { BillDifference, DeskBill, DeskBillRow } from '../../../worker/desk-protocol.ts';
import { nameOfProvider } from '../keys/provider-keys.ts';
import { capital, countInWords, formatMoney, formatNumber, formatPrice, listOf } from '../parts/format.ts';
import { BILLS, picturesOf, WHY } from '../words/bills.ts';

const CENT = 10_000;
/** To the cent. */
const AGREES = 5_000;

/** The gravest first. */
const GRAVITY: readonly BillDifference[] = [
  ...(['more_pictures', 'price_differs', 'unknown_charged', 'fewer_pictures', 'error_not_charged'] as const),
  ...(['day_boundary', 'unknown_not_charged'] as const),
];

/** @param month In words, such as `November 2026`. */
export function answerOf({ demo, ledgerMicros, compared, rows }: DeskBill, month: string): string {
  const { answers, meaning } = BILLS;
  if (demo) return answers.demo(formatMoney(ledgerMicros), month);
  if (!compared) return rows.length === 0 ? answers.nothing(month) : answers.noBill(formatMoney(ledgerMicros), month);
  const apart = compared.billMicros - compared.ledgerMicros;
  const gravest = GRAVITY.find((why) => rows.some((row) => row.why === why));
  if (gravest === undefined && Math.abs(apart) <= AGREES * Math.max(1, rows.length)) return answers.agrees;
  const cents = Math.round(Math.abs(apart) / CENT);
  const difference =
    cents < 100
      ? answers.cents(capital(countInWords(cents)), cents === 1)
      : answers.dollars(formatMoney(Math.abs(apart)));
  if (gravest === undefined) return difference;
  if (gravest !== 'more_pictures') return `${difference} ${meaning[gravest]}`;
  const more = rows
    .filter(({ why }) => why === gravest)
    .reduce((sum, { billPictures = 0, ledgerPictures }) => sum + Math.max(0, billPictures - ledgerPictures), 0);
  if (more === 0) return `${difference} ${meaning.more_unknown}`;
  return `${difference} ${meaning.more_pictures(capital(countInWords(more)), more === 1)}`;
}

export function moreOf({ demo, compared, rows, bills }: DeskBill, month: string): string | undefined {
  if (demo) return BILLS.more.demo;
  if (compared) return BILLS.more.compared(month, listOf(bills.map(({ provider }) => nameOfProvider(provider))));
  return rows.length === 0 ? undefined : BILLS.more.noBill;
}

/** Why a row differs, in words. */
export function whyOf(row: DeskBillRow): string | undefined {
  const { why, provider, ledgerPictures, billPictures, ledgerMicros, billMicros = 0, unknown } = row;
  if (why === undefined) return undefined;
  const more = billPictures === undefined ? undefined : Math.abs(billPictures - ledgerPictures);
  // Of unknown calls the bill may have charged only some.
  const count = why === 'unknown_not_charged' || (why === 'unknown_charged' && !more) ? unknown : more;
  const priceOf = (micros: number, pictures: number): string => (pictures > 0 ? formatPrice(micros / pictures) : '—');
  return WHY[why]({
    count: count ? picturesOf(formatNumber(count), count === 1) : 'Pictures',
    ledgerPrice: priceOf(ledgerMicros, ledgerPictures),
    billPrice: priceOf(billMicros, billPictures ?? ledgerPictures),
    provider: nameOfProvider(provider),
  });
}

/** `+$0.05`, `−$0.16`, `$0.00`. */
export const signed = (micros: number): string => `${micros >= CENT / 2 ? '+' : ''}${formatCents(micros)}`;

/** Less than half a cent is none: a bill is rounded to cents. */
const formatCents = (micros: number): string => formatMoney(Math.abs(micros) < CENT / 2 ? 0 : micros);
