/** Numbers as bills write them. They are read digit by digit, so that no sum is off by a rounding of floats. */

const MICROS_DIGITS = 6;
const NUMBER = /^(-?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i;

/** The sign before the fraction. */
export type DecimalSign = '.' | ',';

/**
 * Reads an amount of money, such as `$1,234.56`, `5,36`, `1.2E-05` or `(3.10)`, which is negative.
 *
 * @param decimal Of an amount that may be read in two ways, such as `1,234`.
 * @returns Millionths of the currency's unit, rounded half away from zero; undefined: it is no number.
 */
export function parseMicros(text: string, decimal: DecimalSign = '.'): number | undefined {
  const isBracketed = /^\(.*\)$/.test(text.trim());
  const bare = bareOf(text);
  const [, sign, whole = '', part = '', exponent = '0'] = NUMBER.exec(toPoint(bare, signIn(bare) ?? decimal)) ?? [];
  if (sign === undefined || whole + part === '') return undefined;
  const shift = Number(exponent) - part.length + MICROS_DIGITS;
  if (Math.abs(shift) > 30) return undefined;
  const digits = BigInt(whole + part);
  const scaled = shift >= 0 ? digits * 10n ** BigInt(shift) : roundedBy(digits, 10n ** BigInt(-shift));
  const micros = Number(scaled);
  if (!Number.isSafeInteger(micros)) return undefined;
  return micros === 0 || (sign === '' && !isBracketed) ? micros : -micros;
}

const roundedBy = (digits: bigint, by: bigint): bigint => (digits * 2n + by) / (by * 2n);

/** Without currencies, spaces and brackets. */
const bareOf = (text: string): string =>
  text
    .replaceAll('\u2212', '-')
    .replace(/^\s*\(|\)\s*$/g, '')
    .replace(/[\s\u00a0$€£¥]|USD|EUR|GBP|CNY/g, '');

/** What a bare number itself says of its decimal sign. */
function signIn(bare: string): DecimalSign | undefined {
  const [comma, point] = [bare.lastIndexOf(','), bare.lastIndexOf('.')];
  if (comma < 0 && point < 0) return undefined;
  const [last, other] = comma > point ? ([',', '.'] as const) : (['.', ','] as const);
  if (bare.includes(other)) return last;
  // One that is there twice parts thousands.
  if (bare.indexOf(last) !== bare.lastIndexOf(last)) return other;
  return /^-?[1-9]\d{0,2}[.,]\d{3}$/.test(bare) ? undefined : last;
}

/** The decimal sign of a column, by its first cell that can be read in one way only. */
export function decimalSignOf(cells: Iterable<string>): DecimalSign | undefined {
  for (const cell of cells) {
    const sign = signIn(bareOf(cell));
    if (sign !== undefined) return sign;
  }
  return undefined;
}

const THOUSANDS = { '.': /^-?\d{1,3}(?:,\d{2,3})+$/, ',': /^-?\d{1,3}(?:\.\d{2,3})+$/ };

/**
 * Writes thousands without their signs, and the decimal sign as a point. Any other sign stays, and makes it no number.
 */
function toPoint(bare: string, decimal: DecimalSign): string {
  const [whole = '', ...parts] = bare.split(decimal);
  return [THOUSANDS[decimal].test(whole) ? whole.replace(/[.,]/g, '') : whole, ...parts].join('.');
}

/** A number of pictures. @returns undefined: it is no whole number from 0. */
export function parseCount(text: string, decimal?: DecimalSign): number | undefined {
  const micros = parseMicros(text, decimal);
  return micros !== undefined && micros >= 0 && micros % 1_000_000 === 0 ? micros / 1_000_000 : undefined;
}
