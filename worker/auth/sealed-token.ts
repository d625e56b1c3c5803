/**
 * Signed tokens in one fixed format: `v1.{payload}.{mac}`, both base64url. One algorithm (HMAC-SHA-256), nothing to
 * negotiate, every field mandatory. What is signed is length-prefixed and begins with the token's purpose, so no two
 * different lists of fields have the same signature input (ALTCHA's splicing of December 2025 was exactly that).
 *
 * A token can be bound to values that it does not carry, such as the caller's address. They are part of the signed
 * input, so the token opens only beside the same values and does not reveal them.
 */

const VERSION = 'v1';
/** Longer than any token of Peel. Keeps an attacker from making the worker hash many bytes. */
const MAX_TOKEN_LENGTH = 1024;

/** The newest signs, every one verifies. */
export type Secrets = readonly [newest: string, ...older: string[]];

export interface SealContext {
  /** What the token is for. A token of one purpose never opens as another. */
  purpose: string;
  /** Signed but not carried. */
  boundTo: readonly string[];
}

/** @param secrets Newest first: the newest signs, every one verifies. Throws if there is none. */
export async function seal(
  secrets: readonly string[],
  context: SealContext,
  fields: readonly string[],
): Promise<string> {
  const [newest] = secrets;
  if (newest === undefined) throw new Error('seal needs a secret');
  const payload = encodeFields(fields);
  const mac = await crypto.subtle.sign('HMAC', await hmacKey(newest, 'sign'), signatureInput(context, payload));
  return `${VERSION}.${toBase64Url(payload)}.${toBase64Url(new Uint8Array(mac))}`;
}

/** @returns The fields, or undefined for anything that this deployment did not seal for this purpose and binding. */
export async function unseal(
  secrets: readonly string[],
  context: SealContext,
  token: string,
): Promise<string[] | undefined> {
  if (token.length > MAX_TOKEN_LENGTH) return undefined;
  const [version, payloadText, macText, ...rest] = token.split('.');
  if (version !== VERSION || payloadText === undefined || macText === undefined || rest.length > 0) return undefined;
  const payload = fromBase64Url(payloadText);
  const mac = fromBase64Url(macText);
  if (!payload || !mac) return undefined;
  const input = signatureInput(context, payload);
  for (const secret of secrets) {
    const valid = await crypto.subtle.verify('HMAC', await hmacKey(secret, 'verify'), mac, input);
    if (valid) return decodeFields(payload);
  }
  return undefined;
}

/** The fields that a token carries, whoever wrote it. @returns undefined for what has not the form of a token. */
export function readUnsealed(token: string): string[] | undefined {
  if (token.length > MAX_TOKEN_LENGTH || !looksSealed(token)) return undefined;
  const payload = fromBase64Url(token.split('.', 2)[1] ?? '');
  return payload && decodeFields(payload);
}

/** Whether a text has the outer form of a sealed token. The token may still be invalid. */
export const looksSealed = (token: string): boolean => token.startsWith(`${VERSION}.`);

/** HMAC-SHA-256 of length-prefixed fields, for names that must not be reversible. @returns 32 bytes as base64url. */
export async function digestFields(secret: string, fields: readonly string[]): Promise<string> {
  const mac = await crypto.subtle.sign('HMAC', await hmacKey(secret, 'sign'), encodeFields(fields));
  return toBase64Url(new Uint8Array(mac));
}

function hmacKey(secret: string, usage: 'sign' | 'verify') {
  const bytes = new TextEncoder().encode(secret);
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [usage]);
}

function signatureInput({ purpose, boundTo }: SealContext, payload: Uint8Array): Uint8Array {
  const context = encodeFields([VERSION, purpose, ...boundTo]);
  const input = new Uint8Array(4 + context.length + payload.length);
  new DataView(input.buffer).setUint32(0, context.length);
  input.set(context, 4);
  input.set(payload, 4 + context.length);
  return input;
}

/** Each field as four bytes of length and its UTF-8. Injective: different lists give different bytes. */
export function encodeFields(fields: readonly string[]): Uint8Array {
  const encoded = fields.map((field) => new TextEncoder().encode(field));
  const bytes = new Uint8Array(encoded.reduce((sum, field) => sum + 4 + field.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const field of encoded) {
    view.setUint32(at, field.length);
    bytes.set(field, at + 4);
    at += 4 + field.length;
  }
  return bytes;
}

/** Reverses {@link encodeFields}. @returns undefined for bytes that it cannot have written. */
export function decodeFields(bytes: Uint8Array): string[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const fields: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + view.getUint32(at);
    if (end > bytes.length) return undefined;
    try {
      fields.push(decoder.decode(bytes.subarray(at + 4, end)));
    } catch {
      return undefined;
    }
    at = end;
  }
  return fields;
}

const toBase64Url = (bytes: Uint8Array): string => bytes.toBase64({ alphabet: 'base64url', omitPadding: true });

function fromBase64Url(text: string): Uint8Array | undefined {
  try {
    const bytes = Uint8Array.fromBase64(text, { alphabet: 'base64url', lastChunkHandling: 'loose' });
    // One token has one spelling. White space, padding or stray bits would be other texts for the same bytes.
    return toBase64Url(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}
