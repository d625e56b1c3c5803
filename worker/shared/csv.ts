/** Writes CSV (RFC 4180), for spreadsheets. */

/** Beginnings that a spreadsheet takes for a formula (https://owasp.org/www-community/attacks/CSV_Injection). */
const FORMULA = /^[=+\-@\t\r]/;

/** An apostrophe in front makes a text of a formula. Numbers are ours, and stay numbers. */
const toCell = (value: string | number | undefined): string => {
  const text = typeof value === 'string' ? value.replace(FORMULA, "'$&") : String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** What {@link toCsv} takes. */
export type Table = [header: readonly string[], rows: (string | number | undefined)[][]];

/** @returns Lines that end with CRLF, the header among them. */
export const toCsv = (header: readonly string[], rows: readonly (readonly (string | number | undefined)[])[]): string =>
  [header, ...rows].map((row) => `${row.map(toCell).join(',')}\r\n`).join('');
