/** Our request headers, as values. */
import { fail, type Result, succeed } from './failure.ts';

export type Delivery = 'inline' | 'link';

/** `Peel-Variant`: another take of the same request. Absent is the empty variant. */
export function parseVariant(header: string | undefined): Result<string> {
  if (header === undefined) return succeed('');
  if (/^[A-Za-z0-9._-]{1,64}$/.test(header)) return succeed(header);
  return fail({ reason: 'INVALID_FIELD', field: 'Peel-Variant', rule: 'must be 1 to 64 of A-Z a-z 0-9 . _ -' });
}

/** `Peel-Images`: pictures as base64 in the answer, which the SDK expects, or as addresses. */
export function parseDelivery(header: string | undefined): Result<Delivery> {
  const value = header?.trim().toLowerCase() ?? 'inline';
  if (value === 'inline' || value === 'link') return succeed(value);
  return fail({ reason: 'UNSUPPORTED_VALUE', field: 'Peel-Images', value: header ?? '', accepted: ['inline', 'link'] });
}

/** Whether `Cache-Control` asks to keep nothing (RFC 9111 §5.2.1.5). */
export const asksNoStore = (header: string | undefined): boolean =>
  (header ?? '').split(',').some((directive) => directive.trim().toLowerCase() === 'no-store');
