/** Reads the request headers that choose a variant, a delivery, and whether anything is kept. */
import type { Caller } from '../auth/caller.ts';
import { fail, invalidField, type Result, succeed } from '../shared/failure.ts';

export type Delivery = 'inline' | 'link';

/** `Peel-Variant: *`: a new picture each time. */
const FRESH = '*';

export interface Variant {
  /** Empty: the first variant. */
  name: string;
  /** The name is random, because a new picture was asked for. */
  isFresh: boolean;
}

/**
 * Chooses the variant of a request. A name in the header is followed exactly. Without the header, a client gets a new
 * variant where it sends `no-cache` or has new variants as its default. A visitor gets one only with `*`: a browser
 * sends `no-cache` by itself when a page is reloaded.
 *
 * @param header `Peel-Variant`.
 * @param draw Makes a unique name.
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
  return fail(invalidField('Peel-Variant', rule));
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
