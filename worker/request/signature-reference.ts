/**
 * Stands for a large thought signature in a link answer: a signature can be 3 MB, and a conversation sends every one of
 * them back. The reference names where the signature is kept. It is signed, so that a caller cannot make one up.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { decodeFields, encodeFields } from '../auth/sealed-token.ts';
import { isPictureId } from './image-url.ts';

const VERSION = 1;
/** HMAC-SHA-256. */
const MAC_BYTES = 32;

/** `id` and `n` name the signature in R2; `site` is the only site that may use it. */
export interface SignatureName {
  id: string;
  n: number;
  site: string;
}

/** @returns Base64, as a `thoughtSignature` is on the wire: version byte, fields, HMAC-SHA-256 of both. */
export function signatureReference(secret: string, { id, n, site }: SignatureName): string {
  const fields = encodeFields([id, String(n), site]);
  const signed = new Uint8Array(1 + fields.length);
  signed[0] = VERSION;
  signed.set(fields, 1);
  return Buffer.concat([signed, macOf(secret, signed)]).toString('base64');
}

/**
 * Reads what came back as a `thoughtSignature`.
 *
 * @param secrets All secrets that may have signed it.
 * @param text Base64 in either alphabet, padded or not: clients decode and encode it as they like.
 * @returns undefined where it is a signature of the model and no reference; `forged` where it has the form of a
 *   reference and none of the secrets has signed it.
 */
export function readSignatureReference(secrets: readonly string[], text: string): SignatureName | 'forged' | undefined {
  const bytes = Buffer.from(text, 'base64');
  const signed = bytes.subarray(0, Math.max(0, bytes.length - MAC_BYTES));
  const name = signed[0] === VERSION ? toName(decodeFields(signed.subarray(1))) : undefined;
  if (!name) return undefined;
  const mac = bytes.subarray(signed.length);
  return secrets.some((secret) => timingSafeEqual(macOf(secret, signed), mac)) ? name : 'forged';
}

/** Strict, because the random bytes of a signature must not pass for one. */
function toName(fields: string[] | undefined): SignatureName | undefined {
  const [id = '', n = '', site = '', ...others] = fields ?? [];
  const isName = isPictureId(id) && /^(0|[1-9]\d{0,2})$/.test(n) && site !== '' && others.length === 0;
  return isName ? { id, n: Number(n), site } : undefined;
}

const macOf = (secret: string, signed: Uint8Array): Buffer =>
  createHmac('sha256', secret).update('signature-reference').update(signed).digest();
