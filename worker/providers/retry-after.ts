/**
 * How long the header `Retry-After` asks to wait. Google sends none (facts/gemini-image-api.md §6); gateways and
 * resellers do, in seconds or as a date (RFC 9110 §10.2.3).
 *
 * @returns Milliseconds. A date is held against the answer's own `Date`, so that no clock of ours is asked.
 */
export function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('Retry-After')?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const waitMs = Date.parse(value) - Date.parse(headers.get('Date') ?? '');
  return waitMs >= 0 ? waitMs : undefined;
}
