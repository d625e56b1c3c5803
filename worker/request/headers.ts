/** Our request headers, as values. */
import type { Caller } from '../auth/site.ts';
import { fail, type Result, succeed } from '../shared/failure.ts';

export type Delivery = 'inline' | 'link';

/** `Peel-Variant: *`: a new picture each time. */
const FRESH = '*';

export interface Variant {
  /** Empty: the first take. */
  name: string;
  /** Drawn here, since a fresh take was asked for. */
  isFresh: boolean;
}

/**
 * Which take of a request is asked for. A name says so exactly and is followed; without one, a client gets a fresh take
 * where it asks to see nothing kept (`no-cache`), or has that as its default. A visitor has to say it with `*`: a
 * browser sends `no-cache` by itself when a page is reloaded.
 *
 * @param header `Peel-Variant`.
 * @param draw Makes a name that is like no other.
 */
export function chooseVariant(
  { header, cacheControl }: { header: string | undefined; cacheControl: string | undefined },
  caller: Caller,
  draw: () => string,
): Result<Variant> {
  const byDefault = caller.kind === 'client' && (caller.fresh === true || hasDirective(cacheControl, 'no-cache'));
  if (header === FRESH || (header === undefined && byDefault)) return succeed({ name: draw(), isFresh: true });
  if (header === undefined) return succeed({ name: '', isFresh: false });
  if (/^[A-Za-z0-9._-]{1,64}$/.test(header)) return succeed({ name: header, isFresh: false });
  const rule = 'must be 1 to 64 of A-Z a-z 0-9 . _ -, or * for a new picture each time';
  return fail({ reason: 'INVALID_FIELD', field: 'Peel-Variant', rule });
}

/** `Peel-Images`: pictures as base64 in the answer, which the SDK expects, or as addresses. */
export function parseDelivery(header: string | undefined): Result<Delivery> {
  const value = header?.trim().toLowerCase() ?? 'inline';
  if (value === 'inline' || value === 'link') return succeed(value);
  return fail({ reason: 'UNSUPPORTED_VALUE', field: 'Peel-Images', value: header ?? '', accepted: ['inline', 'link'] });
}

/** Whether `Cache-Control` asks to keep nothing (RFC 9111 §5.2.1.5). */
export const asksNoStore = (header: string | undefined): boolean => hasDirective(header, 'no-store');

const hasDirective = (header: string | undefined, name: string): boolean =>
  (header ?? '').split(',').some((directive) => directive.trim().toLowerCase() === name);
