/**
 * What stands for a large thought signature in a link answer: a signature can be 3 MB, and a conversation sends every
 * one of them back. The reference names where the signature is kept and is signed, so that nobody makes one up.
 */
import { createHmac } from 'node:crypto';
import { encodeFields } from './sealed.ts';

const VERSION = 1;

/**
 * @param reference `id` and `n` name the signature in R2; `site` is the only site that may use it.
 * @returns Base64, as a `thoughtSignature` is on the wire: version byte, fields, HMAC-SHA-256 of both.
 */
export function signatureReference(secret: string, reference: { id: string; n: number; site: string }): string {
  const fields = encodeFields([reference.id, String(reference.n), reference.site]);
  const signed = new Uint8Array(1 + fields.length);
  signed[0] = VERSION;
  signed.set(fields, 1);
  const mac = createHmac('sha256', secret).update('signature-reference').update(signed).digest();
  return Buffer.concat([signed, mac]).toString('base64');
}
