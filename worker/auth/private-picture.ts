/**
 * Pictures for one caller alone, such as grounded ones. The id says that a picture is private, and for which caller. So
 * no store has to be asked, and derived pictures, such as renditions, keep the restriction. A private picture opens
 * with its caller's ticket or key, or at an address signed within the last hour, which pages use.
 */
import { createHash, createHmac } from 'node:crypto';
import { encodeFields } from './sealed-token.ts';
import { isSameText } from './timing-safe-equal.ts';

const RANDOM_BYTES = 16;
/** Length of the caller's digest. It tells callers apart and is not secret: a request also needs a ticket or a key. */
const ASKER_BYTES = 8;

/**
 * The part of a private id after its class letter, 48 hex digits.
 *
 * @param random 128 bits.
 * @param asker From `askerOf`.
 */
export const privateTail = (random: Uint8Array, asker: string): string => random.toHex() + digestOf(random, asker);

/** Whether an id is private. Any other picture opens for every caller that knows its address. */
export const isPrivateId = (id: string): boolean => /^[def][0-9a-f]{48}$/.test(id);

/** Whether a private picture was made for this caller. @param asker From `askerOf`. */
export function isMadeFor(asker: string | undefined, id: string): boolean {
  if (asker === undefined || !isPrivateId(id)) return false;
  const random = Buffer.from(id.slice(1, 1 + 2 * RANDOM_BYTES), 'hex');
  return digestOf(random, asker) === id.slice(1 + 2 * RANDOM_BYTES);
}

function digestOf(random: Uint8Array, asker: string): string {
  const digest = createHash('sha256').update(random).update(asker).digest();
  return digest.subarray(0, ASKER_BYTES).toString('hex');
}

/** How long a signed address opens: long enough for an open page, short because addresses get copied. */
export const SIGNED_SECONDS = 3600;

/** The query of a signed address. It opens everything under the id. @param expiresAt Unix seconds. */
export const signatureQuery = (secret: string, id: string, expiresAt: number): string =>
  `e=${expiresAt}&s=${macOf(secret, id, String(expiresAt)).toString('base64url')}`;

/** Whether an address was signed, however long ago: who has it was shown the picture. Parameters as of {@link isSignedFor}. */
export const wasSignedFor = (
  id: string,
  query: { e?: string | undefined; s?: string | undefined },
  secrets: readonly string[],
): boolean => isSignedFor(id, query, secrets, 0);

/**
 * Whether a signed address is valid now.
 *
 * @param secrets Every secret that may have signed it.
 * @param query The address's parameters, as they came.
 * @param now Unix seconds.
 */
export function isSignedFor(
  id: string,
  { e, s }: { e?: string | undefined; s?: string | undefined },
  secrets: readonly string[],
  now: number,
): boolean {
  if (e === undefined || s === undefined || !/^\d{1,12}$/.test(e) || Number(e) <= now) return false;
  // Compared as text, because base64 can spell the same bytes in several ways. An altered address is not valid.
  return secrets.some((secret) => isSameText(s, macOf(secret, id, e).toString('base64url')));
}

const macOf = (secret: string, ...fields: string[]): Buffer =>
  createHmac('sha256', secret)
    .update(encodeFields(['picture-address', ...fields]))
    .digest();
