/** Figures as the desk writes them: money, numbers, times and durations. */

const DAY_MS = 86_400_000;
const MICROS = 1_000_000;

/** The API counts in micro-dollars, and an owner types dollars. */
export const microsOf = (usd: number): number => Math.round(usd * MICROS);
export const usdOf = (micros: number): number => micros / MICROS;

const money = (digits: number) =>
  new Intl.NumberFormat(undefined, {
    ...{ style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' },
    ...{ minimumFractionDigits: digits, maximumFractionDigits: digits },
  });
const CENTS = money(2);
const TENTHS_OF_CENTS = money(3);
const EXACT = money(6);
const WHOLE = money(0);
const NUMBER = new Intl.NumberFormat();

/** A true minus, not a hyphen. */
const minus = (text: string): string => text.replace('-', '−');

/** What stands for a figure that is not known. A figure that is not known is never 0. */
export const UNKNOWN = '—';

/** `$5.36`; under a cent `$0.004`. */
export function formatMoney(micros: number | null | undefined): string {
  if (micros === null || micros === undefined) return UNKNOWN;
  const isTiny = micros !== 0 && Math.abs(micros) < 10_000;
  return minus((isTiny ? TENTHS_OF_CENTS : CENTS).format(micros / MICROS));
}

/** Of one picture, to a tenth of a cent: `$0.035`. */
export const formatPrice = (micros: number | undefined): string =>
  micros === undefined ? UNKNOWN : minus(TENTHS_OF_CENTS.format(micros / MICROS));

/** Dollars as {@link formatMoney} writes them. */
export const formatDollars = (usd: number): string => formatMoney(microsOf(usd));

/** To the micro-dollar: `$0.034750`. */
export const formatMoneyExactly = (micros: number): string => minus(EXACT.format(micros / MICROS));

/** For scales: `$20`, or with cents where there are any. */
export const formatRoundMoney = (micros: number): string =>
  micros % MICROS === 0 ? WHOLE.format(micros / MICROS) : formatMoney(micros);

/** An estimate, to three digits: `$7.40`, `$165.00`. The word "about" stands before it. */
export function formatEstimate(micros: number): string {
  if (micros === 0) return formatMoney(0);
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.abs(micros))) - 2);
  return formatMoney(Math.round(micros / step) * step);
}

/** `1.2 MB`, `340 KB`, and under a thousand `812 bytes`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 999_500 ? `${Math.round(bytes / 1000)} KB` : `${Math.round(bytes / 100_000) / 10} MB`;
}

/** `3,268` */
export const formatNumber = (value: number | null | undefined): string =>
  value === null || value === undefined ? UNKNOWN : minus(NUMBER.format(value));

/** Of two counts: `34 %`. {@link UNKNOWN} where the whole is 0. */
export const formatShare = (part: number, whole: number): string =>
  whole === 0 ? UNKNOWN : `${Math.round((part / whole) * 100)} %`;

const pad = (value: number): string => String(value).padStart(2, '0');

/** UTC: `17:48` */
export function formatTime(at: number): string {
  const date = new Date(at);
  return `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}`;
}

/** By the viewer's own clock: `01:00` */
export function formatOwnTime(at: number): string {
  const date = new Date(at);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** Whether the viewer's clock is the deployment's. */
export const isViewerInUtc = (at: number): boolean => new Date(at).getTimezoneOffset() === 0;

const dates = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options });
const DAY = dates({ day: 'numeric', month: 'long' });
const SHORT_DAY = dates({ day: 'numeric', month: 'short' });
const FULL_DAY = dates({ day: 'numeric', month: 'long', year: 'numeric' });
const WEEKDAY = dates({ weekday: 'long' });
const MONTH = dates({ month: 'long' });

/** @param day `2026-11-22`, or Unix milliseconds. */
const dateOf = (day: string | number): Date => new Date(typeof day === 'string' ? `${day}T00:00:00Z` : day);

/** `22 November` */
export const formatDay = (day: string | number): string => DAY.format(dateOf(day));
/** `22 Nov` */
export const formatShortDay = (day: string | number): string => SHORT_DAY.format(dateOf(day));
/** `22 November 2026` */
export const formatFullDay = (day: string | number): string => FULL_DAY.format(dateOf(day));
/** `Sunday` */
export const formatWeekday = (day: string | number): string => WEEKDAY.format(dateOf(day));
/** `November` */
export const formatMonth = (day: string | number): string => MONTH.format(dateOf(day));
/** UTC: `29 Nov 17:48` */
export const formatMoment = (at: number): string => `${formatShortDay(at)} ${formatTime(at)}`;
/** UTC: `17:48` today, `28 November, 17:48` else. */
export const formatSince = (at: number, now: number): string =>
  dayOf(at) === dayOf(now) ? formatTime(at) : `${formatDay(at)}, ${formatTime(at)}`;

/** The UTC day of a moment: `2026-11-29` */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** @param ms Rounded up, for a wait that is over at its end: `4 min 10 s`, `6 h 12 min`, `3 d 2 h`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds} s`;
  if (minutes < 60) return two(minutes, 'min', seconds % 60, 's');
  if (ms < DAY_MS) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  return two(Math.floor(ms / DAY_MS), 'd', Math.floor((ms % DAY_MS) / 3_600_000), 'h');
}

const two = (large: number, unit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;

/** One unit: `2 s`, `4 min`, `3 h`, `2 d`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** How long a picture took: `17.8 s`. */
export const formatWait = (ms: number | null | undefined): string => {
  if (ms === null || ms === undefined) return UNKNOWN;
  return ms < 100_000
    ? `${new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 }).format(ms / 1000)} s`
    : formatDuration(ms);
};

/** The first letter in upper case: the id of a site as its name. */
export const nameOfSite = (id: string): string => id.charAt(0).toUpperCase() + id.slice(1).replaceAll('-', ' ');

const COUNTS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

/** `three`, `14` */
export const countInWords = (count: number): string => COUNTS[count] ?? formatNumber(count);

/** The first letter in upper case. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `Shop`, `Shop and Gifts`, `Shop, Gifts and Posters` */
export const listOf = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
