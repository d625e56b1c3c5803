/**
 * Pictures that are for one asker alone, such as grounded ones. Whether a picture is private, and whose it is, stands in
 * its id: so no store has to be asked, and nothing that is made of it, such as a smaller size, can forget it. They open
 * for their asker's ticket or key, and at an address that was signed within the hour, which is how a page shows them.
 */
import { createHash, createHmac } from 'node:crypto';
import { encodeFields } from './sealed-token.ts';
import { isSameText } from './timing-safe-equal.ts';

const RANDOM_BYTES = 16;
/** Of the asker's digest. It tells askers apart and is no secret: asking needs a ticket or a key. */
const ASKER_BYTES = 8;

/** What follows the class letter of a private id. @param random 128 bits. @param asker From `askerOf`. */
export const privateTail = (random: Uint8Array, asker: string): string => random.toHex() + digestOf(random, asker);

/** Whether an id is of this form. Any other picture opens to all who know its address. */
export const isPrivateId = (id: string): boolean => /^[def][0-9a-f]{48}$/.test(id);

/** Whether a private picture was made for this asker. */
export function isMadeFor(asker: string | undefined, id: string): boolean {
  if (asker === undefined || !isPrivateId(id)) return false;
  const random = Buffer.from(id.slice(1, 1 + 2 * RANDOM_BYTES), 'hex');
  return digestOf(random, asker) === id.slice(1 + 2 * RANDOM_BYTES);
}

function digestOf(random: Uint8Array, asker: string): string {
  const digest = createHash('sha256').update(random).update(asker).digest();
  return digest.subarray(0, ASKER_BYTES).toString('hex');
}

/** A page stays open for a while, and addresses get copied. */
export const SIGNED_SECONDS = 3600;

/** What a signed address has after its `?`. It opens all that an id names. @param expiresAt Unix seconds. */
export const signatureQuery = (secret: string, id: string, expiresAt: number): string =>
  `e=${expiresAt}&s=${macOf(secret, id, String(expiresAt)).toString('base64url')}`;

/**
 * @param secrets All that may have signed it.
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
  // As text and not as bytes: base64 has other spellings of them, and an address that was altered is no address of ours.
  return secrets.some((secret) => isSameText(s, macOf(secret, id, e).toString('base64url')));
}

const macOf = (secret: string, ...fields: string[]): Buffer =>
  createHmac('sha256', secret)
    .update(encodeFields(['picture-address', ...fields]))
    .digest();
