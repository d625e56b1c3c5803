/**
 * Reads the header `Retry-After`. Google does not send it (`docs/wire-facts.md#google-errors`). Gateways and resellers
 * do, in seconds or as a date (https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3).
 *
 * @returns Milliseconds. A date is compared with the answer's own `Date`, so our clock does not matter.
 */
export function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('Retry-After')?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const waitMs = Date.parse(value) - Date.parse(headers.get('Date') ?? '');
  return waitMs >= 0 ? waitMs : undefined;
}
