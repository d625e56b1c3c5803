/** Numbers as bills write them. They are read digit by digit, so that no sum is off by a rounding of floats. */

const MICROS_DIGITS = 6;
const NUMBER = /^(-?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i;

/**
 * Reads an amount of money, such as `$1,234.56`, `5,36`, `1.2E-05` or `(3.10)`, which is negative.
 *
 * @returns Millionths of the currency's unit, rounded half away from zero; undefined: it is no number.
 */
export function parseMicros(text: string): number | undefined {
  const bare = text.trim().replaceAll('\u2212', '-');
  const isBracketed = /^\(.*\)$/.test(bare);
  const plain = toPoint(bare.replace(/^\(|\)$/g, '').replace(/[\s\u00a0$€£¥]|USD|EUR|GBP|CNY/g, ''));
  const [, sign, whole = '', part = '', exponent = '0'] = NUMBER.exec(plain) ?? [];
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

/** Writes thousands without their signs, and the decimal sign as a point. */
function toPoint(text: string): string {
  const [comma, point] = [text.lastIndexOf(','), text.lastIndexOf('.')];
  if (comma < 0) return text.split('.').length > 2 ? text.replaceAll('.', '') : text;
  if (point > comma) return text.replaceAll(',', '');
  if (point >= 0) return text.replaceAll('.', '').replace(',', '.');
  // 1,234 is a thousand, and 5,36 is five and a bit.
  return /^-?\d{1,3}(,\d{3})+$/.test(text) ? text.replaceAll(',', '') : text.replace(',', '.');
}

/** A number of pictures. @returns undefined: it is no whole number from 0. */
export function parseCount(text: string): number | undefined {
  const micros = parseMicros(text);
  return micros !== undefined && micros >= 0 && micros % 1_000_000 === 0 ? micros / 1_000_000 : undefined;
}
